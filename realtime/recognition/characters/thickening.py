"""The width of the pen on a picture, and how thin lines are made as wide as networks know them."""

import cv2
import numpy as np

from realtime.recognition.recognizer import InkPicture

# Width of a usual pen, as a share of the ink's longer side; networks are trained on it.
USUAL_PEN = 0.11
# Lines thinner than this share of the usual pen are thickened to it; a fine pen would fade away
# when scaled down.
THINNEST_PEN = 0.7
# What is stronger is within a line, of 255.
_SOLID = 128


def pen_width(ink: InkPicture) -> float:
    """The width of the lines of a picture, px; 0 where none is solid."""
    distance = cv2.distanceTransform((ink >= _SOLID).astype(np.uint8), cv2.DIST_L2, 3)
    inside = distance[distance > 0]
    # Across a line of width w the distance to the paper grows from 0 to w / 2, which is w / 4 on
    # average, and a little more as it is counted from pixel to pixel.
    return 4 * float(inside.mean()) - 1 if inside.size else 0.0


def thickened(ink: InkPicture, pen: float | None = None) -> InkPicture:
    """Thicken lines that would vanish when scaled down, and leave all others as they are.

    Args:
        ink: uint8 array of shape (height, width), 0 on paper.
        pen: the width of its lines, px, where it was measured already.

    Returns:
        The same array, or one that is larger on all sides.
    """
    _, _, width, height = cv2.boundingRect((ink >= _SOLID).astype(np.uint8))
    if pen is None:
        pen = pen_width(ink)
    usual = USUAL_PEN * max(width, height, 1)
    missing = round(usual - pen)
    if pen >= THINNEST_PEN * usual or missing < 1:
        return ink
    padded = np.pad(ink, missing)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (missing + 1, missing + 1))
    return cv2.dilate(padded, kernel).astype(np.uint8, copy=False)
