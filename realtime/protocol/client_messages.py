"""The messages of a client: validated values. `PROTOCOL.md` describes each.

msgspec checks types, ranges and finiteness while it decodes, so that nothing downstream checks them
again. What takes knowledge of the drawing (order, stroke numbers, how much there is) is checked by
`sessions/rules.py`.
"""

from collections.abc import Sized
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

PROTOCOL_VERSION = 1
# The path of the WebSocket that speaks it.
WEBSOCKET_PATH = "/ws"

# Far beyond any canvas, and small enough that float32 still tells hundredths of a unit apart.
COORDINATE_LIMIT = 100_000
# Whole numbers that JavaScript can hold (Number.MAX_SAFE_INTEGER).
COUNT_LIMIT = 2**53 - 1
# No network has more labels to rank.
TOP_LIMIT = 1000
Count = Annotated[int, Meta(ge=0, le=COUNT_LIMIT)]
Seq = Annotated[
    int,
    Meta(ge=0, le=COUNT_LIMIT, description="number of the message, larger than that before."),
]
Coordinate = Annotated[float, Meta(ge=-COORDINATE_LIMIT, le=COORDINATE_LIMIT)]
Length = Annotated[float, Meta(gt=0, le=COORDINATE_LIMIT)]
Pressure = Annotated[float, Meta(ge=0, le=1)]
Label = Annotated[str, Meta(max_length=100)]


class Canvas(Struct, frozen=True):
    """Size of the drawing surface in canvas units."""

    width: Length
    height: Length


class Config(Struct, frozen=True, tag_field="type", tag="config"):
    """How the client wants its answers; optional, the first message.

    Attributes:
        v: version of the protocol.
        canvas: size of the drawing surface.
        top: how many labels, or texts, an answer names.
        interim: whether answers are wanted while the pen moves.
        image: whether answers shall have a picture of what the network saw.
        recognize: what the ink is read as, one of the names in `ready.recognizers`; without it that
            is `ready.model`.
        labels: an allow-list: others are masked, and the rest renormalised.
        language_model: whether texts are read with the model of English letters, too.
        heartbeat: whether the server may send `heartbeat` messages.
    """

    v: int = PROTOCOL_VERSION
    canvas: Canvas | None = None
    top: Annotated[int, Meta(ge=1, le=TOP_LIMIT)] = 3
    interim: bool = True
    image: bool = False
    recognize: Label | UnsetType = UNSET
    labels: Annotated[list[Label], Meta(min_length=1, max_length=TOP_LIMIT)] | None = None
    language_model: bool = True
    # Older clients do not know these messages.
    heartbeat: bool = False


class HeartbeatReply(Struct, frozen=True, tag_field="type", tag="heartbeat"):
    """The answer to the server's message of this name: it is nothing but a message."""


def _check_columns(columns: "Points | InkStroke") -> None:
    """Raise ValueError unless all columns are of equal length."""
    count = len(columns.x)
    if len(columns.y) == count == len(columns.t) and (columns.p is None or len(columns.p) == count):
        return
    for name, column in (("y", columns.y), ("t", columns.t), ("p", columns.p)):
        if column is not None:
            _check_length(name, column, count)


def _check_length(name: str, column: Sized, count: int) -> None:
    """Raise ValueError unless a column has as many values as `x`."""
    if len(column) != count:
        expected = f"Expected as many values in `{name}` as in `x` ({count})"
        raise ValueError(f"{expected}, got {len(column)} in `{name}`")


class Points(Struct, frozen=True, tag_field="type", tag="points"):
    """New points of one stroke, as columns of equal length.

    Attributes:
        stroke: number of the stroke: a new one opens it.
        x: in canvas units.
        y: in canvas units, downwards.
        t: milliseconds since the drawing began.
        p: pressure of the pen.
        end: whether the stroke has ended, which asks for a final answer.
    """

    seq: Seq
    stroke: Count
    x: list[Coordinate]
    y: list[Coordinate]
    t: list[Count]
    p: list[Pressure] | None = None
    end: bool = False

    def __post_init__(self) -> None:
        _check_columns(self)


class InkStroke(Struct, frozen=True):
    """A whole stroke, as columns of equal length.

    Attributes:
        x: in canvas units.
        y: in canvas units, downwards.
        t: milliseconds since the drawing began.
        p: pressure of the pen.
    """

    x: Annotated[list[Coordinate], Meta(min_length=1)]
    y: list[Coordinate]
    t: list[Count]
    p: list[Pressure] | None = None

    def __post_init__(self) -> None:
        _check_columns(self)


class InkPin(Struct, frozen=True):
    """A pin of an `ink` message: its strokes are one character, and this one.

    Attributes:
        strokes: their places in the message, from 0.
        label: what they are.
    """

    strokes: Annotated[list[Count], Meta(min_length=1)]
    label: Label


class InkMessage(Struct, frozen=True, tag_field="type", tag="ink"):
    """Replaces the whole drawing, with what its strokes were said to be.

    Attributes:
        strokes: they get the numbers 0, 1, 2, …
        pins: set one after the other.
    """

    seq: Seq
    strokes: list[InkStroke]
    pins: list[InkPin] = []


class Correct(Struct, frozen=True, tag_field="type", tag="correct"):
    """Says what some strokes of a line are, or takes that back.

    Attributes:
        strokes: their numbers.
        label: what they are; null lifts their pin.
    """

    seq: Seq
    strokes: Annotated[list[Count], Meta(min_length=1)]
    label: Label | None


class Teach(Struct, frozen=True, tag_field="type", tag="teach"):
    """Says what the drawing as it stands is, so that the next one like it is read so.

    Attributes:
        label: what it is.
    """

    seq: Seq
    label: Label


class ExampleStroke(Struct, frozen=True):
    """A stroke of an example, as columns of equal length.

    Attributes:
        x: in any unit.
        y: in the same unit, downwards.
    """

    x: Annotated[list[Coordinate], Meta(min_length=1)]
    y: list[Coordinate]

    def __post_init__(self) -> None:
        _check_length("y", self.y, len(self.x))


class Example(Struct, frozen=True):
    """Ink of this person, and what it is."""

    label: Label
    strokes: Annotated[list[ExampleStroke], Meta(min_length=1)]


class Examples(Struct, frozen=True, tag_field="type", tag="examples"):
    """Adds what the person has taught before, in earlier sessions.

    Attributes:
        examples: all of them are taken, or none.
    """

    seq: Seq
    examples: list[Example]


class Forget(Struct, frozen=True, tag_field="type", tag="forget"):
    """Forgets all that was taught in this session."""

    seq: Seq


class Erase(Struct, frozen=True, tag_field="type", tag="erase"):
    """Removes one stroke.

    Attributes:
        stroke: its number.
    """

    seq: Seq
    stroke: Count


class Undo(Struct, frozen=True, tag_field="type", tag="undo"):
    """Takes the last edit back."""

    seq: Seq


class Redo(Struct, frozen=True, tag_field="type", tag="redo"):
    """Repeats the edit that was taken back last."""

    seq: Seq


class Clear(Struct, frozen=True, tag_field="type", tag="clear"):
    """Removes all strokes."""

    seq: Seq


# Those that change the drawing, and those that change what was learnt.
DrawingMessage = Points | Erase | Undo | Redo | Clear | InkMessage | Correct
TeachingMessage = Teach | Examples | Forget
ClientMessage = Config | HeartbeatReply | DrawingMessage | TeachingMessage
