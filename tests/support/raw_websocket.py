"""WebSocket connections as bare sockets, for floods and for what no client library would send."""

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator

from realtime.protocol.client_messages import WEBSOCKET_PATH
from tests.support.drawing import HANDSHAKE_REQUEST, client_frame
from tests.support.server import Server

# The longest wait for the server to read, to write or to close.
SOCKET_TIMEOUT_S = 60.0


def open_raw_websocket(
    server: Server,
    *,
    receive_buffer: int | None = None,
    path: str = WEBSOCKET_PATH,
    offer: str = "",
) -> socket.socket:
    """A connection after the handshake, before its `ready` is read.

    Args:
        server: to which it connects.
        receive_buffer: size of the kernel's buffer for what comes, bytes.
        path: of the WebSocket.
        offer: value of `Sec-WebSocket-Extensions`.

    Raises:
        RuntimeError: the handshake was refused, or an extension was agreed to.
    """
    raw = socket.socket()
    # A small buffer, so that what is sent has reached the server and not the kernel alone.
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.settimeout(SOCKET_TIMEOUT_S)
    raw.connect(("127.0.0.1", server.port))
    request = HANDSHAKE_REQUEST.format(port=server.port).replace(WEBSOCKET_PATH, path)
    extensions = f"\r\nSec-WebSocket-Extensions: {offer}\r\n\r\n" if offer else "\r\n\r\n"
    raw.sendall(request.replace("\r\n\r\n", extensions).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += raw.recv(1)
    if not head.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(head.decode())
    if b"Extensions" in head:
        raise RuntimeError(f"agreed to an extension: {head.decode()}")
    return raw


def read_until_closed(raw: socket.socket) -> bytes:
    """All bytes that come until the server closes the connection."""
    received = bytearray()
    with contextlib.suppress(OSError):
        while data := raw.recv(1 << 20):
            received += data
    return bytes(received)


def send_and_drain(raw: socket.socket, parts: Iterator[bytes]) -> bytes:
    """Send all parts and a close frame while reading; return what came until the close."""
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(read_until_closed(raw)))
    reader.start()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for part in parts:
            raw.sendall(part)
        raw.sendall(client_frame(b"\x03\xe8", opcode=8))
    reader.join()
    raw.close()
    return received[0]


def in_batches(frames: Iterator[bytes]) -> Iterator[bytes]:
    """Frames joined by the thousand, so that sending takes no CPU time from the bystander."""
    while batch := b"".join(itertools.islice(frames, 1_000)):
        yield batch
