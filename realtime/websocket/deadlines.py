"""The deadlines of a connection: when it is idle, slow, expired or dead, and when to ping it.

    state                    begins                        ends, at a tick
    -----                    ------                        ---------------
    idle                     the last message of use       `idle_s` later, with "idle"
    a message is in parts    its first bytes               `request_s` later, with "slow"
    open                     the handshake                 `session_s` later, with "expired"
    silent                   a tick without bytes before   with a ping; then `ping_s` later, dead

A client that only answers pings, or sends a message bit by bit, is idle some time, too. No I/O: the
connection has it tick, and tells it what came.
"""

import time

from realtime.config import setting_name
from realtime.errors import InactivityError, SessionExpiredError
from realtime.setting_groups import ConnectionLimits
from realtime.websocket.writer import ConnectionClosed


class Deadlines:
    """When a connection ends by itself.

    Attributes:
        interval_s: between two ticks. One timer ticks as long as the connection lives; a deadline
            for each read would cost as much as the read.
        has_heard: whether bytes came since the last tick; for the connection to set.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self.interval_s = min(limits.ping_s / 2, limits.idle_s, limits.session_s, limits.request_s)
        self.has_heard = True
        self._limits = limits
        # Bytes that came just after a tick are two of these old when the ping is sent.
        self._ticks_to_answer = 1 + round(limits.ping_s / self.interval_s)
        # How many ticks before this one had no bytes.
        self._silent_ticks = 0
        self._opened = self._last_used = time.monotonic()
        # When the message began of which a part is there; 0 where none is.
        self._partial_since = 0.0

    def used(self) -> None:
        """The client has sent something of its own."""
        self._last_used = time.monotonic()

    def received(self, frames: int, *, has_partial: bool) -> None:
        """Bytes came that completed so many frames, and may have left a part of a message."""
        if frames and not has_partial:
            self._partial_since = 0.0
        elif not self._partial_since:
            self._partial_since = time.monotonic()

    def tick(self) -> bool:
        """Whether a ping is due, at the first tick with no bytes since the last one.

        Raises:
            InactivityError: nothing, or only a part of a message, came for too long.
            SessionExpiredError: the session has lasted its time.
            ConnectionClosed: the peer did not answer the ping.
        """
        now, limits = time.monotonic(), self._limits
        if now - self._last_used >= limits.idle_s:
            raise InactivityError(
                code="idle",
                message=f"nothing was drawn for {limits.idle_s:g} seconds",
                limit=limits.idle_s,
                setting=setting_name(ConnectionLimits.idle_s),
            )
        if self._partial_since and now - self._partial_since >= limits.request_s:
            raise InactivityError(
                code="slow",
                message=f"a message has to be there within {limits.request_s:g} seconds",
                limit=limits.request_s,
                setting=setting_name(ConnectionLimits.request_s),
            )
        if now - self._opened >= limits.session_s:
            raise SessionExpiredError(
                message="the session has lasted its time; please reconnect",
                limit=limits.session_s,
                setting=setting_name(ConnectionLimits.session_s),
            )
        self._silent_ticks = 0 if self.has_heard else self._silent_ticks + 1
        self.has_heard = False
        if self._silent_ticks >= self._ticks_to_answer:
            raise ConnectionClosed(setting=setting_name(ConnectionLimits.ping_s))
        return self._silent_ticks == 1
