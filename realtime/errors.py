"""What can go wrong, and whose fault it is.

RealtimeError
├── SettingError            a setting in the environment makes no sense: the server does not start
├── WeightsError            the files in weights/ do not belong together: the server does not start
└── ClientError             the client's fault; carries the reply that it suggests
    ├── MessageError        in a WebSocket message: an `error` frame, and the socket stays open unless `close_code`
    └── RequestError        in an HTTP request: a status and a JSON error
        ├── ImageError      an image sent to /predict
        └── PieceError      a piece of labelled ink sent to /ink
"""

from dataclasses import dataclass


class RealtimeError(Exception):
    """Any error of ours."""


@dataclass
class SettingError(RealtimeError):
    """A setting in the environment is not usable."""

    variable: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.variable}={self.value!r} is not usable: expected {self.expected}"


@dataclass
class WeightsError(RealtimeError):
    """A file of the weights is missing, changed, or made for other code."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(kw_only=True)
class ClientError(RealtimeError):
    """The client sent something that cannot be used; nothing that was there before has changed.

    `setting` is the setting in `config.py` that it has met, for those who run the service.
    """

    code: str
    message: str
    field: str | None = None
    limit: int | float | None = None
    setting: str | None = None

    def __str__(self) -> str:
        return self.message


@dataclass(kw_only=True)
class MessageError(ClientError):
    """A WebSocket message is refused. `close_code` is set where the socket cannot go on, `retry_ms` where it can after a while."""

    seq: int | None = None
    close_code: int | None = None
    retry_ms: int | None = None


@dataclass(kw_only=True)
class RequestError(ClientError):
    """An HTTP request is refused, with this status."""

    status: int = 400


class ImageError(RequestError):
    """An image is refused."""


class PieceError(RequestError):
    """A piece of labelled ink is refused, or cannot be kept just now (503)."""
