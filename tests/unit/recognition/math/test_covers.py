"""Tests of the ways to share strokes among groups."""

from itertools import combinations
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.recognition.lines.groups import Group
from realtime.recognition.math.covers import best_covers


class _Scored:
    """A group as covers know it."""

    def __init__(self, score: float, *ids: int) -> None:
        self.score = score
        self.ids = ids


def groups(*scored: _Scored) -> list[Group]:
    return cast("list[Group]", list(scored))


def test_the_best_cover_comes_first() -> None:
    together = _Scored(-0.1, 0, 1)
    covers = best_covers(groups(_Scored(-1.0, 0), _Scored(-1.0, 1), together, _Scored(-0.5, 2)))
    assert [cover.groups[0].ids for cover in covers] == [(0, 1), (0,)]
    assert covers[0].score == pytest.approx(-0.6)
    assert covers[1].score == pytest.approx(-2.5)


@settings(deadline=None)
@given(st.lists(st.floats(-5, 0), min_size=15, max_size=15))
def test_each_stroke_is_covered_once(scores: list[float]) -> None:
    pairs = [(one,) for one in range(5)] + list(combinations(range(5), 2))
    found = best_covers(
        groups(*[_Scored(score, *ids) for score, ids in zip(scores, pairs, strict=True)])
    )
    assert found == sorted(found, key=lambda cover: -cover.score)
    for cover in found:
        assert sorted(one for group in cover.groups for one in group.ids) == list(range(5))
        assert cover.score == pytest.approx(sum(group.score for group in cover.groups))
