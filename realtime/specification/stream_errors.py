"""What the server refuses on the WebSocket: the code of each error, and how it ends the connection.

`PROTOCOL.md` says more of each; the close codes are those of `websocket/close_codes.py`.
"""

from typing import NamedTuple

from websockets.frames import CloseCode

from realtime.errors import (
    BinaryMessageError,
    CapacityError,
    FloodError,
    InactivityError,
    InternalError,
    MalformedMessageError,
    MessageError,
    RateError,
    ReportedError,
    SessionExpiredError,
    ShutdownError,
    SizeError,
    VersionError,
)
from realtime.websocket.close_codes import close_code


class StreamError(NamedTuple):
    """An error that the server tells of on the WebSocket.

    Attributes:
        code: of the `error` message.
        kind: the exception that it is raised as.
        meaning: what it tells.
    """

    code: str
    kind: type[ReportedError]
    meaning: str

    @property
    def close_code(self) -> int | None:
        """With what the connection is closed then; None where it stays open."""
        return close_code(self.kind(code=self.code, message=self.meaning))


STREAM_ERRORS = (
    StreamError("bad_json", MalformedMessageError, "a message is not JSON, or not UTF-8"),
    StreamError("bad_message", MessageError, "a field is missing, of the wrong type, out of range"),
    StreamError("bad_order", MessageError, "a message that may not come now"),
    StreamError("unknown_stroke", MessageError, "no such stroke, or a number that is taken"),
    StreamError("limit", MessageError, "more points, strokes or examples than `ready.limits` says"),
    StreamError("rate", RateError, "messages come too fast; nothing of this one was taken"),
    StreamError("rate", FloodError, "messages come too fast, although the client was told"),
    StreamError("version", VersionError, "another version of the protocol is asked for"),
    StreamError("not_text", BinaryMessageError, "a message is a binary frame"),
    StreamError("too_big", SizeError, "a message has more bytes than `limits.message_bytes`"),
    StreamError("idle", InactivityError, "nothing was heard for `limits.idle_s` seconds"),
    StreamError("slow", InactivityError, "a message began to arrive, and was not whole in time"),
    StreamError("expired", SessionExpiredError, "the session has lasted `limits.session_s`"),
    StreamError("full", CapacityError, "there are as many sessions as the server takes"),
    StreamError("going_away", ShutdownError, "the server restarts; another one takes the client"),
    StreamError("internal", InternalError, "an error of the server; it is in its log"),
)


def close_codes() -> dict[int, str]:
    """Why the server closes a connection, by close code; in the order of these."""
    reasons: dict[int, list[str]] = {}
    for error in STREAM_ERRORS:
        if error.close_code is not None:
            reasons.setdefault(error.close_code, []).append(f"`{error.code}`: {error.meaning}")
    said = {code: "; ".join(texts) for code, texts in reasons.items()}
    said[CloseCode.NORMAL_CLOSURE.value] = "the answer to a client that closes with this code"
    broken = "a frame that RFC 6455 does not allow; no `error` comes before"
    said[CloseCode.PROTOCOL_ERROR.value] = broken
    return dict(sorted(said.items()))
