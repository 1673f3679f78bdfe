"""What the clients raise: what the server says, as the server's own exceptions, and what it cannot.

RealtimeError
├── ReportedError                the server said it: code, message, field, limit, retry_after_s;
│   └── …                        the class is the one that it raised itself (realtime/errors.py)
└── ClientConnectionError        there is no connection, or no answer
    ├── UnreachableError         nobody answers there, or what answers speaks no WebSocket
    ├── HTTPRefusalError         it is refused in HTTP: status, code, message; 401 without the token
    ├── ConnectionLostError      it was closed, and is not to be made again: close code, reason
    ├── ClientClosedError        the client was closed before the answer came
    └── DeadlineError            it took longer than the client was told to wait
        ├── ConnectTimeoutError  for a connection
        └── AnswerTimeoutError   for an answer; the ink is kept, and the client goes on trying
"""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import msgspec
from websockets.exceptions import InvalidStatus, InvalidURI, WebSocketException
from websockets.http11 import Response

from realtime import errors
from realtime.errors import RealtimeError, ReportedError
from realtime.protocol.server_messages import Error

# The classes by the code on the wire; a code that this version does not know is a `ReportedError`.
# Those of `POST /predict` are among them.
_KINDS: Mapping[str, type[ReportedError]] = MappingProxyType(
    {
        "bad_json": errors.MalformedMessageError,
        "bad_message": errors.MessageError,
        "bad_order": errors.MessageError,
        "unknown_stroke": errors.MessageError,
        "limit": errors.MessageError,
        "rate": errors.RateError,
        "version": errors.VersionError,
        "not_text": errors.BinaryMessageError,
        "too_big": errors.SizeError,
        "idle": errors.InactivityError,
        "slow": errors.InactivityError,
        "expired": errors.SessionExpiredError,
        "full": errors.CapacityError,
        "going_away": errors.ShutdownError,
        "internal": errors.InternalError,
        "no_file": errors.ImageError,
        "not_image": errors.ImageFormatError,
        "no_ink": errors.BlankImageError,
        "unavailable": errors.StorageError,
    }
)


class ClientConnectionError(RealtimeError):
    """There is no connection to a server, or no answer from it."""


@dataclass
class UnreachableError(ClientConnectionError):
    """A server cannot be reached; the reason completes "URL: …"."""

    url: str
    reason: str

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


@dataclass
class HTTPRefusalError(ClientConnectionError):
    """A server refuses in HTTP, or what answers there is another one.

    Attributes:
        url: where.
        status: of HTTP; 401 without the token, 403 for a page of another origin.
        code: of the error in the body, `http` where there is none.
        message: one sentence.
    """

    url: str
    status: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.url}: HTTP {self.status}, {self.message}"


@dataclass
class ConnectionLostError(ClientConnectionError):
    """A connection has ended, and the server has not said why.

    Attributes:
        close_code: of RFC 6455; 1006 where there was no close frame.
        reason: what the close frame says, or what went wrong.
    """

    close_code: int
    reason: str

    def __str__(self) -> str:
        return f"the connection was closed with {self.close_code}: {self.reason or 'no reason'}"


class ClientClosedError(ClientConnectionError):
    """The client was closed, or not opened: `with` opens it."""


@dataclass
class DeadlineError(ClientConnectionError, TimeoutError):
    """Something took longer than the client was told to wait; also a `TimeoutError`."""

    limit_s: float


class ConnectTimeoutError(DeadlineError):
    """There was no connection in time."""

    def __str__(self) -> str:
        return f"no connection within {self.limit_s:g} s"


class AnswerTimeoutError(DeadlineError):
    """There was no answer in time; its cause is why the connection was lost, if it was."""

    def __str__(self) -> str:
        return f"no answer within {self.limit_s:g} s"


def reported_error(said: Error) -> ReportedError:
    """The exception for an error that the server has told."""
    kind = _KINDS.get(said.code, ReportedError)
    if kind is errors.RateError and said.fatal:
        kind = errors.FloodError
    fields: dict[str, Any] = {"code": said.code, "message": said.message, "field": said.field}
    if issubclass(kind, errors.MessageError):
        fields["seq"] = said.seq
    retry_ms = said.retry_ms
    retry_after_s = None if retry_ms is None else retry_ms / 1000
    return kind(**fields, limit=said.limit, retry_after_s=retry_after_s)


class _SaidInHTTP(msgspec.Struct):
    code: str
    message: str
    field: str | None = None
    limit: float | None = None


class _ErrorBody(msgspec.Struct):
    """What the service answers in HTTP where it refuses."""

    error: _SaidInHTTP


def http_error(url: str, status: int, headers: Mapping[str, str], body: bytes) -> RealtimeError:
    """The exception for an answer in HTTP that refuses.

    Args:
        url: what was asked.
        status: of the answer.
        headers: of the answer, by their names in whatever case they can be asked for.
        body: of the answer.

    Returns:
        A `ReportedError` where the server says so in its own words, but for who is not let in.
    """
    # Every answer to a picture says when the minute is over that pictures are counted in; only who
    # came too often, or found no room, need wait for that.
    is_to_wait = status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    retry_after = headers.get("Retry-After") or ""
    retry_ms = 1000 * int(retry_after) if is_to_wait and retry_after.isdecimal() else None
    try:
        said = msgspec.json.decode(body, type=_ErrorBody).error
    except msgspec.DecodeError:
        said = _SaidInHTTP("http", "nothing there is this service")
    code = "full" if status == 503 and said.code == "service_unavailable" else said.code
    if code in _KINDS:
        return reported_error(
            Error(
                code=code,
                message=said.message,
                field=said.field,
                limit=said.limit,
                fatal=True,
                retry_ms=retry_ms,
            )
        )
    return HTTPRefusalError(url, status, code, said.message)


def connection_error(url: str, error: Exception) -> RealtimeError:
    """The exception for what went wrong when a connection to an address was made."""
    if isinstance(error, InvalidStatus):
        response: Response = error.response
        return http_error(url, response.status_code, response.headers, bytes(response.body or b""))
    # A certificate that cannot be verified is a ValueError, too.
    if isinstance(error, InvalidURI | ValueError) and not isinstance(error, OSError):
        return UnreachableError(url, "is no address such as ws://localhost:8000/ws")
    if isinstance(error, WebSocketException):
        return UnreachableError(url, f"speaks no WebSocket: {error}")
    reason = str(error) or type(error).__name__
    is_of_system = isinstance(error, OSError) and not isinstance(error, ssl.SSLError)
    if is_of_system and (number := getattr(error, "errno", None) or 0) > 0:
        # asyncio says no more than "Connect call failed".
        reason = os.strerror(number)
    return UnreachableError(url, f"cannot be reached: {reason}")
