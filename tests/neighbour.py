"""Someone who draws on while others misbehave, and how long the answers take; and connections as no client library makes them."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from tests.bench.servers import private_bytes
from tests.drawing import HANDSHAKE, SEVEN, Json, frame, ink
from tests.server import Server, until

BREATH_S = 0.01
# For p99 of what is normal.
NORMAL_S = 2.0
MEGABYTE = 1024 * 1024


def upgraded(server: Server, *, receive_buffer: int | None = None, path: str = "/ws") -> socket.socket:
    """A connection after the handshake, with what it got still to read after `ready`; with a small buffer if asked for."""
    raw = socket.socket()
    # What is sent shall have reached the server, and not the kernel alone.
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.settimeout(30)
    raw.connect(("127.0.0.1", server.port))
    raw.sendall(HANDSHAKE.format(port=server.port).replace("/ws", path).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += raw.recv(1)
    if not head.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(head.decode())
    return raw


class Neighbour:
    """Asks for one answer after the other, and remembers how long each took and whether it was right."""

    def __init__(self, server: Server) -> None:
        self.latencies: list[float] = []
        self.wrong = 0
        self._server = server
        self._socket = upgraded(server)
        self._seq = 0
        self._stops = threading.Event()
        self._thread = threading.Thread(target=self._draw)
        self._told = b""
        self._receive()
        self._before = self._memory()
        self.normal_s = 0.0

    def _draw(self) -> None:
        while not self._stops.is_set():
            self._seq += 1
            message = frame(json.dumps(ink(self._seq, SEVEN)))
            start = time.perf_counter()
            self._socket.sendall(message)
            answer = self._receive()
            self.latencies.append(time.perf_counter() - start)
            self.wrong += not (answer["seq"] == self._seq and answer["top"][0]["label"] == "7")
            time.sleep(BREATH_S)

    def _receive(self) -> Json:
        while True:
            # Answers are longer than 125 and shorter than 65,536 bytes.
            if len(self._told) >= 4:
                size = int.from_bytes(self._told[2:4], "big") + 4
                if len(self._told) >= size:
                    text, self._told = self._told[4:size], self._told[size:]
                    answer: Json = json.loads(text)
                    return answer
            self._told += self._socket.recv(65_536)

    def _memory(self) -> int:
        return private_bytes(self._server)[1]

    @property
    def grown(self) -> float:
        """Megabytes that the worker has grown since the neighbour came."""
        return (self._memory() - self._before) / MEGABYTE

    def p99(self) -> float:
        """Seconds, since it was asked last, of a hundred answers at least."""
        until(lambda: len(self.latencies) >= 100)
        found = float(np.percentile(self.latencies, 99))
        self.latencies.clear()
        return found

    def start(self) -> None:
        self._thread.start()
        time.sleep(NORMAL_S)
        self.normal_s = self.p99()

    def stop(self) -> None:
        self._stops.set()
        self._thread.join()
        self._socket.close()


@contextmanager
def neighbour(server: Server) -> Iterator[Neighbour]:
    """Someone who draws on one worker until the block ends."""
    someone = Neighbour(server)
    someone.start()
    try:
        yield someone
    finally:
        someone.stop()
    if someone.wrong:
        raise AssertionError(f"{someone.wrong} answers of the neighbour were wrong")
