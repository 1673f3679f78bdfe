"""Session files as drawings, and drawings as session files that a server can be sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import numpy as np
from msgspec import UNSET, Raw

from realtime.errors import MessageError
from realtime.formats.drawing import (
    LabelledDrawing,
    LabelledStrokes,
    Trace,
    common_channels,
)
from realtime.formats.limits import InkBudget, MalformedInkError
from realtime.ink.drawing import Drawing
from realtime.ink.pin import Pin
from realtime.ink.stroke import Stroke
from realtime.protocol import messages
from realtime.protocol.client_messages import (
    COORDINATE_LIMIT,
    Canvas,
    Clear,
    ClientMessage,
    Config,
    Correct,
    Erase,
    InkMessage,
    Points,
    Redo,
    Undo,
)
from realtime.protocol.session_file import Entry, Recording, decode_recording

# The protocol's limits for one message (`INK_MESSAGE_POINTS`) are far above it.
POINTS_AT_ONCE = 1000
# A session file's strokes have times; where a drawing has none they are all this one.
_NO_TIME_MS = 0


@dataclass(slots=True)
class _Ink:
    """A drawing with the channels that its strokes do not keep."""

    drawing: Drawing
    times_ms: dict[int, list[int]] = field(default_factory=dict)
    pressure: dict[int, list[float] | None] = field(default_factory=dict)
    # Strokes that were removed have to keep their identity while an edit may bring them back.
    strokes: list[Stroke] = field(default_factory=list)

    def extend(self, message: Points) -> None:
        was_open = self.drawing.open
        self.drawing.extend(message.stroke, message.x, message.y)
        if (stroke := self.drawing.open) is not None:
            if stroke is not was_open:
                self.add(stroke, [], [])
            self.times_ms[id(stroke)] += message.t
            known = self.pressure[id(stroke)]
            if known is None or message.p is None:
                self.pressure[id(stroke)] = None
            else:
                known += message.p
        if message.end:
            self.drawing.finish()

    def add(self, stroke: Stroke, times_ms: list[int], pressure: list[float] | None) -> None:
        self.strokes.append(stroke)
        self.times_ms[id(stroke)] = times_ms
        self.pressure[id(stroke)] = pressure

    def trace(self, stroke: Stroke) -> Trace:
        pressure = self.pressure[id(stroke)]
        return Trace(
            np.array(stroke.coordinates, np.float64),
            np.array(self.times_ms[id(stroke)], np.float64),
            None if pressure is None else np.array(pressure, np.float64),
        )


def read_drawing(content: bytes, budget: InkBudget) -> LabelledDrawing:
    """The drawing at the end of a session, with what its strokes were said to be as segments.

    Messages that only a server could take or refuse, such as lessons, are passed over.

    Raises:
        MalformedInkError: it is no session file, or has no ink at its end.
    """
    recording = _recording(content)
    # No edit of a file is taken back after so many points that it matters what is forgotten.
    ink = _Ink(Drawing(history_points=len(content)))
    task, canvas = "", recording.canvas
    for message in _sent(recording):
        if isinstance(message, Config):
            task = message.recognize if message.recognize is not UNSET else task
            if canvas is UNSET and message.canvas is not None:
                canvas = message.canvas
        else:
            _apply(ink, message)
    strokes = ink.drawing.strokes
    try:
        traces = common_channels(ink.trace(stroke) for stroke in strokes if stroke.size)
    except ValueError as error:
        raise MalformedInkError("there is no ink at its end") from error
    for trace in traces:
        budget.add(trace, "")
    if all(trace.times_ms is not None and not trace.times_ms.any() for trace in traces):
        traces = tuple(Trace(trace.points, None, trace.pressure) for trace in traces)
    label = "" if recording.label is None else recording.label
    return LabelledDrawing(
        traces=traces,
        label=None if label is UNSET else label,
        segments=_segments(ink.drawing),
        task=task,
        canvas=None if canvas is UNSET else (canvas.width, canvas.height),
    )


def _recording(content: bytes) -> Recording:
    try:
        return decode_recording(content)
    except ValueError as error:
        raise MalformedInkError(str(error)) from error


def _sent(recording: Recording) -> Iterator[ClientMessage]:
    """What the client sent, checked."""
    for number, (_, text) in enumerate(recording.sent):
        try:
            yield messages.decode(text)
        except MessageError as error:
            raise MalformedInkError(error.message, f"message {number} that was sent") from error


def session_messages(drawing: LabelledDrawing, task: str) -> Iterator[tuple[float, ClientMessage]]:
    """What a client sends to draw a drawing: milliseconds since the connection opened, and what.

    Args:
        drawing: its coordinates are taken as they are; `drawing.fitted` makes them a canvas's.
        task: what is to be recognized; "" where that is left to the server.

    Raises:
        MalformedInkError: a coordinate is beyond what the protocol can carry.
    """
    at, seq = 0.0, 0
    yield at, Config(canvas=_canvas(drawing), recognize=task or UNSET)
    for number, trace in enumerate(drawing.traces):
        if np.abs(trace.points).max() > COORDINATE_LIMIT:
            reason = f"a coordinate beyond {COORDINATE_LIMIT}; fit the drawing into a canvas"
            raise MalformedInkError(reason, f"stroke {number}", COORDINATE_LIMIT)
        count = len(trace.points)
        for first in range(0, count, POINTS_AT_ONCE):
            rows = slice(first, first + POINTS_AT_ONCE)
            times = [_NO_TIME_MS] * len(trace.points[rows])
            if trace.times_ms is not None:
                times = np.rint(trace.times_ms[rows]).astype(int).tolist()
            at = max(at, float(times[-1]))
            seq += 1
            yield (
                at,
                Points(
                    seq=seq,
                    stroke=number,
                    x=trace.points[rows, 0].tolist(),
                    y=trace.points[rows, 1].tolist(),
                    t=times,
                    p=None if trace.pressure is None else trace.pressure[rows].tolist(),
                    end=first + POINTS_AT_ONCE >= count,
                ),
            )
    for segment in drawing.segments:
        if segment.strokes:
            seq += 1
            yield at, Correct(seq=seq, strokes=list(segment.strokes), label=segment.label)


def format_session(drawing: LabelledDrawing) -> bytes:
    """The session file of a drawing, one message a line.

    Raises:
        MalformedInkError: the drawing, or a label, is beyond what the protocol can carry.
    """
    entries = [
        Entry(at, send=Raw(msgspec.json.encode(message)))
        for at, message in session_messages(drawing, drawing.task)
    ]
    recording = Recording(
        format="ink-session",
        v=1,
        label=UNSET if drawing.label is None else (drawing.label or None),
        canvas=Canvas(*drawing.canvas) if drawing.canvas else UNSET,
        messages=[],
    )
    head = msgspec.json.encode(recording).removesuffix(b"]}")
    lines = b",\n".join(msgspec.json.encode(entry) for entry in entries)
    content = head + b"\n" + lines + b"\n]}\n"
    # Labels, tasks and canvases of other formats may be more than the protocol's.
    for _ in _sent(_recording(content)):
        pass
    return content


def _canvas(drawing: LabelledDrawing) -> Canvas | None:
    """The drawing's canvas; where it is not known, one of the ink's extent, by which dots go."""
    sides = drawing.canvas or drawing.extent
    if not max(sides) > 0:
        return None
    width, height = (min(max(side, 1.0), COORDINATE_LIMIT) for side in sides)
    return Canvas(width, height)


def _apply(ink: _Ink, message: ClientMessage) -> None:
    match message:
        case Points():
            ink.extend(message)
        case InkMessage():
            strokes = [Stroke(number, one.x, one.y) for number, one in enumerate(message.strokes)]
            for stroke, one in zip(strokes, message.strokes, strict=True):
                ink.add(stroke, one.t, one.p)
            pins = [Pin(frozenset(pin.strokes), pin.label) for pin in message.pins]
            ink.drawing.replace(strokes, pins)
        case Correct(label=None):
            ink.drawing.unpin(frozenset(message.strokes))
        case Correct():
            ink.drawing.pin(Pin(frozenset(message.strokes), message.label or ""))
        case Erase():
            ink.drawing.erase(message.stroke)
        case Undo():
            ink.drawing.undo()
        case Redo():
            ink.drawing.redo()
        case Clear():
            ink.drawing.clear()


def _segments(drawing: Drawing) -> tuple[LabelledStrokes, ...]:
    places = {stroke.number: place for place, stroke in enumerate(drawing.strokes)}
    return tuple(
        LabelledStrokes(pin.label, tuple(sorted(places[stroke] for stroke in pin.strokes)))
        for pin in drawing.pins
        if pin.strokes <= places.keys()
    )
