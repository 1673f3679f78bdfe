"""Lines of digits as ink: glyphs side by side, and ink that is no line."""

from collections.abc import Sequence

import numpy as np

from realtime.ink.drawing import Drawing
from realtime.ink.stroke import FinishedInk, PointArray
from tests.support.drawing import Point
from tests.support.pens import WritingStyle, write_glyph

# An everyday form of each digit; 4, 5 and 7 have two strokes.
_GLYPHS = {
    "0": "0-round",
    "1": "1-stick",
    "2": "2-angled",
    "3": "3-round",
    "4": "4-closed",
    "5": "5-hat",
    "6": "6-open",
    "7": "7-barred",
    "8": "8-from-right",
    "9": "9-straight",
}
HEIGHT = 100.0
GAP = 35.0
_STYLE = WritingStyle(sloppiness=0.0)


def digit(label: str, x: float = 0.0, y: float = 0.0) -> list[PointArray]:
    """The strokes of a digit, 100 units high, whose box begins at (x, y)."""
    points = [
        np.array([(point.x, point.y) for point in stroke.points], np.float32)
        for stroke in write_glyph(_GLYPHS[label], _STYLE, seed=label)
    ]
    together = np.concatenate(points)
    low, high = together.min(axis=0), together.max(axis=0)
    scale = HEIGHT / (high[1] - low[1])
    return [((one - low) * scale + [x, y]).astype(np.float32) for one in points]


def written(text: str, x: float = 0.0, y: float = 0.0, gap: float = GAP) -> list[PointArray]:
    """The strokes of a line of digits, in the order drawn."""
    strokes: list[PointArray] = []
    for label in text:
        strokes += (own := digit(label, x, y))
        x = max(float(stroke[:, 0].max()) for stroke in own) + gap
    return strokes


def ink_of(strokes: Sequence[PointArray]) -> FinishedInk:
    """Finished ink of these strokes."""
    return FinishedInk.of_points(strokes)


def draw(drawing: Drawing, number: int, points: PointArray, *, end: bool = True) -> None:
    """Draw a stroke, or its beginning."""
    drawing.extend(number, *points.T.tolist())
    if end:
        drawing.finish()


def written_points(
    text: str, x: float = 0.0, y: float = 0.0, gap: float = GAP
) -> list[list[Point]]:
    """The same as points, for messages."""
    return [
        [(round(one, 2), round(other, 2)) for one, other in stroke.tolist()]
        for stroke in written(text, x, y, gap)
    ]
