"""Tests of the groups of strokes that may be characters."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.ink.stroke import PointArray, Stroke
from realtime.recognition.lines.pieces import Piece, pieces_of
from realtime.recognition.lines.proximity import MOST_GROUPS, MOST_PIECES, ProximityGraph
from realtime.recognition.lines.proximity_rules import LINE_RULES, DotReach, rules_with_dots
from tests.support.line_ink import digit, written


def pieced(strokes: Sequence[PointArray]) -> list[tuple[Piece, ...]]:
    """The pieces of strokes, with ids that leave room for four each."""
    return [
        pieces_of(Stroke(number, *points.T.tolist()), 4 * number)
        for number, points in enumerate(strokes)
    ]


def graph_of(strokes: Sequence[PointArray], dots: DotReach | None = None) -> ProximityGraph:
    graph: ProximityGraph[Piece] = ProximityGraph(rules_with_dots(dots) if dots else LINE_RULES)
    for stroke in pieced(strokes):
        graph.add(stroke)
    return graph


def groups_of(graph: ProximityGraph) -> list[tuple[int, ...]]:
    """The strokes of each group."""
    return [
        tuple(piece.stroke for piece in candidate.pieces)
        for candidates in graph.candidates
        for candidate in candidates
    ]


def test_near_strokes_are_grouped_and_far_ones_are_not() -> None:
    graph = graph_of([*digit("4"), *digit("1", x=300)])
    assert groups_of(graph) == [(0,), (1,), (0, 1), (2,)]


def test_a_bar_that_comes_last_is_grouped_with_its_digit() -> None:
    [body, bar], [stem], [ring] = digit("5"), digit("1", x=95), digit("0", x=130)
    groups = groups_of(graph_of([body, stem, ring, bar]))
    assert (0, 3) in groups
    assert (0, 1, 2, 3) not in groups or len(groups) <= 4 * MOST_GROUPS


def test_a_new_stroke_has_few_groups_wherever_it_is_in_a_line() -> None:
    close = written("4754754754754754", gap=2)
    graph = graph_of(close)
    assert len(close) > 30
    assert max(map(len, graph.candidates)) <= MOST_GROUPS
    assert all(len(group) <= MOST_PIECES for group in groups_of(graph))


def test_a_chain_has_all_its_groups() -> None:
    bars = [np.array([[25 * place, 0], [25 * place, 100]], np.float32) for place in range(7)]
    late = graph_of([*bars[:3], *bars[4:], bars[3]]).candidates[-1]
    sizes = [len(candidate.pieces) for candidate in late]
    assert [sizes.count(size) for size in (1, 2, 3, 4)] == [1, 2, 3, 4]
    assert len(late) == MOST_GROUPS


def test_the_gap_of_a_group_is_the_widest_that_has_to_be_bridged() -> None:
    bars = [np.array([[x, 0], [x, 100]], np.float32) for x in (0, 10, 40)]
    gaps = {
        tuple(piece.stroke for piece in candidate.pieces): candidate.gap
        for candidates in graph_of(bars).candidates
        for candidate in candidates
    }
    assert gaps[0,] == 0
    assert gaps[0, 1] == pytest.approx(10, abs=0.01)
    assert gaps[0, 1, 2] == pytest.approx(30, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), min_size=1, max_size=9),
    kept=st.integers(0, 9),
)
def test_what_is_taken_back_leaves_no_trace(places: list[tuple[int, int]], kept: int) -> None:
    strokes = [np.array([[x, y], [x + 20, y + 70]], np.float32) for x, y in places]
    kept = min(kept, len(strokes))
    graph = graph_of(strokes)
    graph.truncate(kept)
    for stroke in pieced(strokes)[kept:]:
        graph.add(stroke)
    fresh = graph_of(strokes)
    assert groups_of(graph) == groups_of(fresh)
    gaps = [
        [[candidate.gap for candidate in some] for some in one.candidates] for one in (graph, fresh)
    ]
    assert gaps[0] == gaps[1]


@pytest.mark.parametrize(
    ("x", "y", "is_grouped"), [(10, -75, True), (10, 175, False), (90, -75, False)]
)
def test_dots_of_letters_may_be_far_above_and_nowhere_else(
    x: float, y: float, is_grouped: bool
) -> None:
    [stem] = digit("1")
    dot = np.array([(x, y), (x + 2, y + 2)], np.float32)
    far = DotReach(size=0.4, above=0.9, aside=0.5)
    assert ((0, 1) in groups_of(graph_of([stem, dot], far))) is is_grouped
    assert ((0, 1) in groups_of(graph_of([dot, stem], far))) is is_grouped
    assert (0, 1) not in groups_of(graph_of([stem, dot]))
