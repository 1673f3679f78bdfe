"""The news of a client's connection, for who shows them."""

from typing import NamedTuple

from realtime.errors import RealtimeError
from realtime.protocol.server_messages import Ready


class Opened(NamedTuple):
    """News: a connection was made, and what the server says of itself."""

    ready: Ready


class Lost(NamedTuple):
    """News: a connection was lost, or did not come about; the next attempt is so long after."""

    error: RealtimeError
    retry_s: float


News = Opened | Lost
