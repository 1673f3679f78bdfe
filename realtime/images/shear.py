"""Shears pictures by whole pixels, which loses none: each column is moved up or down."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Pixel = TypeVar("Pixel", bound=np.generic)


def sheared(picture: npt.NDArray[Pixel], slope: float) -> npt.NDArray[Pixel]:
    """A picture in which lines that fall by this share are level; higher, and 0 where it was not.

    Args:
        picture: of shape (height, width).
        slope: rows for each column, downwards.

    Returns:
        an array of shape (height + 2 · margin, width); `unsheared` is its inverse.
    """
    height, width = picture.shape
    margin = _margin(width, slope)
    padded = np.pad(picture, ((2 * margin, 2 * margin), (0, 0)))
    return np.take_along_axis(padded, _rows(height + 2 * margin, width, slope), axis=0)


def unsheared(picture: npt.NDArray[Pixel], slope: float) -> npt.NDArray[Pixel]:
    """What was sheared by this slope, as it was."""
    height, width = picture.shape
    margin = _margin(width, slope)
    back = np.zeros((height + 2 * margin, width), picture.dtype)
    np.put_along_axis(back, _rows(height, width, slope), picture, axis=0)
    return back[2 * margin : -2 * margin] if margin else back


def _margin(width: int, slope: float) -> int:
    return int(np.ceil(abs(slope) * width / 2)) + 1


def _rows(height: int, width: int, slope: float) -> npt.NDArray[np.intp]:
    """Of each pixel the row that it comes from, counted from a margin above."""
    shifts = np.rint(slope * (np.arange(width) - width / 2)).astype(np.intp)
    rows = np.arange(height, dtype=np.intp)[:, None] + shifts + _margin(width, slope)
    return np.asarray(rows, np.intp)
