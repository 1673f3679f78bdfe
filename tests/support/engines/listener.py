"""A TCP server for tests: each connection is served in a thread of its own, by any function."""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def requests_of(client: socket.socket) -> Iterator[bytes]:
    """The requests that come on a connection, each with its body."""
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            if not (some := client.recv(1 << 16)):
                return
            data += some
        end = data.index(b"\r\n\r\n") + 4
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", data[:end])
        end += int(length.group(1)) if length else 0
        while len(data) < end:
            if not (some := client.recv(1 << 16)):
                return
            data += some
        yield data[:end]
        data = data[end:]


@contextmanager
def listening(
    serve: Callable[[socket.socket], None], *, port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Serve each connection in a thread of its own, on a port of 127.0.0.1, or any that is free.

    When the block ends all connections are cut.
    """
    connections: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def run(client: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(_secured(client, tls)) as secured:
            serve(secured)
        client.close()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                connections.append(client)
                threads.append(threading.Thread(target=run, args=(client,)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", port)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for client in connections:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def _secured(client: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    return tls.wrap_socket(client, server_side=True) if tls else client
