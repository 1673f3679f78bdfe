"""The open connections of a worker: how many there may be, and whom to notify when it ends."""

from collections import Counter

import gevent

from realtime.access.client_address import rate_limit_key
from realtime.config import setting_name
from realtime.errors import CapacityError, ServiceError, ShutdownError
from realtime.setting_groups import ConnectionLimits
from realtime.websocket.connection import Connection

# A page learns only over a WebSocket why it was refused, which takes a second if it does not
# listen. So many at once are told; all others get HTTP's 503.
REFUSALS_AT_ONCE = 50


class ConnectionRegistry:
    """The connections that are open, and whether the worker ends."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.draining = False
        self._limits = limits
        # Each connection with the key that its address is counted by.
        self._open: dict[Connection, str] = {}
        self._by_key: Counter[str] = Counter()
        self._refused = 0

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, connection: Connection, address: str) -> None:
        """Register a connection. It has to `leave` afterwards, also if it was refused.

        Raises:
            CapacityError: there are too many, in all or from its address.
            ShutdownError: the worker ends.
        """
        key = rate_limit_key(address)
        try:
            if self.draining:
                # gunicorn goes on accepting for up to a second; with its next try the client finds
                # another worker.
                raise ShutdownError
            self._check_capacity(key)
        except ServiceError:
            self._refused += 1
            raise
        self._open[connection] = key
        self._by_key[key] += 1

    def leave(self, connection: Connection) -> None:
        """Remove a connection."""
        key = self._open.pop(connection, None)
        if key is None:
            self._refused -= 1
            return
        self._by_key[key] -= 1
        if not self._by_key[key]:
            del self._by_key[key]

    def check_upgrade(self, address: str) -> None:
        """Before the upgrade: whether there is room, or at least for telling why there is none.

        Raises:
            CapacityError: there is neither.
        """
        if self._refused >= REFUSALS_AT_ONCE:
            self._check_capacity(rate_limit_key(address))

    def drain(self) -> None:
        """Send all clients away, after their pending replies."""
        self.draining = True
        for number, connection in enumerate(list(self._open)):
            connection.go_away()
            if number % 50 == 49:
                gevent.sleep(0)

    def _check_capacity(self, key: str) -> None:
        limits = self._limits
        if len(self._open) >= limits.sessions:
            raise CapacityError(
                message="the server is full; please try again later",
                limit=limits.sessions,
                setting=setting_name(ConnectionLimits.sessions),
            )
        if self._by_key[key] >= limits.address_sessions:
            raise CapacityError(
                message="there are too many sessions from your address",
                limit=limits.address_sessions,
                setting=setting_name(ConnectionLimits.address_sessions),
            )
