"""Tests of the rasters of groups, which are those of their strokes drawn on their own."""

import numpy as np
import pytest

from realtime.recognition.characters.group_raster import SampledStroke, rasterize_group
from realtime.recognition.characters.rasterizer import rasterize
from tests.support.drawing import EDGE_CASES, SEVEN, stroke_arrays
from tests.support.line_ink import written


@pytest.mark.parametrize("strokes", [SEVEN, *EDGE_CASES.values()])
def test_a_group_is_drawn_as_its_strokes(strokes: list) -> None:
    arrays = stroke_arrays(strokes)
    group = [SampledStroke(points) for points in arrays]
    assert np.array_equal(rasterize_group(group), rasterize(arrays))
    assert np.array_equal(rasterize_group(group, dot_size=8), rasterize(arrays, dot_size=8))


def test_a_stroke_may_be_in_many_groups_of_different_sizes() -> None:
    arrays = written("4075")
    sampled = [SampledStroke(points) for points in arrays]
    for first in range(len(arrays)):
        for last in range(first + 1, len(arrays) + 1):
            drawn = rasterize_group(sampled[first:last])
            assert np.array_equal(drawn, rasterize(arrays[first:last])), (first, last)
