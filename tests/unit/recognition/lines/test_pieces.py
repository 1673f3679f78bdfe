"""Tests of cutting strokes that join several characters."""

import numpy as np
import pytest

from realtime.ink.stroke import PointArray, Stroke
from realtime.recognition.characters.rasterizer import rasterize
from realtime.recognition.lines.group_scorer import GroupScorer
from realtime.recognition.lines.pieces import MOST_CUTS, Piece, pieces_of
from tests.support.drawing import EDGE_CASES, stroke_arrays
from tests.support.line_ink import digit


def pieces(points: PointArray, first_id: int = 0) -> tuple[Piece, ...]:
    return pieces_of(Stroke(5, *points.T.tolist()), first_id)


def zeros(count: int) -> PointArray:
    """Zeros in one stroke, each begun and ended at the top, with a line from one to the next."""
    angle = np.linspace(0, 2 * np.pi, 40)
    ring = np.column_stack([-30 * np.sin(angle), 50 - 50 * np.cos(angle)])
    return np.concatenate([ring + np.array([90 * place, 0]) for place in range(count)]).astype(
        np.float32
    )


@pytest.mark.parametrize("count", [2, 3, 4])
def test_zeros_joined_by_a_line_are_cut_apart(count: int) -> None:
    parts = pieces(zeros(count), first_id=7)
    assert [part.id for part in parts] == list(range(7, 7 + count))
    assert [part.place for part in parts] == list(range(count))
    assert {(part.stroke, part.of) for part in parts} == {(5, count)}
    for place, part in enumerate(parts):
        middle = (part.box.left + part.box.right) / 2
        assert middle == pytest.approx(90 * place, abs=40)


def test_a_stroke_is_cut_into_so_many_pieces_at_most() -> None:
    assert len(pieces(zeros(12))) == MOST_CUTS + 1


@pytest.mark.parametrize("label", "0123456789")
def test_strokes_of_single_digits_are_whole(label: str) -> None:
    for points in digit(label):
        [piece] = pieces(points)
        assert piece.drawn is piece.whole
        wide = (points * np.array([1.25, 1.0])).astype(np.float32)
        assert len(pieces(wide)) == 1


@pytest.mark.parametrize("name", EDGE_CASES)
def test_edge_cases_have_pieces(name: str) -> None:
    for points in stroke_arrays(EDGE_CASES[name]):
        parts = pieces(points)
        assert 1 <= len(parts) <= MOST_CUTS + 1
        assert all(np.isfinite(part.outline).all() for part in parts)


def test_all_pieces_together_are_drawn_as_the_stroke() -> None:
    points = zeros(3)
    parts = pieces(points)
    assert np.array_equal(GroupScorer.rasterize(parts), rasterize([points]))


def test_pieces_next_to_each_other_are_drawn_without_a_gap() -> None:
    points = zeros(3)
    parts = pieces(points)
    drawn = GroupScorer.rasterize(parts[:2])
    ends = len(parts[0].drawn.way.corners) + len(parts[1].drawn.way.corners) - 1
    assert np.abs(drawn - rasterize([points[:ends]])).mean() < 0.002
