"""Here a stroke point arrives as JSON and leaves as a validated value; PROTOCOL.md describes each message.

msgspec checks types, ranges and finiteness while it decodes, so that nothing downstream checks them again. What takes knowledge of
the drawing (order, stroke numbers, how much there is) is `session.py`'s to refuse.
"""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from realtime.complaint import understand
from realtime.errors import MessageError

PROTOCOL_VERSION = 1
PATH = "/ws"
# When to come again to a server that is full.
RETRY_S = 5

# Far beyond any canvas, and small enough that float32 still tells hundredths of a unit apart.
COORDINATE_LIMIT = 100_000
# Whole numbers that JavaScript can hold (Number.MAX_SAFE_INTEGER).
COUNT_LIMIT = 2**53 - 1
# No network has more labels to rank.
TOP_LIMIT = 1000
Count = Annotated[int, Meta(ge=0, le=COUNT_LIMIT)]
Coordinate = Annotated[float, Meta(ge=-COORDINATE_LIMIT, le=COORDINATE_LIMIT)]
Length = Annotated[float, Meta(gt=0, le=COORDINATE_LIMIT)]
Pressure = Annotated[float, Meta(ge=0, le=1)]

# Close codes of RFC 6455, section 7.4.1, and of the registry it founds.
GOING_AWAY, UNSUPPORTED, NOT_UTF8, POLICY, TOO_BIG, INTERNAL, TRY_LATER = 1001, 1003, 1007, 1008, 1009, 1011, 1013


class Canvas(Struct, frozen=True):
    """Size of the drawing surface in canvas units."""

    width: Length
    height: Length


class Config(Struct, frozen=True, tag_field="type", tag="config"):
    """What the client wishes; optional, first."""

    v: int = PROTOCOL_VERSION
    canvas: Canvas | None = None
    top: Annotated[int, Meta(ge=1, le=TOP_LIMIT)] = 3
    interim: bool = True
    image: bool = False
    labels: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(min_length=1, max_length=TOP_LIMIT)] | None = None


def _check_columns(columns: "Points | InkStroke") -> None:
    """Raise ValueError unless all columns are of equal length."""
    count = len(columns.x)
    if len(columns.y) == count == len(columns.t) and (columns.p is None or len(columns.p) == count):
        return
    for name, column in (("y", columns.y), ("t", columns.t), ("p", columns.p)):
        if column is not None and len(column) != count:
            raise ValueError(f"Expected as many values in `{name}` as in `x` ({count}), got {len(column)} in `{name}`")


class Points(Struct, frozen=True, tag_field="type", tag="points"):
    """New points of one stroke, as columns of equal length."""

    seq: Count
    stroke: Count
    x: list[Coordinate]
    y: list[Coordinate]
    t: list[Count]
    p: list[Pressure] | None = None
    end: bool = False

    def __post_init__(self) -> None:
        _check_columns(self)


class InkStroke(Struct, frozen=True):
    """A whole stroke, as columns of equal length."""

    x: Annotated[list[Coordinate], Meta(min_length=1)]
    y: list[Coordinate]
    t: list[Count]
    p: list[Pressure] | None = None

    def __post_init__(self) -> None:
        _check_columns(self)


class Ink(Struct, frozen=True, tag_field="type", tag="ink"):
    """Replaces the whole drawing."""

    seq: Count
    strokes: list[InkStroke]


class Erase(Struct, frozen=True, tag_field="type", tag="erase"):
    """Removes one stroke."""

    seq: Count
    stroke: Count


class Undo(Struct, frozen=True, tag_field="type", tag="undo"):
    """Takes the last edit back."""

    seq: Count


class Redo(Struct, frozen=True, tag_field="type", tag="redo"):
    """Repeats the edit that was taken back last."""

    seq: Count


class Clear(Struct, frozen=True, tag_field="type", tag="clear"):
    """Removes all strokes."""

    seq: Count


ClientMessage = Config | Points | Erase | Undo | Redo | Clear | Ink


class Model(Struct, frozen=True):
    """The network that answers."""

    id: str
    labels: list[str]
    version: str


class Ready(Struct, frozen=True, tag_field="type", tag="ready"):
    """Sent once, on opening."""

    v: int
    session: str
    model: Model
    limits: dict[str, float]
    # Whether `POST /ink` takes labelled ink; recordings from before it did say nothing.
    keeps: bool = False


class Candidate(Struct, frozen=True):
    """A label and its calibrated probability."""

    label: str
    p: float


class Microseconds(Struct, frozen=True):
    """Where the time of an answer went."""

    wait: int
    raster: int
    infer: int


class Prediction(Struct, frozen=True, tag_field="type", tag="prediction"):
    """An answer."""

    seq: int
    final: bool
    empty: bool
    rejected: bool
    top: list[Candidate]
    strokes: int
    us: Microseconds
    image: str | UnsetType = UNSET


class Error(Struct, frozen=True, tag_field="type", tag="error", omit_defaults=True, kw_only=True):
    """A refusal. `fatal` says that the socket closes next."""

    seq: int | None = None
    code: str
    message: str
    field: str | None = None
    limit: float | None = None
    fatal: bool
    retry_ms: int | None = None


ServerMessage = Ready | Prediction | Error

_client_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server_decoder: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_encoder = msgspec.json.Encoder()
# What a number may be at most, where one is so large (1e999) that msgspec refuses to read it before it looks at its limit.
_LARGEST = {
    **dict.fromkeys(("x", "y", "width", "height"), COORDINATE_LIMIT),
    **dict.fromkeys(("seq", "stroke", "t"), COUNT_LIMIT),
    "p": 1,
    "top": TOP_LIMIT,
}


class _OnlySeq(Struct):
    seq: Count | None = None


def decode(text: bytes | str) -> ClientMessage:
    """Decode and validate what a client sent.

    Raises:
        MessageError: `bad_json` (closes the socket) or `bad_message`, with the field at fault.
    """
    try:
        # As text, since msgspec does not look into what it skips, and no byte of a message may be other than UTF-8 (RFC 6455, section 8.1).
        return _client_decoder.decode(text.decode() if isinstance(text, bytes) else text)
    except msgspec.ValidationError as error:
        raise _refusal(text, str(error)) from error
    except RecursionError as error:
        raise MessageError(code="bad_message", message="the message is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MessageError(code="bad_json", message=f"the message is not JSON: {error}", close_code=NOT_UTF8) from error


def decode_answer(text: bytes | str) -> ServerMessage:
    """Decode what a server sent (clients of ours: replay, tests)."""
    return _server_decoder.decode(text)


def encode(message: ServerMessage) -> bytes:
    """JSON of a server message, as UTF-8."""
    return _encoder.encode(message)


def error_frame(error: MessageError) -> Error:
    """The `error` message that tells a client of a refusal."""
    return Error(
        seq=error.seq,
        code=error.code,
        message=error.message,
        field=error.field,
        limit=error.limit,
        fatal=error.close_code is not None,
        retry_ms=error.retry_ms,
    )


def _refusal(text: bytes | str, sentence: str) -> MessageError:
    complaint = understand(sentence, _LARGEST)
    try:
        seq = msgspec.json.decode(text, type=_OnlySeq).seq
    except (msgspec.DecodeError, RecursionError):
        seq = None
    return MessageError(code="bad_message", message=complaint.message, field=complaint.field, limit=complaint.limit, seq=seq)
