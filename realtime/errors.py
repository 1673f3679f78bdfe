"""The exceptions of the service, by whose fault they are.

RealtimeError
├── SettingError               a setting is not usable: the server does not start
├── WeightsError               a model's files do not belong together: the server does not start
│   └── UnknownTaskError       there is no model for a task that is to be loaded
├── RecordingError             a session file cannot be read: it is not replayed
├── InkFileError               a file of ink cannot be read or written: it is not converted
├── EngineError                an engine gave no answer of use: the local network answers
│   ├── EngineTimeoutError     it gave none in time
│   ├── EngineConnectionError  it cannot be reached, or broke the connection
│   └── EngineMismatchError    it is none, or serves another model: the server does not start
└── ReportedError              what a client is told of; carries the fields of that report
    ├── ClientError            the client's fault: nothing that was there before has changed
    │   ├── MessageError       a WebSocket message breaks a rule of the protocol or of the drawing
    │   │   ├── MalformedMessageError  it is not JSON
    │   │   ├── BinaryMessageError     it is a binary frame
    │   │   └── VersionError           it asks for another version of the protocol
    │   ├── SizeError          a message, an image or a sample is larger than the limit
    │   ├── RateError          messages or requests come faster than the limit
    │   │   └── FloodError     and the client goes on although it was told
    │   ├── InactivityError    nothing, or only a part of a message, came for too long
    │   ├── ImageError         a request to recognize an image lacks it
    │   │   ├── ImageFormatError       it is no image that can be decoded
    │   │   └── BlankImageError        it shows no ink
    │   └── SampleError        a labelled sample is malformed, or its session could not be taken
    └── ServiceError           the service's fault or state: the same may succeed elsewhere or later
        ├── CapacityError      there are as many sessions as the service takes
        ├── ShutdownError      the process is about to end
        ├── SessionExpiredError  a session has lasted as long as the service lets one last
        ├── RecognitionError   a recognizer failed
        ├── InternalError      an error that nobody foresaw
        └── StorageError       samples or images cannot be stored just now
            └── StorageFullError   as many samples are stored as may be

Only the edges turn these into status codes (`http/routes.py`) and close codes
(`websocket/close_codes.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

# Seconds after which a client should come again to a service that is full.
RETRY_AFTER_S = 5


_Entry = TypeVar("_Entry")


class RealtimeError(Exception):
    """Base class of all exceptions of the service."""


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
    """A file of a model is missing, changed, or made for other code."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class UnknownTaskError(WeightsError):
    """There is no model for a task that is to be loaded; the path is that of the models' folder."""


@dataclass
class RecordingError(RealtimeError):
    """A session file is missing, or is none."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(kw_only=True)
class InkFileError(RealtimeError):
    """A file of ink is of no known format, malformed, or more than a limit.

    Attributes:
        path: the file.
        reason: a clause about it, or about the place.
        place: where in it, such as "line 3" or "elements[4].points"; "" for all of it.
        limit: the number that it should have kept to.
        setting: name of the setting that holds the limit.
    """

    path: str
    reason: str
    place: str = ""
    limit: int | None = None
    setting: str | None = None

    def __str__(self) -> str:
        return ": ".join(part for part in (self.path, self.place, self.reason) if part)


@dataclass
class EngineError(RealtimeError):
    """An inference engine gave no answer that is of use; the reason completes "the engine …"."""

    reason: str

    def __str__(self) -> str:
        return self.reason


class EngineTimeoutError(EngineError):
    """An engine did not answer in time."""


class EngineConnectionError(EngineError):
    """An engine cannot be reached, or broke the connection: it may come back as another one."""


class EngineMismatchError(EngineError):
    """An engine serves another model than the one that is to answer, or is no engine at all."""


@dataclass(kw_only=True)
class ReportedError(RealtimeError):
    """An error that a client is told of.

    Attributes:
        code: stable identifier, as `protocol/PROTOCOL.md` lists them.
        message: one sentence; begins with the field where there is one.
        field: path of the field at fault, such as `x[3]`.
        limit: the number that the field, the client or the service should have kept to.
        setting: name of the setting that holds the limit, for the operator.
        retry_after_s: seconds after which the same may succeed.
    """

    code: str
    message: str
    field: str | None = None
    limit: int | float | None = None
    setting: str | None = None
    retry_after_s: float | None = None

    def __str__(self) -> str:
        return self.message


class ClientError(ReportedError):
    """The client sent something that cannot be used; nothing that was there before has changed."""


@dataclass(kw_only=True)
class MessageError(ClientError):
    """A WebSocket message is refused; `seq` is its number where it could be read."""

    seq: int | None = None


class MalformedMessageError(MessageError):
    """A message is not JSON, or not UTF-8."""


class BinaryMessageError(MessageError):
    """A message is a binary frame."""


class VersionError(MessageError):
    """A message asks for a version of the protocol that the service does not speak."""


class SizeError(ClientError):
    """A message, an image or a sample has more bytes or pixels than the limit allows."""


@dataclass(kw_only=True)
class RateError(ClientError):
    """Messages or requests come faster than the limit allows."""

    code: str = "rate"


class FloodError(RateError):
    """Messages go on coming too fast although the client was told."""


class InactivityError(ClientError):
    """A client sent nothing, or only a part of a message, for too long."""


class ImageError(ClientError):
    """A request to recognize an image lacks it."""


class ImageFormatError(ImageError):
    """An image is of an unknown format, or broken."""


class BlankImageError(ImageError):
    """An image shows no ink."""


class SampleError(ClientError):
    """A labelled sample is malformed, or its session breaks a rule of the drawing."""


class ServiceError(ReportedError):
    """The service cannot do what was asked, which is no fault of the client."""


@dataclass(kw_only=True)
class CapacityError(ServiceError):
    """There are as many sessions as the service takes, in all or from one address."""

    code: str = "full"
    retry_after_s: float | None = RETRY_AFTER_S


@dataclass(kw_only=True)
class ShutdownError(ServiceError):
    """The process is about to end; another one takes the client."""

    code: str = "going_away"
    message: str = "the server restarts; please reconnect"


@dataclass(kw_only=True)
class SessionExpiredError(ServiceError):
    """A session has lasted as long as the service lets one last."""

    code: str = "expired"


@dataclass(kw_only=True)
class InternalError(ServiceError):
    """An error that nobody foresaw; its traceback is in the log."""

    code: str = "internal"
    message: str = "an error of ours; it is in our log"


class RecognitionError(InternalError):
    """A recognizer failed."""


@dataclass(kw_only=True)
class StorageError(ServiceError):
    """Samples cannot be written or deleted just now, or images have nowhere to wait."""

    code: str = "unavailable"
    message: str = "the server cannot write to where ink is kept; please try again later"


@dataclass(kw_only=True)
class StorageFullError(StorageError):
    """As many samples are stored as the limit allows."""

    code: str = "full"


def entry_of(error: ReportedError, table: Mapping[type[ReportedError], _Entry]) -> _Entry | None:
    """The entry of an error's class in a table, or of its nearest base class that has one."""
    for kind in type(error).__mro__:
        if kind in table:
            return table[kind]
    return None
