"""Separates ink from all else in an image."""

from typing import NamedTuple

import cv2
import numpy as np

from realtime.errors import BlankImageError
from realtime.images.decoding import FORM_FIELD, ColourImage
from realtime.images.paper import Strength, ink_strength
from realtime.images.parts import Content, written_ink
from realtime.images.placement import Placement
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


class FoundInk(NamedTuple):
    """Ink on an image.

    Attributes:
        picture: uint8 array of shape (height, width): the strength of ink, 0 on paper.
        placement: where that lies on the image.
        parts: how many connected parts the ink is in.
        doubt: why the ink may stand for something else than it looks like, in words; None where
            there is no reason.
        doubt_as_one: the same where the ink is to be one digit, or one character.
    """

    picture: InkPicture
    placement: Placement
    parts: int
    doubt: str | None
    doubt_as_one: str | None


def find_ink(image: ColourImage, content: Content = "digits") -> FoundInk:
    """Find the ink on an image's paper.

    Frames, the desk around a sheet, light that falls off, shadows, ruled lines, a form's box, an
    underline and specks are no ink.

    Args:
        image: uint8 array of shape (height, width, 3), as `decode_image` returns it.
        content: what is sought: beside digits, dots are specks and bars are lines.

    Raises:
        BlankImageError: there is no ink.
    """
    sheet, left, top = without_surroundings(image)
    strength, line, turn = without_ruling(ink_strength(sheet))
    grain = _grain(strength)
    if INK_ABOVE_GRAIN * grain > COARSE_GRAIN:
        strength = cv2.GaussianBlur(strength, (0, 0), SMOOTHING).astype(np.float32, copy=False)
        grain = _grain(strength)
    faintest = max(LEAST_CONTRAST, INK_ABOVE_GRAIN * grain, LINE_LEFT * line)
    written = written_ink(strength, faintest, content)
    if written is None:
        message = f"{FORM_FIELD}: no ink can be told from the paper"
        raise BlankImageError(code="no_ink", message=message, field=FORM_FIELD)
    ink = written.strength * (255 / written.strength.max())
    ink[ink < FAINTEST_INK * 255] = 0
    height, width = image.shape[:2]
    return FoundInk(
        ink.astype(np.uint8),
        Placement(left, top, width, height, turn),
        written.parts,
        written.doubt,
        written.doubt_as_one,
    )


def _grain(strength: Strength) -> float:
    """The standard deviation of paper: the median absolute deviation of a normal distribution."""
    return 1.4826 * float(np.median(np.abs(strength)))
