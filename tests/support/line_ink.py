"""Lines of digits and signs as ink: glyphs side by side."""

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
# Strokes of signs by their corners, in heights of a digit: y is 0 at its top and 1 at its foot.
_SIGNS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "+": (((0.0, 0.55), (0.6, 0.55)), ((0.3, 0.25), (0.3, 0.85))),
    "-": (((0.0, 0.55), (0.5, 0.55)),),
    "×": (((0.0, 0.3), (0.5, 0.85)), ((0.5, 0.3), (0.0, 0.85))),
    "=": (((0.0, 0.42), (0.6, 0.42)), ((0.0, 0.72), (0.6, 0.72))),
    "/": (((0.6, -0.15), (0.0, 1.1)),),
    ".": (((0.0, 0.95), (0.04, 1.0)),),
    ":": (((0.0, 0.25), (0.03, 0.29)), ((0.0, 0.85), (0.03, 0.89))),
}
_SIGN_POINTS = 12
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


def sign(label: str, x: float = 0.0, y: float = 0.0) -> list[PointArray]:
    """The strokes of a sign on a line of digits that are 100 units high, beginning at x."""
    at = np.linspace(0, 1, _SIGN_POINTS)[:, None]
    return [
        ((np.array(start) + at * (np.array(end) - start)) * HEIGHT + [x, y]).astype(np.float32)
        for start, end in _SIGNS[label]
    ]


def written(text: str, x: float = 0.0, y: float = 0.0, gap: float = GAP) -> list[PointArray]:
    """The strokes of a line of digits and signs, in the order drawn."""
    strokes: list[PointArray] = []
    for label in text:
        strokes += (own := sign(label, x, y) if label in _SIGNS else digit(label, x, y))
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
