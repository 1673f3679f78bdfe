"""Shrinks pictures, so that the work on them does not depend on the camera."""

from typing import Any

import cv2
import numpy.typing as npt


def shrink(picture: npt.NDArray[Any], longest: int) -> npt.NDArray[Any]:
    """A picture whose longer side has at most so many pixels; itself where it is small enough.

    Args:
        picture: of shape (height, width) or (height, width, channels), uint8 or float32.
        longest: px.
    """
    factor = longest / max(picture.shape[:2])
    if factor >= 1:
        return picture
    height, width = (max(1, round(side * factor)) for side in picture.shape[:2])
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(picture.dtype, copy=False)
