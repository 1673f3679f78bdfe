"""Tells ink from paper: estimates how the paper would look without ink, and divides it out."""

import cv2
import numpy as np
import numpy.typing as npt

from realtime.images.decoding import ColourImage
from realtime.images.scaling import shrink

# float32 of shape (height, width): the strength of ink, 0 on paper, 1 for what reflects no light.
Strength = npt.NDArray[np.float32]

# The paper of a scan or a drawing program has one colour; its border differs from it by no more
# than this, of 255, on nearly all of its length.
FLAT_TOLERANCE = 8
FLAT_SHARE = 0.97
# Side of the window whose median is paper, as a share of the longer side: ink covers less than half
# of any such window.
MEDIAN_WINDOW = 0.25
# Longer side of the picture that the median is taken of, px: paper has no details.
OVERVIEW_SIZE = 128
# Ink differs from paper by more than this share of the greatest difference; a tint does not, nor
# does the median at the edge of a shadow.
STRONG = 0.6
# Ink is narrower than this share of the shorter side; a broader dark place is a shadow.
BROADEST_PEN = 0.2
# Within such a width light falls off to this share at least.
STEEPEST = 0.8
# No paper is darker than this, of 255: noise would be taken for ink.
DARKEST_PAPER = 32


def ink_strength(image: ColourImage) -> Strength:
    """How much each pixel differs from the paper around it, in the channel where it differs most.

    Where the border has one colour, that is paper. Else the light on the paper is estimated by a
    morphological closing, which leaves out all that is narrower than a pen can be, and divided out
    (light ink on dark paper: subtracted).
    """
    paper = _flat_paper(image)
    if paper is not None:
        difference = np.abs(image.astype(np.float32) - paper) / 255
    elif ink_is_dark(image):
        paper = _light_paper(image)
        difference = (paper - image) / np.maximum(paper, DARKEST_PAPER)
    else:
        negative = (255 - image).astype(np.uint8)
        difference = (_light_paper(negative) - negative) / 255
    strongest = difference.max(axis=2)
    # The closing is the lightest paper, and grain is darker by its average.
    strength: Strength = np.asarray(strongest - np.median(strongest), np.float32)
    return strength


def _flat_paper(image: ColourImage) -> npt.NDArray[np.float32] | None:
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]).astype(np.float32)
    paper = np.median(border, axis=0).astype(np.float32)
    near = (np.abs(border - paper) <= FLAT_TOLERANCE).all(axis=1)
    return paper if near.mean() >= FLAT_SHARE else None


def ink_is_dark(image: ColourImage) -> bool:
    """Whether what differs strongly from the paper around it is darker, on the whole."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    small = shrink(grey, OVERVIEW_SIZE)
    paper = cv2.medianBlur(small, int(MEDIAN_WINDOW * max(small.shape)) | 1)
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    difference = grey.astype(np.float32) - paper
    strong = np.abs(difference) > STRONG * np.abs(difference).max()
    return bool(difference[strong].sum() <= 0)


def _light_paper(image: ColourImage) -> npt.NDArray[np.float32]:
    """The paper without the ink, which is darker: float32 of the shape of the image."""
    height, width = image.shape[:2]
    smooth = cv2.medianBlur(image, 3)
    half = cv2.resize(
        smooth, (-(-width // 2), -(-height // 2)), interpolation=cv2.INTER_AREA
    ).astype(np.float32)
    side = max(3, int(BROADEST_PEN * min(half.shape[:2])) | 1)
    around = min(side, min(half.shape[:2]) - 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    widths = ((around, around), (around, around), (0, 0))
    # Light that falls off goes on doing so beyond the border, else the closing would fill it up;
    # ink that is cut off by the border does not.
    padded = np.pad(half, widths, mode="reflect", reflect_type="odd")
    broad = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * side + 1, 2 * side + 1))
    filled = np.pad(cv2.morphologyEx(half, cv2.MORPH_CLOSE, broad), widths, mode="edge")
    np.maximum(padded, STEEPEST * filled, out=padded)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)
    closed = closed[around : around + half.shape[0], around : around + half.shape[1]]
    return cv2.resize(closed, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
