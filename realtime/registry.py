"""Here a stroke point's connection is let in, or sent elsewhere: the open sockets of a worker.

How many there may be, and whom to tell when the worker ends.
"""

import gevent

from realtime.errors import MessageError
from realtime.messages import TRY_LATER
from realtime.socket import Socket, going_away


class Registry:
    """The open sockets, and whether the worker ends."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.draining = False
        self._open: set[Socket] = set()

    def add(self, opened: Socket) -> None:
        """Take a socket in.

        Raises:
            MessageError: `full`, or `going_away` where the worker ends.
        """
        if self.draining:
            # gunicorn goes on accepting for up to a second; who comes then finds another worker with the next try.
            raise going_away()
        if len(self._open) >= self.limit:
            raise MessageError(code="full", message="the server is full; please try again later", limit=self.limit, close_code=TRY_LATER)
        self._open.add(opened)

    def discard(self, closed: Socket) -> None:
        """Forget a socket."""
        self._open.discard(closed)

    def drain(self) -> None:
        """Send everybody away, after the answers that they are owed."""
        self.draining = True
        for number, opened in enumerate(list(self._open)):
            opened.go_away()
            if number % 50 == 49:
                gevent.sleep(0)
