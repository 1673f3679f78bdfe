"""Separates ink from paper in a grey image."""

import cv2
import numpy as np

from realtime.errors import BlankImageError
from realtime.images.decoding import FORM_FIELD, GreyImage
from realtime.recognition.recognizer import InkPicture

# Longer side of the image while it is worked on, px: enough for any pen, and the cost of an image
# does not depend on the camera.
WORK_SIZE = 512
# Ink fainter than this share of the strongest is paper: texture, shadow, JPEG noise.
FAINTEST_INK = 0.3
# Less contrast than this, of 255, is a blank sheet.
LEAST_CONTRAST = 24
# Width of a usual pen, as a share of the ink's longer side; recognizers are trained on it.
USUAL_PEN = 0.11
# Lines thinner than this share of the usual pen are thickened to it; a fine pen would fade away
# when scaled down.
THINNEST_PEN = 0.7


def find_ink(grey: GreyImage) -> InkPicture:
    """Find the ink on an image's paper.

    Ink and paper are told apart by the border: the grey that covers most of it is paper. So dark on
    light and light on dark are both fine.

    Args:
        grey: uint8 array of shape (height, width).

    Returns:
        uint8 array of shape (height, width): the strength of ink, 0 on paper; at most `WORK_SIZE`
        on its longer side, plus a margin where lines were thickened.

    Raises:
        BlankImageError: there is no ink.
    """
    shrink = WORK_SIZE / max(grey.shape)
    if shrink < 1:
        height, width = (max(1, round(side * shrink)) for side in grey.shape)
        small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
        grey = small.astype(np.uint8, copy=False)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(border))
    signed = grey.astype(np.float32) - paper
    # Ink lies on that side of the paper's grey on which more of the image lies.
    ink = np.maximum(signed if signed.sum() > 0 else -signed, 0)
    strongest = float(ink.max())
    if strongest < LEAST_CONTRAST:
        message = f"{FORM_FIELD}: the image shows nothing but one colour"
        raise BlankImageError(code="no_ink", message=message, field=FORM_FIELD)
    ink *= 255 / strongest
    ink[ink < FAINTEST_INK * 255] = 0
    return _thicken(ink.astype(np.uint8))


def _thicken(ink: InkPicture) -> InkPicture:
    """Thicken lines that would vanish when scaled down, and leave all others as they are."""
    solid = (ink >= 128).astype(np.uint8)
    _, _, width, height = cv2.boundingRect(solid)
    # Across a line of width w the distance to the paper grows from 0 to w / 2, which is w / 4 on
    # average, and a little more as it is counted from pixel to pixel.
    distance = cv2.distanceTransform(solid, cv2.DIST_L2, 3)
    inside = distance[distance > 0]
    pen = 4 * float(inside.mean()) - 1 if inside.size else 0.0
    usual = USUAL_PEN * max(width, height, 1)
    missing = round(usual - pen)
    if pen >= THINNEST_PEN * usual or missing < 1:
        return ink
    padded = np.pad(ink, missing)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (missing + 1, missing + 1))
    return cv2.dilate(padded, kernel).astype(np.uint8, copy=False)
