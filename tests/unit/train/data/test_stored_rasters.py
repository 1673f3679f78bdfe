"""Tests of rasters on disk."""

import numpy as np

from realtime.recognition.characters.rasterizer import raster_of, rasterize
from tests.support.drawing import SEVEN, stroke_arrays
from train.data.stored_rasters import from_stored, to_stored


def test_a_stored_raster_is_off_by_half_a_step_at_most() -> None:
    picture = np.arange(784).reshape(28, 28).astype(np.uint8)
    rasters = np.stack([rasterize(stroke_arrays(SEVEN)), raster_of(picture)])
    stored = to_stored(rasters)
    assert stored.dtype == np.uint8
    off = np.abs(from_stored(stored) - rasters)
    assert off[..., 0].max() <= 0.501 / 255
    assert off[..., 1:].max() <= 0.501 / 127
    np.testing.assert_array_equal(stored[1, ..., 0], picture)
    assert (stored[1, ..., 1:] == 128).all()
