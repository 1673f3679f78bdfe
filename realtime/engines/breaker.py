"""The circuit breaker of an engine: whether it is asked at all.

    down   nobody waits for it; looks at it, in the background, tell when it is back
    up     it is asked; a few failures one after the other, or another model, take it down

(Nygard, "Release it!", 2007.) Libraries of it, pybreaker for example, try a service again with the
next call that comes, and so with a person who waits; here a probe of our own does, and no person.
"""

import logging
from typing import Protocol

from realtime.errors import EngineError, EngineMismatchError


class OnChange(Protocol):
    """What is called when an engine goes up or down."""

    def __call__(self, *, is_up: bool) -> None:
        """Take whether it is up."""


# Operators filter by this name.
_log = logging.getLogger("realtime.engines")


class Breaker:
    """Whether one engine is up.

    Args:
        name: of the engine and its task, for the log.
        failures: one after the other that take it down.
        on_change: called with whether it is up, when that changes.

    Attributes:
        is_up: whether it is.
        reason: why it is down; empty while it is up.
        has_answered: whether it answered a request since it came up last.
    """

    def __init__(self, name: str, failures: int, on_change: OnChange) -> None:
        self.is_up = False
        self.reason = "has not been asked yet"
        self.has_answered = False
        self._name = name
        self._most_failures = failures
        self._on_change = on_change
        self._failures = 0
        self._is_told = False

    def succeeded(self) -> None:
        """A request was answered."""
        self._failures = 0
        self.has_answered = self.is_up

    def failed(self, error: EngineError) -> None:
        """A request, or a look, failed."""
        self._failures += 1
        is_other = isinstance(error, EngineMismatchError)
        if is_other or self._failures >= self._most_failures or not self.is_up:
            self._go_down(error.reason)

    def identified(self) -> None:
        """A look at it found the model that it has to serve.

        That makes up for no failure while it is up: it may answer a probe and be too slow for more.
        """
        if not self.is_up:
            self._failures = 0
            self.has_answered = False
            self.is_up, self.reason = True, ""
            self._is_told = False
            _log.info("engine_up %s: the engine answers", self._name)
            self._on_change(is_up=True)

    def _go_down(self, reason: str) -> None:
        was_up, self.is_up, self.reason = self.is_up, False, reason
        # Once for each time that it goes down, and once if it was never up.
        if not self._is_told:
            self._is_told = True
            _log.warning(
                "engine_down %s: the local network answers, since the engine %s",
                *(self._name, reason),
            )
        if was_up:
            self._on_change(is_up=False)
