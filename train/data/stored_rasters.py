"""Rasters on disk, in a quarter of the bytes: ink in steps of 1/255, direction in 1/127."""

import numpy as np
import numpy.typing as npt

from realtime.recognition.digits.rasterizer import Raster

StoredRasters = npt.NDArray[np.uint8]

_STEPS = np.array([255, 127, 127], np.float32)
_ZERO = np.array([0, 128, 128], np.float32)


def to_stored(rasters: Raster) -> StoredRasters:
    """Round float32 rasters of shape (…, 28, 28, 3) to uint8 of the same shape."""
    stored: StoredRasters = np.rint(rasters * _STEPS + _ZERO).astype(np.uint8)
    return stored


def from_stored(stored: StoredRasters) -> Raster:
    """The float32 rasters of shape (…, 28, 28, 3), as the network takes them."""
    rasters: Raster = (stored - _ZERO) / _STEPS
    return rasters
