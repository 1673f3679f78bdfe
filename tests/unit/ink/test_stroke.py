"""Tests of strokes, whose arrays grow with them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from realtime.ink.stroke import Stroke

COORDINATES = st.lists(st.floats(-1e4, 1e4, width=32), max_size=9)


@given(st.lists(st.tuples(COORDINATES, st.booleans()), min_size=1))
def test_points_are_all_that_came_whenever_they_were_asked_for(
    pieces: list[tuple[list[float], bool]],
) -> None:
    stroke, came = Stroke(0), list[tuple[float, float]]()
    seen: list[tuple[np.ndarray, list[tuple[float, float]]]] = []
    for x, is_asked in pieces:
        y = [-value for value in x]
        stroke.extend(x, y)
        came += zip(x, y, strict=True)
        if is_asked:
            seen.append((stroke.points, came.copy()))
    seen.append((stroke.points, came))
    # What was handed out stays as it was while the stroke grows.
    for points, expected in seen:
        assert points.dtype == np.float32
        assert points.flags.c_contiguous
        np.testing.assert_array_equal(points, np.array(expected, np.float32).reshape(-1, 2))
    assert stroke.points is stroke.points
    assert stroke.coordinates == came
