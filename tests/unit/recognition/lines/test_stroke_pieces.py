"""Tests of the pieces of strokes that are kept."""

from realtime.ink.stroke import Stroke
from realtime.recognition.lines.pieces import whole_piece
from realtime.recognition.lines.stroke_pieces import StrokePieces
from realtime.recognition.recognizer import finish


def strokes(count: int) -> list[Stroke]:
    """Strokes beside each other."""
    return [Stroke(number, [20 * number] * 2, [0, 90]) for number in range(count)]


def test_a_stroke_that_comes_back_keeps_its_pieces_and_no_id_is_given_twice() -> None:
    pieces = StrokePieces(lambda stroke, first_id: (whole_piece(stroke, first_id),))
    one, other, moving = strokes(3)
    assert not finish(pieces.cut([one, other]))
    before = pieces[other]
    assert not finish(pieces.cut([one]))
    [open_piece] = pieces.cut_open(moving)
    assert not finish(pieces.cut([one, other]))
    assert pieces[other] is before
    assert open_piece.id not in pieces.ids()


def test_what_was_taken_back_long_ago_is_forgotten() -> None:
    pieces = StrokePieces(lambda stroke, first_id: (whole_piece(stroke, first_id),))
    every = strokes(100)
    assert not finish(pieces.cut(every))
    [last] = strokes(1)
    assert finish(pieces.cut([last]))
    assert list(pieces) == [last]
