"""Separates ink from all else in an image."""

from typing import NamedTuple

import cv2
import numpy as np

from realtime.errors import BlankImageError
from realtime.images.decoding import FORM_FIELD, ColourImage
from realtime.images.paper import Strength, ink_strength
from realtime.images.parts import written_ink
from realtime.images.ruling import without_ruling
from realtime.images.sheet import without_surroundings
from realtime.recognition.recognizer import InkPicture

# Ink fainter than this share of the strongest is paper: texture, shadow, JPEG noise.
FAINTEST_INK = 0.3
# Less contrast than this is a blank sheet.
LEAST_CONTRAST = 0.12
# Nor is ink less than so many standard deviations of the paper's grain; where that is more than
# this, as in a GIF whose few colours are mixed in a pattern, the picture is smoothed first, px.
INK_ABOVE_GRAIN = 5.0
COARSE_GRAIN = 0.25
SMOOTHING = 1.5
# What is left of a ruled line is weaker than it was by this factor.
LINE_LEFT = 0.9
# Width of a usual pen, as a share of the ink's longer side; recognizers are trained on it.
USUAL_PEN = 0.11
# Lines thinner than this share of the usual pen are thickened to it; a fine pen would fade away
# when scaled down.
THINNEST_PEN = 0.7


class FoundInk(NamedTuple):
    """Ink on an image.

    Attributes:
        picture: uint8 array of shape (height, width): the strength of ink, 0 on paper.
        doubt: why the ink may stand for something else than it looks like, in words; None where
            there is no reason.
    """

    picture: InkPicture
    doubt: str | None


def find_ink(image: ColourImage) -> FoundInk:
    """Find the ink on an image's paper.

    Frames, the desk around a sheet, light that falls off, shadows, ruled lines, a form's box, an
    underline and specks are no ink.

    Args:
        image: uint8 array of shape (height, width, 3), as `decode_image` returns it.

    Raises:
        BlankImageError: there is no ink.
    """
    sheet = without_surroundings(image)
    strength, line = without_ruling(ink_strength(sheet))
    grain = _grain(strength)
    if INK_ABOVE_GRAIN * grain > COARSE_GRAIN:
        strength = cv2.GaussianBlur(strength, (0, 0), SMOOTHING).astype(np.float32, copy=False)
        grain = _grain(strength)
    faintest = max(LEAST_CONTRAST, INK_ABOVE_GRAIN * grain, LINE_LEFT * line)
    written = written_ink(strength, faintest)
    if written is None:
        message = f"{FORM_FIELD}: no ink can be told from the paper"
        raise BlankImageError(code="no_ink", message=message, field=FORM_FIELD)
    ink = written.strength * (255 / written.strength.max())
    ink[ink < FAINTEST_INK * 255] = 0
    return FoundInk(_thicken(ink.astype(np.uint8)), written.doubt)


def _grain(strength: Strength) -> float:
    """The standard deviation of paper: the median absolute deviation of a normal distribution."""
    return 1.4826 * float(np.median(np.abs(strength)))


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
