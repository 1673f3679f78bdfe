"""The messages of the wire protocol: validated values, decoded from JSON and encoded to it.

`PROTOCOL.md` describes each. msgspec checks types, ranges and finiteness while it decodes, so that
nothing downstream checks them again. What takes knowledge of the drawing (order, stroke numbers,
how much there is) is checked by `session.py`.
"""

import math
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from realtime.errors import MalformedMessageError, MessageError, ReportedError
from realtime.protocol.validation_error import parse_validation_error

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
Coordinate = Annotated[float, Meta(ge=-COORDINATE_LIMIT, le=COORDINATE_LIMIT)]
Length = Annotated[float, Meta(gt=0, le=COORDINATE_LIMIT)]
Pressure = Annotated[float, Meta(ge=0, le=1)]
Label = Annotated[str, Meta(max_length=100)]


class Canvas(Struct, frozen=True):
    """Size of the drawing surface in canvas units."""

    width: Length
    height: Length


class Config(Struct, frozen=True, tag_field="type", tag="config"):
    """How the client wants its answers; optional, the first message."""

    v: int = PROTOCOL_VERSION
    canvas: Canvas | None = None
    top: Annotated[int, Meta(ge=1, le=TOP_LIMIT)] = 3
    interim: bool = True
    image: bool = False
    labels: Annotated[list[Label], Meta(min_length=1, max_length=TOP_LIMIT)] | None = None


def _check_columns(columns: "Points | InkStroke") -> None:
    """Raise ValueError unless all columns are of equal length."""
    count = len(columns.x)
    if len(columns.y) == count == len(columns.t) and (columns.p is None or len(columns.p) == count):
        return
    for name, column in (("y", columns.y), ("t", columns.t), ("p", columns.p)):
        if column is not None and len(column) != count:
            expected = f"Expected as many values in `{name}` as in `x` ({count})"
            raise ValueError(f"{expected}, got {len(column)} in `{name}`")


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


class InkMessage(Struct, frozen=True, tag_field="type", tag="ink"):
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


ClientMessage = Config | Points | Erase | Undo | Redo | Clear | InkMessage


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
    # Whether `POST /ink` takes labelled samples; older recordings do not say so.
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
# The upper limits of numbers: msgspec refuses to read one that is too large for a float (1e999)
# before it looks at the field's limit.
_UPPER_LIMITS = {
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
        MalformedMessageError: it is not JSON, or not UTF-8.
        MessageError: it is invalid; names the field at fault.
    """
    try:
        # As text, since msgspec does not look into what it skips, and no byte of a message may be
        # other than UTF-8 (RFC 6455, section 8.1).
        return _client_decoder.decode(text.decode() if isinstance(text, bytes) else text)
    except msgspec.ValidationError as error:
        raise _invalid_message(text, str(error)) from error
    except RecursionError as error:
        reason = "the message is nested too deeply"
        raise MessageError(code="bad_message", message=reason) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = f"the message is not JSON: {error}"
        raise MalformedMessageError(code="bad_json", message=reason) from error


def decode_answer(text: bytes | str) -> ServerMessage:
    """Decode what a server sent, for clients such as the replay."""
    return _server_decoder.decode(text)


def encode(message: ServerMessage) -> bytes:
    """JSON of a server message, as UTF-8."""
    return _encoder.encode(message)


def error_message(error: ReportedError, *, is_fatal: bool) -> Error:
    """The `error` message that tells a client of an error."""
    retry_s = error.retry_after_s
    return Error(
        seq=error.seq if isinstance(error, MessageError) else None,
        code=error.code,
        message=error.message,
        field=error.field,
        limit=error.limit,
        fatal=is_fatal,
        retry_ms=None if retry_s is None else math.ceil(retry_s * 1000),
    )


def _invalid_message(text: bytes | str, sentence: str) -> MessageError:
    cause = parse_validation_error(sentence, _UPPER_LIMITS)
    try:
        seq = msgspec.json.decode(text, type=_OnlySeq).seq
    except (msgspec.DecodeError, RecursionError):
        seq = None
    return MessageError(
        code="bad_message", message=cause.message, field=cause.field, limit=cause.limit, seq=seq
    )
