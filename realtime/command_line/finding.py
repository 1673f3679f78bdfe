"""What a look at the set-up has found."""

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from realtime.errors import SettingError


class State(Enum):
    """How bad it is: whether the service does not start, does without something, or neither."""

    WRONG = "wrong"
    WARNING = "warning"
    FINE = "fine"


class Finding(Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        state: how bad it is.
        subject: what was looked at, such as "port".
        message: what was found.
        advice: what to do; empty where nothing is to be done.
    """

    state: State
    subject: str
    message: str
    advice: str = ""


Findings = Iterator[Finding]


def wrong_setting(subject: str, error: SettingError) -> Finding:
    """A setting that stops the start."""
    value = f"{error.variable}={error.value!r}" if error.value else error.variable
    return Finding(State.WRONG, subject, f"{value} is not usable", f"expected is {error.expected}")
