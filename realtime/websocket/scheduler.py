"""The scheduler of interim answers: final answers come first.

An interim answer takes as long as a final one, and there are fifteen times as many, but nobody has
stopped to wait for it. So they are computed one at a time, and only when the event loop has nothing
else to do; points that arrive meanwhile share one answer. Where the recognizer waits for something
outside the process, the event loop is idle meanwhile, so the number under way is bounded instead.
"""

from typing import Any

import gevent

from realtime.websocket.connection import Connection

# Interim answers of one worker that may wait for a remote recognizer at once; final answers are not
# bounded. It keeps a slow engine from queueing interim answers in front of finals.
REMOTE_INTERIMS = 8


class InterimScheduler:
    """Decides whose interim answer is computed next, of a worker's connections.

    Args:
        runs_in_place: whether the recognizer computes without yielding; see `Recognizer`.
    """

    def __init__(self, *, runs_in_place: bool = True) -> None:
        # An ordered set of those that wait for their turn.
        self._waiting: dict[Connection, None] = {}
        # Those whose answer is being computed by a recognizer that does not run in place.
        self._running: set[Connection] = set()
        self._limit = None if runs_in_place else REMOTE_INTERIMS
        # Made with the first request: the event loop is the worker's own.
        self._idle: Any = None

    def request(self, connection: Connection) -> None:
        """Have a connection woken when it is its turn; asking again changes nothing."""
        if connection in self._waiting:
            return
        self._waiting[connection] = None
        self._start_or_stop()

    def begin(self, connection: Connection) -> None:
        """The interim answer of a connection is being computed from now on."""
        if self._limit is not None:
            self._running.add(connection)
            self._start_or_stop()

    def end(self, connection: Connection) -> None:
        """The interim answer of a connection has been computed."""
        if self._limit is not None:
            self._running.discard(connection)
            self._start_or_stop()

    def forget(self, connection: Connection) -> None:
        """A connection is gone."""
        self._waiting.pop(connection, None)
        self._running.discard(connection)
        self._start_or_stop()

    def _wake_next(self) -> None:
        """Called by the event loop when it is idle."""
        connection = next(iter(self._waiting))
        del self._waiting[connection]
        self._start_or_stop()
        connection.wake()

    def _start_or_stop(self) -> None:
        is_full = self._limit is not None and len(self._running) >= self._limit
        if self._waiting and not is_full:
            if self._idle is None:
                self._idle = gevent.get_hub().loop.idle()
            if not self._idle.active:
                self._idle.start(self._wake_next)
        elif self._idle is not None:
            self._idle.stop()
