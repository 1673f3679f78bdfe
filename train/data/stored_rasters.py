"""Rasters on disk, in a quarter of the bytes: ink in steps of 1/255, direction in 1/127."""

import numpy as np
import numpy.typing as npt

from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import Raster

StoredRasters = npt.NDArray[np.uint8]

# These have a value for each cell: NumPy is slow where it has to repeat three numbers.
_STEPS = np.tile(np.array([255, 127, 127], np.float32), (SIZE, SIZE, 1))
_UNIT = 1 / _STEPS
_ZERO = np.tile(np.array([0, 128, 128], np.float32), (SIZE, SIZE, 1))


def to_stored(rasters: Raster) -> StoredRasters:
    """Round float32 rasters of shape (…, 28, 28, 3) to uint8 of the same shape."""
    stored: StoredRasters = np.rint(rasters * _STEPS + _ZERO).astype(np.uint8)
    return stored


def from_stored(stored: StoredRasters) -> Raster:
    """The float32 rasters of shape (…, 28, 28, 3), as the network takes them."""
    rasters: Raster = np.subtract(stored, _ZERO, dtype=np.float32)
    rasters *= _UNIT
    return rasters
