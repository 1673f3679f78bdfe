"""A stroke: the points from pen down to pen up; and ink, the strokes of a drawing at one moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from realtime.ink.pin import Pin

# float32 of shape (n, 2): columns x and y in canvas units, y growing downwards.
PointArray = npt.NDArray[np.float32]

_NO_POINTS: PointArray = np.empty((0, 2), np.float32)


class Stroke:
    """One stroke. Its points come a few at a time, and are made an array when it is asked for."""

    __slots__ = ("_points", "_room", "_x", "_y", "number")

    def __init__(self, number: int, x: Iterable[float] = (), y: Iterable[float] = ()) -> None:
        self.number = number
        self._x = list(x)
        self._y = list(y)
        # The points that were made an array, and room for more.
        self._points = _NO_POINTS
        self._room = _NO_POINTS

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self._x)

    def extend(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Append points, as columns of equal length."""
        self._x += x
        self._y += y

    @property
    def coordinates(self) -> list[tuple[float, float]]:
        """All points, with the digits that they were sent with."""
        return list(zip(self._x, self._y, strict=True))

    @property
    def points(self) -> PointArray:
        """All points, float32 of shape (n, 2)."""
        known, count = len(self._points), len(self._x)
        if known < count:
            if count > len(self._room):
                self._room = np.empty((max(count, 2 * known), 2), np.float32)
                self._room[:known] = self._points
            self._room[known:count, 0] = self._x[known:]
            self._room[known:count, 1] = self._y[known:]
            self._points = self._room[:count]
        return self._points


class Ink(Protocol):
    """The strokes of a drawing, as a recognizer takes them.

    Two inks of one drawing with the same `revision` differ by strokes appended to `finished` and
    by the open stroke, and by nothing else; so what was computed for finished strokes still holds.
    """

    @property
    def finished(self) -> Sequence[Stroke]:
        """Strokes that have ended, in the order drawn."""

    @property
    def open(self) -> Stroke | None:
        """The stroke that the pen still draws, the last of all."""

    @property
    def pins(self) -> Sequence[Pin]:
        """What finished strokes were said to be; no stroke is in two."""

    @property
    def revision(self) -> int:
        """Number that grows when finished strokes are removed, brought back or replaced."""


@dataclass(frozen=True, slots=True)
class FinishedInk:
    """Ink that does not change any more."""

    finished: Sequence[Stroke]
    open: None = None
    revision: int = 0
    pins: Sequence[Pin] = ()

    @classmethod
    def of_points(cls, strokes: Iterable[PointArray]) -> "FinishedInk":
        """Ink of arrays of points, each float32 of shape (n, 2), n ≥ 1."""
        return cls([Stroke(number, *points.T.tolist()) for number, points in enumerate(strokes)])
