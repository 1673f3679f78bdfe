"""A drawing: its finished strokes, the open one, pins, and the history of edits for undo and redo.

    state                 operation                 next state
    ─────                 ─────────                 ──────────
    no stroke is open     extend n                  n is open
    stroke n is open      extend n                  n is still open
    stroke n is open      finish                    n is finished; an edit
    stroke n is open      undo, or erase n          n is abandoned; no edit
    stroke n is open      clear, redo, replace      n is abandoned first, then as below
    any                   erase m, clear            an edit, which discards what could be redone
    any                   pin, unpin                an edit, if it changes a pin
    any                   undo, redo                one edit back or forth, if there is one
    any                   replace                   all new; history restarts, one edit a stroke
                                                    and then one a pin

No stroke is in two pins: a new pin lifts those that hold one of its strokes, and so does the
removal of a stroke.

Nothing here refuses a message: `sessions/rules.py` does, before anything is changed. The page keeps
its ink by the same rules (`web/core/ink.js`).
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from realtime.ink.pin import Pin
from realtime.ink.stroke import Stroke

# More steps than anyone takes back by hand. A client that does so sees `strokes` differ from its
# own count and sends its `ink`.
HISTORY_STEPS = 200


@dataclass(frozen=True, slots=True)
class StrokeAdded:
    """Edit: a stroke was finished."""

    stroke: Stroke


@dataclass(frozen=True, slots=True)
class StrokesRemoved:
    """Edit: strokes were erased or cleared; all strokes before and after, and the pins lifted."""

    before: tuple[Stroke, ...]
    after: tuple[Stroke, ...]
    lifted: tuple[Pin, ...]


@dataclass(frozen=True, slots=True)
class PinChanged:
    """Edit: a pin was set, or only lifted; with the pins that were lifted for it."""

    lifted: tuple[Pin, ...]
    pin: Pin | None


Edit = StrokeAdded | StrokesRemoved | PinChanged


class Drawing:
    """Strokes and their history; an `Ink`.

    The history holds at most `history_points` points.
    """

    def __init__(self, history_points: int) -> None:
        self.finished: list[Stroke] = []
        # Grows with each change of `finished` other than an appended stroke; see `Ink`.
        self.revision = 0
        self._finished_size = 0
        self.open: Stroke | None = None
        self.pins: tuple[Pin, ...] = ()
        self._history_points = history_points
        self._undo: deque[Edit] = deque(maxlen=HISTORY_STEPS)
        self._redo: list[Edit] = []

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
            self._record(StrokeAdded(stroke))

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

    def pin(self, pin: Pin) -> None:
        """Pin strokes that are there."""
        if pin not in self.pins:
            lifted = tuple(one for one in self.pins if one.holds_any_of(pin.strokes))
            self._record(PinChanged(lifted, pin))

    def unpin(self, strokes: frozenset[int]) -> None:
        """Lift the pin of exactly these strokes, if there is one."""
        if lifted := tuple(one for one in self.pins if one.strokes == strokes):
            self._record(PinChanged(lifted, None))

    def replace(self, strokes: Iterable[Stroke], pins: Iterable[Pin] = ()) -> None:
        """Replace all strokes by these, and all pins by those, of which no stroke is in two."""
        self.open = None
        self._set_finished(list(strokes))
        self.pins = tuple(pins)
        self._undo.clear()
        self._undo.extend(StrokeAdded(stroke) for stroke in self.finished)
        self._undo.extend(PinChanged((), pin) for pin in self.pins)
        self._redo.clear()

    def undo(self) -> None:
        """Take back the open stroke, or else the last edit."""
        if self.open:
            self.open = None
        elif self._undo:
            edit = self._undo.pop()
            match edit:
                case StrokeAdded():
                    self._set_finished(self.finished[:-1])
                case StrokesRemoved():
                    self._set_finished(list(edit.before))
                    self._change_pins((), edit.lifted)
                case PinChanged():
                    self._change_pins((edit.pin,), edit.lifted)
            self._redo.append(edit)

    def redo(self) -> None:
        """Repeat the edit that was taken back last."""
        self.open = None
        if self._redo:
            edit = self._redo.pop()
            self._apply(edit)
            self._undo.append(edit)

    def _remove(self, rest: tuple[Stroke, ...]) -> None:
        # Clearing an empty canvas is nothing to undo.
        if len(rest) < len(self.finished):
            gone = frozenset(stroke.number for stroke in self.finished).difference(
                stroke.number for stroke in rest
            )
            lifted = tuple(pin for pin in self.pins if pin.holds_any_of(gone))
            self._record(StrokesRemoved(tuple(self.finished), rest, lifted))

    def _record(self, edit: Edit) -> None:
        self._apply(edit)
        self._undo.append(edit)
        self._redo.clear()
        # A client that draws and clears all day must not fill the memory with what was cleared.
        while self._undo_points() > self._history_points:
            self._undo.popleft()

    def _undo_points(self) -> int:
        return sum(edit.stroke.size for edit in self._undo if isinstance(edit, StrokeAdded))

    def _apply(self, edit: Edit) -> None:
        match edit:
            case StrokeAdded():
                self.finished.append(edit.stroke)
                self._finished_size += edit.stroke.size
            case StrokesRemoved():
                self._set_finished(list(edit.after))
                self._change_pins(edit.lifted, ())
            case PinChanged():
                self._change_pins(edit.lifted, (edit.pin,))

    def _change_pins(self, gone: Sequence[Pin | None], new: Sequence[Pin | None]) -> None:
        kept = [pin for pin in self.pins if pin not in gone]
        self.pins = (*kept, *[pin for pin in new if pin is not None])

    def _set_finished(self, strokes: list[Stroke]) -> None:
        self.finished = strokes
        self.revision += 1
        self._finished_size = sum(stroke.size for stroke in strokes)
