"""The messages of the wire protocol as JSON: decoded with validation, and encoded.

`client_messages.py` and `server_messages.py` have the messages themselves.
"""

import math

import msgspec
from msgspec import Struct

from realtime.errors import MalformedMessageError, MessageError, ReportedError
from realtime.protocol.client_messages import (
    COORDINATE_LIMIT,
    COUNT_LIMIT,
    TOP_LIMIT,
    ClientMessage,
    Count,
)
from realtime.protocol.server_messages import Error, ServerMessage
from realtime.protocol.validation_error import parse_validation_error

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


def encode(message: Struct) -> bytes:
    """JSON of a message, or of a part of one, as UTF-8."""
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
