"""Formulas as ink: glyphs of digits and signs of mathematics, each in a place of its own."""

from collections.abc import Iterable

import numpy as np

from realtime.ink.stroke import PointArray
from tests.support.drawing import Point
from tests.support.line_ink import digit

# Strokes by their corners, in a square of side 1.
_SIGNS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "+": (((0.0, 0.5), (1.0, 0.5)), ((0.5, 0.0), (0.5, 1.0))),
    "-": (((0.0, 0.5), (1.0, 0.5)),),
    "=": (((0.0, 0.3), (1.0, 0.3)), ((0.0, 0.7), (1.0, 0.7))),
    "x": (((0.0, 0.0), (1.0, 1.0)), ((1.0, 0.0), (0.0, 1.0))),
    "√": (((0.0, 0.55), (0.08, 0.5), (0.18, 1.0), (0.3, 0.0), (1.0, 0.0)),),
    "∑": (((0.95, 0.05), (0.0, 0.0), (0.55, 0.5), (0.0, 1.0), (1.0, 0.97)),),
}
_POINTS = 12

# A sign, and its box: left, top, width, height.
Placed = tuple[str, float, float, float, float]

# y grows downwards; a digit on the line is 100 high, and ends at 0.
HALF: tuple[Placed, ...] = (
    ("1", 30, -148, 20, 90),
    ("-", 0, -43, 90, 2),
    ("2", 20, -23, 55, 90),
)
POWER: tuple[Placed, ...] = (("2", 0, -100, 60, 100), ("3", 68, -160, 30, 52))
ROOT: tuple[Placed, ...] = (("√", 0, -130, 190, 150), ("9", 90, -100, 55, 100))
SUM_WITH_LIMITS: tuple[Placed, ...] = (
    ("∑", 0, -130, 110, 150),
    ("2", 40, 40, 30, 55),
    ("9", 40, -215, 30, 60),
    ("4", 150, -100, 60, 100),
)
EQUALS: Placed = ("=", 0, -75, 60, 50)


def drawn(signs: Iterable[Placed]) -> list[PointArray]:
    """The strokes of some signs, one sign after the other."""
    strokes: list[PointArray] = []
    for label, left, top, width, height in signs:
        strokes += _strokes(label, left, top, width, height)
    return strokes


def points_of(signs: Iterable[Placed]) -> list[list[Point]]:
    """The same as points to send, on a canvas."""
    return [
        [(round(float(x) + 100, 2), round(float(y) + 400, 2)) for x, y in stroke]
        for stroke in drawn(signs)
    ]


def moved(signs: Iterable[Placed], x: float, y: float = 0.0) -> list[Placed]:
    """The signs elsewhere."""
    return [(label, left + x, top + y, width, height) for label, left, top, width, height in signs]


def _strokes(label: str, left: float, top: float, width: float, height: float) -> list[PointArray]:
    if label.isdigit():
        glyph = digit(label)
        together = np.concatenate(glyph)
        low, extent = together.min(axis=0), np.ptp(together, axis=0)
        scale = np.array([width / max(extent[0], 1.0) if label != "1" else 1.0, height / extent[1]])
        return [((one - low) * scale + [left, top]).astype(np.float32) for one in glyph]
    strokes = []
    for corners in _SIGNS[label]:
        ways = np.array(corners)
        steps = np.hypot(*np.diff(ways, axis=0).T)
        at = np.concatenate([[0.0], np.cumsum(steps)])
        along = np.linspace(0, at[-1], _POINTS * (len(corners) - 1))
        points = np.column_stack([np.interp(along, at, ways[:, axis]) for axis in (0, 1)])
        strokes.append((points * [width, height] + [left, top]).astype(np.float32))
    return strokes
