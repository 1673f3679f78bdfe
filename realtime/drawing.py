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
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from realtime.rasterizer import Points

# More steps than anyone takes back by hand. A client that does is not lost: it sees `strokes` differ and sends its `ink`.
HISTORY_STEPS = 200


@dataclass(eq=False, slots=True)
class Stroke:
    """One stroke; its points are float32 of shape (n, 2), kept in pieces while they arrive."""

    number: int
    pieces: list[Points] = field(default_factory=list)
    size: int = 0

    def extend(self, points: Points) -> None:
        """Append float32 points of shape (n, 2)."""
        self.pieces.append(points)
        self.size += len(points)

    @property
    def points(self) -> Points:
        """All points of the stroke."""
        if len(self.pieces) > 1:
            self.pieces = [np.concatenate(self.pieces)]
        return self.pieces[0]


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
        self.finished: list[Stroke] = []
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
        return sum(stroke.size for stroke in self.strokes)

    def has(self, number: int) -> bool:
        """Whether a finished stroke has this number."""
        return any(stroke.number == number for stroke in self.finished)

    def extend(self, number: int, points: Points) -> None:
        """Add points to the open stroke, or open one with this number."""
        self.open = self.open or Stroke(number)
        if len(points):
            self.open.extend(points)

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

    def replace(self, strokes: Sequence[Points]) -> None:
        """Have these strokes instead, numbered from 0."""
        self.open = None
        self.finished = [Stroke(number, [points], len(points)) for number, points in enumerate(strokes)]
        self._undo.clear()
        self._undo.extend(Added(stroke) for stroke in self.finished)
        self._redo.clear()

    def undo(self) -> None:
        """Take back the open stroke, or else the last edit."""
        if self.open:
            self.open = None
        elif self._undo:
            edit = self._undo.pop()
            self.finished = self.finished[:-1] if isinstance(edit, Added) else list(edit.before)
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
        else:
            self.finished = list(edit.after)
