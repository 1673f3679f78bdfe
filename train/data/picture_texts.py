"""Lines in print of pen strokes, drawn as pictures: what a photograph of a note is made of.

UniPen's writers, of whom no picture is published, drew with the pens of tablets; here they draw
with broad pens and fine ones, large and small.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from realtime.images.foreground import find_ink
from train.data.lines import LabelledLine

# The height of the ink, px, and the width of the pen as a share of that; a small letter is half as
# high as a line that has capitals and descenders.
LOWEST, HIGHEST = 40, 110
FINEST, BROADEST = 0.03, 0.09
# Paper around a line, as a share of its height.
MARGIN = 0.4
# Beyond this a line is drawn smaller, as a photograph would be.
WIDEST = 2400
_SUBPIXELS = 4

Ink = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture of a line: uint8 of shape (height, width), ink 255 on 0, and its text."""

    text: str
    picture: Ink


def drawn(line: LabelledLine, rng: np.random.Generator) -> LabelledPicture:
    """A picture of a line, with its spaces in the text."""
    points = np.concatenate(line.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = np.maximum(high - low, 1e-3)
    size = float(rng.uniform(LOWEST, HIGHEST))
    # What is flat is not as high as a letter.
    usual = max(height, width / (2 * max(len(line.label), 1)))
    scale = min(size / usual, WIDEST / width)
    pen = max(2, round(scale * usual * float(rng.uniform(FINEST, BROADEST))))
    margin = round(MARGIN * size) + pen
    shape = np.ceil((high - low)[::-1] * scale).astype(int) + 2 * margin
    picture = np.zeros(shape, np.uint8)
    for stroke in line.strokes:
        placed = np.rint(((stroke - low) * scale + margin) * 2**_SUBPIXELS).astype(np.int32)
        cv2.polylines(picture, [placed], False, 255, pen, cv2.LINE_AA, _SUBPIXELS)
        if len(stroke) == 1:
            middle = (int(placed[0, 0]), int(placed[0, 1]))
            cv2.circle(picture, middle, pen << (_SUBPIXELS - 1), 255, cv2.FILLED, cv2.LINE_AA, 4)
    return LabelledPicture(line.text or line.label, picture)


def found_ink(picture: Ink) -> Ink:
    """The ink of a picture, uint8 of shape (height, width), as the service finds it.

    Raises:
        BlankImageError: it finds none.
    """
    image = cv2.cvtColor(255 - picture, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    return find_ink(image, "characters").picture
