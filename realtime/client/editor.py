"""What can be done to a client's drawing: each as a message, and as a change of what is kept.

What cannot be meant, such as to erase a stroke that is not there, is refused here as the server
would: the numbers of strokes are the client's own.
"""

import time
from collections.abc import Callable, Iterable, Sequence

from realtime.client.drawing import ClientDrawing, DrawnStroke
from realtime.client.edits import Kept, OnDone
from realtime.client.open_stroke import OpenStroke
from realtime.client.synchronization import Synchronization
from realtime.errors import MessageError
from realtime.protocol import client_messages
from realtime.protocol.client_messages import Example, InkStroke

# A stroke, or new points of one: (x, y) pairs in canvas units, whose time is when they are handed
# in; or columns, whose times, in milliseconds since the drawing began, and pressures are known.
StrokePoints = InkStroke | Sequence[Sequence[float]]
_MS = 1000


class Editor:
    """Makes edits of one drawing. Each raises `MessageError` where it cannot be meant."""

    def __init__(
        self, synchronization: Synchronization, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._synchronization = synchronization
        self._clock = clock
        self._began_s: float | None = None
        self._next_number = 0

    def extend_stroke(self, points: StrokePoints) -> int:
        """Add points to the open stroke, or open one; returns its number."""
        synchronization = self._synchronization
        part = self._columns(points)
        if synchronization.open is None:
            if not part.x:
                raise _bad("x", "x: a stroke has to begin with a point")
            synchronization.open = OpenStroke(self._number())
        synchronization.open.extend(part)
        return synchronization.open.number

    def end_stroke(self, on_done: OnDone) -> int:
        """End the open stroke; returns its number."""
        synchronization = self._synchronization
        stroke = synchronization.open
        if stroke is None:
            raise _out_of_order("stroke", "no stroke is open that could end")
        if stroke.refusal is not None:
            synchronization.open = None
            on_done(stroke.refusal)
        else:
            drawn = DrawnStroke(stroke.number, stroke.ink)
            synchronization.end_open(stroke, _drawing(lambda one: one.with_stroke(drawn)), on_done)
        return stroke.number

    def draw(self, points: StrokePoints, on_done: OnDone) -> int:
        """Draw a whole stroke; returns its number."""
        if (stroke := self._synchronization.open) is not None:
            reason = f"stroke {stroke.number} has to end before another one is drawn"
            raise _out_of_order("stroke", reason)
        self.extend_stroke(points)
        return self.end_stroke(on_done)

    def replace(self, strokes: Iterable[StrokePoints], on_done: OnDone) -> list[int]:
        """Draw strokes instead of all that was there; returns their numbers."""
        drawn = [DrawnStroke(self._number(), self._columns(points)) for points in strokes]
        self._synchronization.open = None
        self._synchronization.edit(None, _drawing(lambda one: one.replaced(drawn)), on_done)
        return [stroke.number for stroke in drawn]

    def erase(self, number: int, on_done: OnDone) -> None:
        """Remove a stroke."""
        synchronization = self._synchronization
        if synchronization.open is not None and synchronization.open.number == number:
            self._abandon(on_done)
            return
        self._check_finished([number], "stroke")
        wire_number = synchronization.numbers.on_wire(number)
        synchronization.stream_open()
        synchronization.edit(
            lambda seq: client_messages.Erase(seq, wire_number),
            _drawing(lambda one: one.without([number])),
            on_done,
        )

    def clear(self, on_done: OnDone) -> None:
        """Remove all strokes."""
        self._synchronization.open = None
        self._synchronization.edit(
            client_messages.Clear, _drawing(lambda one: one.cleared()), on_done
        )

    def undo(self, on_done: OnDone) -> None:
        """Take the open stroke back, or else the last edit."""
        synchronization = self._synchronization
        if synchronization.open is not None:
            self._abandon(on_done)
            return
        # An edit from before the ink was sent as a whole is unknown to the server.
        is_known = synchronization.undoable > 0
        undoable, redoable = synchronization.undoable - 1, synchronization.redoable + 1
        synchronization.edit(
            client_messages.Undo if is_known else None,
            _drawing(lambda one: one.undone()),
            on_done,
        )
        if is_known:
            synchronization.undoable, synchronization.redoable = undoable, redoable

    def redo(self, on_done: OnDone) -> None:
        """Repeat the edit that was taken back last."""
        synchronization = self._synchronization
        synchronization.open = None
        is_known = synchronization.redoable > 0
        undoable, redoable = synchronization.undoable + 1, synchronization.redoable - 1
        synchronization.edit(
            client_messages.Redo if is_known else None,
            _drawing(lambda one: one.redone()),
            on_done,
        )
        if is_known:
            synchronization.undoable, synchronization.redoable = undoable, redoable

    def correct(self, numbers: Sequence[int], label: str | None, on_done: OnDone) -> None:
        """Pin strokes to a label, or lift their pin where it is None."""
        self._check_finished(numbers, "strokes")
        synchronization = self._synchronization
        wire_numbers = [synchronization.numbers.on_wire(number) for number in numbers]

        def change(drawing: ClientDrawing) -> ClientDrawing:
            return drawing.unpinned(numbers) if label is None else drawing.pinned(numbers, label)

        synchronization.stream_open()
        synchronization.edit(
            lambda seq: client_messages.Correct(seq, wire_numbers, label), _drawing(change), on_done
        )

    def teach(self, label: str, on_done: OnDone) -> None:
        """Say what the drawing as it stands is."""
        synchronization = self._synchronization
        strokes = synchronization.kept.drawing.strokes
        if synchronization.open is not None:
            reason = f"stroke {synchronization.open.number} has to end before it is taught"
            raise _out_of_order("type", reason)
        if not strokes:
            raise _out_of_order("type", "there is no ink to teach")
        # A server that was told anew does not know that this drawing was taught already.
        is_known = synchronization.knows_lesson or not synchronization.kept.taught.replaces(strokes)
        synchronization.edit(
            (lambda seq: client_messages.Teach(seq, label)) if is_known else None,
            lambda kept: kept._replace(taught=kept.taught.with_lesson(kept.drawing.strokes, label)),
            on_done,
            teaches=True,
        )
        synchronization.knows_lesson = is_known and synchronization.is_sending

    def add_examples(self, examples: Sequence[Example], on_done: OnDone) -> None:
        """Add what was taught in earlier sessions, in as many messages as that takes."""
        self._synchronization.edit(
            None,
            lambda kept: kept._replace(taught=kept.taught.with_examples(examples)),
            on_done,
            teaches=True,
        )

    def forget(self, on_done: OnDone) -> None:
        """Forget all that was taught."""
        self._synchronization.edit(
            client_messages.Forget,
            lambda kept: kept._replace(taught=Kept().taught),
            on_done,
            teaches=True,
        )

    def _abandon(self, on_done: OnDone) -> None:
        """Take the open stroke back, of which the server may have a part."""
        synchronization = self._synchronization
        stroke, synchronization.open = synchronization.open, None
        is_known = stroke is not None and stroke.streamed > 0 and stroke.refusal is None
        synchronization.edit(client_messages.Undo if is_known else None, lambda kept: kept, on_done)

    def _check_finished(self, numbers: Sequence[int], field: str) -> None:
        drawing = self._synchronization.kept.drawing
        for place, number in enumerate(numbers):
            if not drawing.has(number):
                path = f"{field}[{place}]" if field == "strokes" else field
                reason = f"there is no finished stroke {number}"
                raise MessageError(code="unknown_stroke", message=reason, field=path)

    def _number(self) -> int:
        self._next_number += 1
        return self._next_number - 1

    def _columns(self, points: StrokePoints) -> InkStroke:
        # As numbers, so that what is none is refused before anything has changed.
        if isinstance(points, InkStroke):
            p = None if points.p is None else [*map(float, points.p)]
            return InkStroke(
                [*map(float, points.x)], [*map(float, points.y)], [*map(int, points.t)], p
            )
        now_s = self._clock()
        self._began_s = now_s if self._began_s is None else self._began_s
        at_ms = round((now_s - self._began_s) * _MS)
        x, y = [float(x) for x, _ in points], [float(y) for _, y in points]
        return InkStroke(x, y, [at_ms] * len(x))


def _drawing(change: Callable[[ClientDrawing], ClientDrawing]) -> Callable[[Kept], Kept]:
    """A change of the drawing alone."""
    return lambda kept: kept._replace(drawing=change(kept.drawing))


def _bad(field: str, reason: str) -> MessageError:
    return MessageError(code="bad_message", message=reason, field=field)


def _out_of_order(field: str, reason: str) -> MessageError:
    return MessageError(code="bad_order", message=reason, field=field)
