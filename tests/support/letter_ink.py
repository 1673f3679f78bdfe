"""Words in print letters as ink: simple forms of some letters, side by side on a baseline."""

from collections.abc import Sequence

import numpy as np

from realtime.ink.stroke import PointArray
from tests.support.drawing import Point

X_HEIGHT = 50.0
BASELINE = 150.0
# Between letters, and between words, in x-heights.
GAP = 0.45
WORD_GAP = 1.8
_POINTS = 16

_Corners = tuple[tuple[float, float], ...]


def _arc(
    middle: tuple[float, float], radius: tuple[float, float], ends: tuple[float, float]
) -> _Corners:
    """Points of an ellipse, angles in degrees from the right and upwards."""
    angles = np.radians(np.linspace(*ends, 24))
    x = middle[0] + radius[0] * np.cos(angles)
    y = middle[1] + radius[1] * np.sin(angles)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def _scaled(strokes: Sequence[_Corners], by: float) -> tuple[_Corners, ...]:
    return tuple(tuple((by * x, by * y) for x, y in stroke) for stroke in strokes)


_O = (_arc((0.4, 0.5), (0.4, 0.5), (90, 450)),)
_C = (_arc((0.45, 0.5), (0.45, 0.5), (45, 315)),)
_X = (((0.0, 1.0), (0.8, 0.0)), ((0.8, 1.0), (0.0, 0.0)))
_Z = (((0.0, 1.0), (0.8, 1.0), (0.0, 0.0), (0.8, 0.0)),)
_CAPITAL = 1.8
# Corners in x-heights, y upwards from the baseline.
_LETTERS: dict[str, tuple[_Corners, ...]] = {
    "o": _O,
    "c": _C,
    "x": _X,
    "z": _Z,
    "l": (((0.0, 1.9), (0.0, 0.0)),),
    "i": (((0.0, 1.0), (0.0, 0.0)), ((0.0, 1.5), (0.02, 1.53))),
    "t": (((0.35, 1.7), (0.35, 0.0)), ((0.0, 1.1), (0.7, 1.1))),
    "n": (((0.0, 1.0), (0.0, 0.0), (0.0, 0.7), (0.2, 0.95), (0.45, 1.0), (0.6, 0.8), (0.6, 0.0)),),
    "h": (((0.0, 1.9), (0.0, 0.0), (0.0, 0.7), (0.2, 0.95), (0.45, 1.0), (0.6, 0.8), (0.6, 0.0)),),
    "O": _scaled(_O, _CAPITAL),
    "C": _scaled(_C, _CAPITAL),
    "X": _scaled(_X, _CAPITAL),
    "Z": _scaled(_Z, _CAPITAL),
    "T": (((0.6, 1.8), (0.6, 0.0)), ((0.0, 1.8), (1.2, 1.8))),
    "H": (((0.0, 1.8), (0.0, 0.0)), ((1.0, 1.8), (1.0, 0.0)), ((0.0, 0.95), (1.0, 0.95))),
    "L": (((0.0, 1.8), (0.0, 0.0), (1.0, 0.0)),),
    "N": (((0.0, 0.0), (0.0, 1.8), (1.1, 0.0), (1.1, 1.8)),),
    ".": (((0.0, 0.05), (0.03, 0.0)),),
    ",": (((0.15, 0.12), (0.16, -0.05), (0.1, -0.22), (-0.08, -0.42)),),
    "'": (((0.1, 1.9), (0.0, 1.5)),),
    "-": (((0.0, 0.55), (0.6, 0.55)),),
}


def written(text: str, *, x: float = 40.0, scale: float = 1.0) -> list[PointArray]:
    """The strokes of a text, in the order drawn."""
    strokes: list[PointArray] = []
    unit = X_HEIGHT * scale
    for character in text:
        if character == " ":
            x += WORD_GAP * unit
            continue
        reached = x
        for corners in _LETTERS[character]:
            at = _evenly(np.array(corners)) * [unit, -unit] + [x, BASELINE]
            strokes.append(at.astype(np.float32))
            reached = max(reached, float(at[:, 0].max()))
        x = reached + GAP * unit
    return strokes


def written_points(text: str) -> list[list[Point]]:
    """The same as points, for messages."""
    return _points(written(text))


def joined(count: int = 9) -> list[PointArray]:
    """So many letters n in one stroke that never leaves the paper."""
    letter = np.array(_LETTERS["n"][0])
    way = np.concatenate([letter + np.array([0.75 * place, 0.0]) for place in range(count)])
    at = _evenly(way, 20 * count) * [X_HEIGHT, -X_HEIGHT] + [40.0, BASELINE]
    return [at.astype(np.float32)]


def joined_points() -> list[list[Point]]:
    """The same as points, for messages."""
    return _points(joined())


def _points(strokes: Sequence[PointArray]) -> list[list[Point]]:
    return [
        [(round(one, 2), round(other, 2)) for one, other in stroke.tolist()] for stroke in strokes
    ]


def _evenly(corners: np.ndarray, count: int | None = None) -> np.ndarray:
    """Points at equal distances along a way of corners."""
    travelled = np.concatenate([[0], np.hypot(*np.diff(corners, axis=0).T).cumsum()])
    at = np.linspace(0, travelled[-1], count or max(_POINTS, 2 * len(corners)))
    return np.column_stack([np.interp(at, travelled, column) for column in corners.T])
