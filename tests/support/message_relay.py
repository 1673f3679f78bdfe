"""A proxy that relays messages and counts nothing else: it answers pings itself.

Some balancers are like that: a connection without a message for some time is cut off, each way for
itself, whatever control frames there are.
"""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection
from websockets.sync.server import ServerConnection, serve


@contextmanager
def serve_message_relay(upstream: str, silence_s: float) -> Iterator[str]:
    """The URL of a relay to a WebSocket, which cuts off what is silent, until the block ends."""

    def relay(client: ServerConnection) -> None:
        with connect(upstream, compression=None, max_size=None) as service:
            back = Thread(target=_pass_on, args=(service, client, silence_s))
            back.start()
            _pass_on(client, service, silence_s)
            back.join()

    with serve(relay, "127.0.0.1", 0, compression=None, max_size=None) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/ws"
        finally:
            server.shutdown()
            thread.join()


def _pass_on(source: Connection, sink: Connection, silence_s: float) -> None:
    with contextlib.suppress(ConnectionClosed, TimeoutError):
        while True:
            sink.send(source.recv(timeout=silence_s))
    # Both ends, with no close frame of the other's.
    for one in (source, sink):
        one.close_socket()
