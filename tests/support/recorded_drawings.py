"""The digits of tests/recordings as a pen drew them, each with the label that it is read as."""

from dataclasses import dataclass
from functools import cache

from realtime.protocol import messages
from realtime.protocol.client_messages import Config, Points
from realtime.protocol.session_file import Recording, read_recording
from realtime.recognition.recognizer import DEFAULT_TASK
from tests.support.files import RECORDINGS


@dataclass(frozen=True)
class TimedPoint:
    """A point in canvas units, and the seconds since the drawing began."""

    x: float
    y: float
    at_s: float


@dataclass(frozen=True)
class RecordedDrawing:
    """A digit."""

    label: str
    strokes: tuple[tuple[TimedPoint, ...], ...]


@cache
def recorded_digits() -> tuple[RecordedDrawing, ...]:
    """Those that were drawn without an undo, on a canvas of 400 by 400 units."""
    drawings = (_drawing(read_recording(path)) for path in RECORDINGS)
    return tuple(drawing for drawing in drawings if drawing)


def _drawing(recording: Recording) -> RecordedDrawing | None:
    strokes: dict[int, list[TimedPoint]] = {}
    for _, text in recording.sent:
        message = messages.decode(text)
        if isinstance(message, Config):
            continue
        if not isinstance(message, Points):
            return None
        columns = zip(message.x, message.y, message.t, strict=True)
        points = [TimedPoint(x, y, t / 1000) for x, y, t in columns]
        strokes.setdefault(message.stroke, []).extend(points)
    last = recording.finals[max(recording.finals)]
    label = recording.label
    if not isinstance(label, str) or recording.recognize != DEFAULT_TASK:
        return None
    if last.top[0].label != label:
        return None
    return RecordedDrawing(label, tuple(map(tuple, strokes.values())))
