"""Here a stroke point's connection is let in, or sent elsewhere: the open sockets of a worker.

How many there may be, in all and from one address, and whom to tell when the worker ends.
"""

from collections import Counter

import gevent

from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import RETRY_S, TRY_LATER
from realtime.socket import Socket, going_away

# To tell a page why it is not let in takes a WebSocket, and a second if it does not listen. So many at once; HTTP's 503 for all others.
FAREWELLS = 50


class Registry:
    """The sockets that are there, and whether the worker ends."""

    def __init__(self, limits: Config) -> None:
        self.draining = False
        self._limits = limits
        self._open: dict[Socket, str] = {}
        self._by_party: Counter[str] = Counter()
        self._farewells = 0

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, opened: Socket, party: str) -> None:
        """Take a socket in. Who `enter`s has to `leave`, also if refused.

        Raises:
            MessageError: `full`, or `going_away` where the worker ends.
        """
        try:
            if self.draining:
                # gunicorn goes on accepting for up to a second; who comes then finds another worker with the next try.
                raise going_away()
            self._check_room(party)
        except MessageError:
            self._farewells += 1
            raise
        self._open[opened] = party
        self._by_party[party] += 1

    def leave(self, closed: Socket) -> None:
        """Forget a socket."""
        party = self._open.pop(closed, None)
        if party is None:
            self._farewells -= 1
            return
        self._by_party[party] -= 1
        if not self._by_party[party]:
            del self._by_party[party]

    def check_crowd(self, party: str) -> None:
        """Before the upgrade: whether there is room for a socket, or at least for telling it why not.

        Raises:
            MessageError: `full`.
        """
        if self._farewells >= FAREWELLS:
            self._check_room(party)

    def drain(self) -> None:
        """Send everybody away, after the answers that they are owed."""
        self.draining = True
        for number, opened in enumerate(list(self._open)):
            opened.go_away()
            if number % 50 == 49:
                gevent.sleep(0)

    def _check_room(self, party: str) -> None:
        limits = self._limits
        if len(self._open) >= limits.sessions:
            raise _full("the server is full; please try again later", limits.sessions, "sessions")
        if self._by_party[party] >= limits.address_sessions:
            raise _full("there are too many sessions from your address", limits.address_sessions, "address_sessions")


def _full(message: str, limit: int, setting: str) -> MessageError:
    return MessageError(code="full", message=message, limit=limit, close_code=TRY_LATER, retry_ms=RETRY_S * 1000, setting=setting)
