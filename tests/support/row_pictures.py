"""Pictures of digits in a row, drawn with a broad pen."""

from collections.abc import Sequence

import cv2
import numpy as np

from realtime.ink.stroke import PointArray
from realtime.recognition.characters.normalisation import Picture
from tests.support.line_ink import GAP, written

MARGIN = 60
PEN = 10


def drawn(strokes: Sequence[PointArray], *, pen: int = PEN) -> Picture:
    """Strokes on a picture that is a little larger, ink 255 on 0."""
    width, height = np.concatenate(strokes).max(axis=0) + 2 * MARGIN
    picture = np.zeros((round(float(height)), round(float(width))), np.uint8)
    for stroke in strokes:
        points = np.rint((stroke + MARGIN) * 16).astype(np.int32)
        cv2.polylines(picture, [points], False, 255, pen, cv2.LINE_AA, 4)
    return picture


def row_picture(text: str, *, gap: float = GAP, pen: int = PEN) -> Picture:
    """A row of digits, 100 px high, so far apart, ink 255 on 0."""
    return drawn(written(text, gap=gap), pen=pen)


def two_rows(upper: str, lower: str) -> Picture:
    """Two rows, one under the other."""
    return drawn([*written(upper), *written(lower, y=160)])
