"""Here a stroke point joins its stroke. A `Drawing` is the strokes that are there, the one that is open, and the history.

    state                 what is done              next state
    ─────                 ────────────              ──────────
    no stroke is open     extend n                  n is open
    stroke n is open      extend n                  n is still open
    stroke n is open      finish                    n is there; an edit
    stroke n is open      undo, or erase n          n is abandoned; no edit
    stroke n is open      clear, redo, replace      n is abandoned first, then as below
    any                   erase m, clear            an edit, which forgets what could be redone
    any                   undo, redo                one edit back or forth, if there is one
    any                   replace                   all new; the history begins again with one edit a stroke

Nothing here refuses: `session.py` does, before it changes anything. The page keeps its ink by the same rules (`web/js/ink.js`).
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from realtime.rasterizer import Points

# More steps than anyone takes back by hand. A client that does is not lost: it sees `strokes` differ and sends its `ink`.
HISTORY_STEPS = 200


class Stroke:
    """One stroke. Its points come a few at a time, and are made an array once they are asked for."""

    __slots__ = ("_points", "_x", "_y", "number")

    def __init__(self, number: int, x: Iterable[float] = (), y: Iterable[float] = ()) -> None:
        self.number = number
        self._x = list(x)
        self._y = list(y)
        self._points: Points | None = None

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self._x)

    def extend(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Append points, as columns of equal length."""
        self._x += x
        self._y += y
        self._points = None

    @property
    def coordinates(self) -> list[tuple[float, float]]:
        """All points, with the digits that they were sent with."""
        return list(zip(self._x, self._y, strict=True))

    @property
    def points(self) -> Points:
        """All points, float32 of shape (n, 2)."""
        if self._points is None:
            self._points = np.ascontiguousarray(np.array((self._x, self._y), np.float32).T)
        return self._points


@dataclass(frozen=True, slots=True)
class Added:
    """Edit: a stroke was finished."""

    stroke: Stroke


@dataclass(frozen=True, slots=True)
class Removed:
    """Edit: strokes were erased or cleared; all strokes before and after."""

    before: tuple[Stroke, ...]
    after: tuple[Stroke, ...]


class Drawing:
    """Strokes and their history, which holds at most `history_points` points that are no longer there."""

    def __init__(self, history_points: int) -> None:
        # Only ever appended to; any other edit makes a new list, by which `LiveRaster` can tell.
        self.finished: list[Stroke] = []
        self._finished_size = 0
        self.open: Stroke | None = None
        self._history_points = history_points
        self._undo: deque[Added | Removed] = deque(maxlen=HISTORY_STEPS)
        self._redo: list[Added | Removed] = []

    @property
    def strokes(self) -> list[Stroke]:
        """All strokes in the order drawn, the open one last."""
        return [*self.finished, self.open] if self.open else self.finished

    @property
    def size(self) -> int:
        """Number of points."""
        return self._finished_size + (self.open.size if self.open else 0)

    def has(self, number: int) -> bool:
        """Whether a finished stroke has this number."""
        return any(stroke.number == number for stroke in self.finished)

    def extend(self, number: int, x: Sequence[float], y: Sequence[float]) -> None:
        """Add points, as columns, to the open stroke, or open one with this number."""
        if self.open:
            self.open.extend(x, y)
        else:
            self.open = Stroke(number, x, y)

    def finish(self) -> None:
        """End the open stroke."""
        if self.open:
            stroke, self.open = self.open, None
            self._edit(Added(stroke))

    def erase(self, number: int) -> None:
        """Remove a stroke."""
        if self.open and self.open.number == number:
            self.open = None
        else:
            self._remove(tuple(stroke for stroke in self.finished if stroke.number != number))

    def clear(self) -> None:
        """Remove all strokes."""
        self.open = None
        self._remove(())

    def replace(self, strokes: Iterable[Stroke]) -> None:
        """Have these strokes instead."""
        self.open = None
        self._put(list(strokes))
        self._undo.clear()
        self._undo.extend(Added(stroke) for stroke in self.finished)
        self._redo.clear()

    def undo(self) -> None:
        """Take back the open stroke, or else the last edit."""
        if self.open:
            self.open = None
        elif self._undo:
            edit = self._undo.pop()
            self._put(self.finished[:-1] if isinstance(edit, Added) else list(edit.before))
            self._redo.append(edit)

    def redo(self) -> None:
        """Repeat the edit that was taken back last."""
        self.open = None
        if self._redo:
            edit = self._redo.pop()
            self._do(edit)
            self._undo.append(edit)

    def _remove(self, rest: tuple[Stroke, ...]) -> None:
        # Clearing an empty canvas is nothing to undo.
        if len(rest) < len(self.finished):
            self._edit(Removed(tuple(self.finished), rest))

    def _edit(self, edit: Added | Removed) -> None:
        self._do(edit)
        self._undo.append(edit)
        self._redo.clear()
        # Someone who draws and clears all day must not fill the memory with what was cleared.
        while sum(past.stroke.size for past in self._undo if isinstance(past, Added)) > self._history_points:
            self._undo.popleft()

    def _do(self, edit: Added | Removed) -> None:
        if isinstance(edit, Added):
            self.finished.append(edit.stroke)
            self._finished_size += edit.stroke.size
        else:
            self._put(list(edit.after))

    def _put(self, strokes: list[Stroke]) -> None:
        self.finished = strokes
        self._finished_size = sum(stroke.size for stroke in strokes)
