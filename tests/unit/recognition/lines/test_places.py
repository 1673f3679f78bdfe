"""Tests of sizes and places on a line."""

import math

import numpy as np
import pytest

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.pieces import Piece, pieces_of
from realtime.recognition.lines.places import (
    BESIDE,
    Place,
    PlaceScorer,
    PlaceSpread,
    Row,
    place_of,
)
from tests.support.line_ink import ink_of, written

DIGIT = Box(0, 0, 60, 100)


def pieces(text: str, scale: float = 1.0, lift: float = 0.0) -> list[Piece]:
    """The pieces of a line, made so much larger, that climbs by `lift` to the right."""
    strokes = [
        (stroke * scale - np.outer(stroke[:, 0] * scale * lift, [0, 1])).astype(np.float32)
        for stroke in written(text)
    ]
    return [
        piece
        for number, stroke in enumerate(ink_of(strokes).finished)
        for piece in pieces_of(stroke, number)
    ]


def place(line: list[Piece], at: int) -> Place:
    found = Row(line).place([line[at].id], line[at].box)
    assert found is not None
    return found


def test_a_place_is_measured_by_what_is_beside_it() -> None:
    dot = place_of(Box(70, 95, 75, 100), [DIGIT, DIGIT])
    assert dot is not None
    assert dot.size == pytest.approx(math.log(0.05))
    assert dot.middle == pytest.approx(0.475)
    assert place_of(DIGIT, []) is None
    assert place_of(DIGIT, [Box(3, 3, 3, 3)]) is None, "a point has no size"


@pytest.mark.parametrize("scale", [0.2, 7.0])
def test_a_place_does_not_depend_on_the_size_of_the_line(scale: float) -> None:
    assert place(pieces("12.30", scale), 2) == pytest.approx(place(pieces("12.30"), 2))


def test_a_line_may_climb() -> None:
    level, climbing = (place(pieces("12.30"), 2), place(pieces("12.30", lift=0.2), 2))
    assert climbing.middle == pytest.approx(level.middle, abs=0.1)


def test_small_marks_beside_it_are_no_measure() -> None:
    assert place(pieces("1.2.3"), 2).size == pytest.approx(0, abs=0.1)


def test_a_place_depends_on_the_nearest_pieces_alone() -> None:
    line = pieces("1" * (2 * BESIDE + 3))
    row, longer = Row(line), Row([*line, *pieces("2")])
    assert len(row.around([line[BESIDE + 1].id])[0]) == 2 * BESIDE + 1
    far = len(line) - 1
    around, end = row.around([line[far].id])
    assert around == tuple(piece.id for piece in line[far - BESIDE :])
    assert end > longer.same_as(row), "what comes after it counts"


def test_rows_are_the_same_up_to_the_first_other_piece() -> None:
    line = pieces("12345")
    row = Row(line)
    assert row.same_as(Row(line)) == len(line)
    assert row.same_as(Row(line[:3])) == Row(line[:3]).same_as(row) == 3
    assert row.same_as(Row([*line[:2], *line[3:]])) == 2
    assert row.same_as(Row([])) == 0


def test_what_stands_where_it_usually_does_is_likely() -> None:
    scorer = PlaceScorer(
        [PlaceSpread(0.0, 0.2, 0.0, 0.1), PlaceSpread(math.log(0.08), 0.3, 0.4, 0.1)]
    )
    digit, stop = scorer.scores([Place(0.05, 0.02)])[0]
    assert digit == pytest.approx(0, abs=0.01)
    assert stop < -5
    digit, stop = scorer.scores([Place(math.log(0.06), 0.45)])[0]
    assert stop == pytest.approx(0, abs=0.01)
    assert digit < -5
    assert np.exp(scorer.scores([Place(-1.0, 0.2)])).sum() == pytest.approx(1)
