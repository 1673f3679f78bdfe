"""The messages that give a server all that a client has: what was taught, the ink, its pins."""

from collections.abc import Callable, Iterator, Mapping

from realtime.client.drawing import ClientDrawing
from realtime.client.open_stroke import split
from realtime.client.stroke_numbers import StrokeNumbers
from realtime.client.taught import Taught
from realtime.protocol import messages
from realtime.protocol.client_messages import (
    Correct,
    DrawingMessage,
    Example,
    Examples,
    InkMessage,
    InkPin,
    TeachingMessage,
)

# The columns of a point with all the digits of its floats: two coordinates, a time, a pressure.
POINT_BYTES = 80
# Where a server names no limit, as those of old recordings.
MESSAGE_BYTES, MESSAGE_POINTS, EXAMPLE_POINTS = 512 * 1024, 10_000, 1_000
# Of a message beside what it carries.
_AROUND_BYTES = 1_024


class MessageSizes:
    """How much the messages to a server may hold.

    Attributes:
        bytes: of a message.
        points: of a `points` message.
        example_points: of an example.
    """

    def __init__(self, limits: Mapping[str, float] | None = None) -> None:
        known = limits or {}
        self.bytes = int(known.get("message_bytes", MESSAGE_BYTES)) - _AROUND_BYTES
        fitting = max(1, self.bytes // POINT_BYTES)
        self.points = min(int(known.get("message_points", MESSAGE_POINTS)), fitting)
        self.example_points = int(known.get("example_points", EXAMPLE_POINTS))


def lessons(
    taught: Taught, sizes: MessageSizes, next_seq: Callable[[], int]
) -> Iterator[TeachingMessage]:
    """The messages that tell a server what was taught."""
    batch: list[Example] = []
    room = sizes.bytes
    for example in taught.fitting(sizes.example_points):
        size = len(messages.encode(example))
        if batch and size > room:
            yield Examples(next_seq(), batch)
            batch, room = [], sizes.bytes
        batch.append(example)
        room -= size
    if batch:
        yield Examples(next_seq(), batch)


def ink(
    drawing: ClientDrawing,
    numbers: StrokeNumbers,
    sizes: MessageSizes,
    next_seq: Callable[[], int],
) -> Iterator[DrawingMessage]:
    """The messages that replace a server's drawing, all of which it answers.

    The strokes that do not fit into an `ink` message follow as `points`.
    """
    fitting, room = 0, sizes.bytes
    for stroke in drawing.strokes:
        room -= len(messages.encode(stroke.ink))
        if room < 0:
            break
        fitting += 1
    numbers.restart(stroke.number for stroke in drawing.strokes)
    pins = [InkPin(sorted(map(numbers.on_wire, pin.strokes)), pin.label) for pin in drawing.pins]
    is_whole = fitting == len(drawing.strokes)
    first = [stroke.ink for stroke in drawing.strokes[:fitting]]
    yield InkMessage(next_seq(), first, pins if is_whole else [])
    for stroke in drawing.strokes[fitting:]:
        yield from split(stroke.ink, numbers.on_wire(stroke.number), next_seq, sizes.points)
    for pin in [] if is_whole else pins:
        yield Correct(next_seq(), pin.strokes, pin.label)
