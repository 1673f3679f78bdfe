"""A client's own record of its drawing: strokes, pins, and the history of edits.

It is an immutable value. An edit returns the drawing that it makes, so that a client can go back to
what was there before an edit that the server refuses. The rules are those of the server
(`ink/drawing.py`); the numbers of strokes are the client's own and stay when it reconnects.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from realtime.protocol.client_messages import InkStroke

# As many steps as the server keeps.
HISTORY_STEPS = 200


class DrawnStroke(NamedTuple):
    """A finished stroke, and the client's number for it."""

    number: int
    ink: InkStroke


class PinnedStrokes(NamedTuple):
    """What some strokes were said to be."""

    strokes: frozenset[int]
    label: str


class _Canvas(NamedTuple):
    """What is on the canvas at one moment."""

    strokes: tuple[DrawnStroke, ...] = ()
    pins: tuple[PinnedStrokes, ...] = ()


_EMPTY = _Canvas()


@dataclass(frozen=True, slots=True)
class ClientDrawing:
    """Strokes, pins, and what can be undone and redone.

    Attributes:
        canvas: what is there now.
        past: what was there before each edit, the newest last.
        future: what `redone` brings back, the next one last.
    """

    canvas: _Canvas = _EMPTY
    past: tuple[_Canvas, ...] = ()
    future: tuple[_Canvas, ...] = ()

    @property
    def strokes(self) -> tuple[DrawnStroke, ...]:
        """All finished strokes, in the order drawn."""
        return self.canvas.strokes

    @property
    def pins(self) -> tuple[PinnedStrokes, ...]:
        """What strokes were said to be; no stroke is in two."""
        return self.canvas.pins

    def has(self, number: int) -> bool:
        """Whether a stroke has this number."""
        return any(stroke.number == number for stroke in self.strokes)

    def with_stroke(self, stroke: DrawnStroke) -> "ClientDrawing":
        """The drawing with one more stroke."""
        return self._edited(_Canvas((*self.strokes, stroke), self.pins))

    def without(self, numbers: Iterable[int]) -> "ClientDrawing":
        """The drawing without these strokes, and without the pins that hold one of them."""
        gone = frozenset(numbers)
        strokes = tuple(stroke for stroke in self.strokes if stroke.number not in gone)
        pins = tuple(pin for pin in self.pins if not pin.strokes & gone)
        return self._edited(_Canvas(strokes, pins))

    def cleared(self) -> "ClientDrawing":
        """The drawing without strokes; that can be undone."""
        return self._edited(_EMPTY)

    def pinned(self, strokes: Iterable[int], label: str) -> "ClientDrawing":
        """The drawing with these strokes pinned, instead of pins that hold one of them."""
        new = PinnedStrokes(frozenset(strokes), label)
        if new in self.pins:
            return self
        kept = tuple(pin for pin in self.pins if not pin.strokes & new.strokes)
        return self._edited(_Canvas(self.strokes, (*kept, new)))

    def unpinned(self, strokes: Iterable[int]) -> "ClientDrawing":
        """The drawing without the pin of exactly these strokes."""
        lifted = frozenset(strokes)
        pins = tuple(pin for pin in self.pins if pin.strokes != lifted)
        return self._edited(_Canvas(self.strokes, pins))

    def replaced(self, strokes: Iterable[DrawnStroke]) -> "ClientDrawing":
        """Another drawing, which forgets what was before it; each of its strokes is an edit."""
        drawing = ClientDrawing()
        for stroke in strokes:
            drawing = drawing.with_stroke(stroke)
        return drawing

    def undone(self) -> "ClientDrawing":
        """The drawing before the last edit; the same where there is none."""
        if not self.past:
            return self
        return ClientDrawing(self.past[-1], self.past[:-1], (*self.future, self.canvas))

    def redone(self) -> "ClientDrawing":
        """The drawing with the edit that was taken back last; the same where there is none."""
        if not self.future:
            return self
        return ClientDrawing(self.future[-1], (*self.past, self.canvas), self.future[:-1])

    def _edited(self, canvas: _Canvas) -> "ClientDrawing":
        if canvas == self.canvas:
            return self
        return ClientDrawing(canvas, (*self.past, self.canvas)[-HISTORY_STEPS:])
