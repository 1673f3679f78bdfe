"""Close codes: with which of them an error ends a connection, if it does.

The codes are those of RFC 6455, section 7.4.1, and of the registry that it founds.
"""

from collections.abc import Mapping
from types import MappingProxyType

from websockets.frames import CloseCode

from realtime.errors import (
    BinaryMessageError,
    CapacityError,
    FloodError,
    InactivityError,
    MalformedMessageError,
    ReportedError,
    ServiceError,
    SessionExpiredError,
    ShutdownError,
    SizeError,
    VersionError,
    entry_of,
)

# A class stands for its subclasses that are not listed; what is not listed leaves the connection
# open.
_CLOSE_CODES: Mapping[type[ReportedError], CloseCode] = MappingProxyType(
    {
        ShutdownError: CloseCode.GOING_AWAY,
        BinaryMessageError: CloseCode.UNSUPPORTED_DATA,
        MalformedMessageError: CloseCode.INVALID_DATA,
        VersionError: CloseCode.POLICY_VIOLATION,
        FloodError: CloseCode.POLICY_VIOLATION,
        InactivityError: CloseCode.POLICY_VIOLATION,
        SessionExpiredError: CloseCode.POLICY_VIOLATION,
        SizeError: CloseCode.MESSAGE_TOO_BIG,
        CapacityError: CloseCode.TRY_AGAIN_LATER,
        ServiceError: CloseCode.INTERNAL_ERROR,
    }
)


def close_code(error: ReportedError) -> int | None:
    """The code with which an error closes the connection; None where it stays open."""
    code = entry_of(error, _CLOSE_CODES)
    return None if code is None else int(code)
