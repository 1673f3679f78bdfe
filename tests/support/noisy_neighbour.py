"""Someone who draws on while others misbehave, how long the answers take, and what it takes to misbehave: bare connections, floods."""

import contextlib
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator

import numpy as np

from realtime.messages import PATH
from tests.support.drawing import HANDSHAKE_REQUEST, SEVEN, Json, client_frame, ink_message
from tests.support.processes import private_bytes
from tests.support.server import Server, wait_until

PAUSE_S = 0.01
# For p99 of what is normal.
BASELINE_S = 2.0
# Of one worker: nobody may grow it by more.
MAX_GROWTH_MB = 20
# How long others may wait, on a machine that has nothing else to do; `make robustness` holds to it. And what is a stall on any machine.
MAX_P99_S, STALL_S = 0.05, 0.5
MEGABYTE = 1024 * 1024


def open_raw_websocket(
    server: Server, *, receive_buffer: int | None = None, path: str = PATH, offer: str = ""
) -> socket.socket:
    """A connection after the handshake, `ready` still to be read; with a small buffer, or an extension offered, if asked for."""
    raw = socket.socket()
    # What is sent shall have reached the server, and not the kernel alone.
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.settimeout(30)
    raw.connect(("127.0.0.1", server.port))
    handshake = HANDSHAKE_REQUEST.format(port=server.port).replace(PATH, path)
    raw.sendall(
        handshake.replace(
            "\r\n\r\n", f"\r\nSec-WebSocket-Extensions: {offer}\r\n\r\n" if offer else "\r\n\r\n"
        ).encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        head += raw.recv(1)
    if not head.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(head.decode())
    if b"Extensions" in head:
        raise RuntimeError(f"agreed to: {head.decode()}")
    return raw


class Bystander:
    """Asks for one answer after the other, and remembers how long each took and whether it was right."""

    def __init__(self, server: Server) -> None:
        self.latencies: list[float] = []
        self.wrong = 0
        self._server = server
        self._socket = open_raw_websocket(server)
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
            message = client_frame(json.dumps(ink_message(self._seq, SEVEN)))
            start = time.perf_counter()
            self._socket.sendall(message)
            answer = self._receive()
            self.latencies.append(time.perf_counter() - start)
            self.wrong += not (answer["seq"] == self._seq and answer["top"][0]["label"] == "7")
            time.sleep(PAUSE_S)

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
        wait_until(lambda: len(self.latencies) >= 100)
        found = float(np.percentile(self.latencies, 99))
        self.latencies.clear()
        return found

    def undisturbed(self, scale: float) -> str:
        """That it drew on, and the worker is as small as it was, in words.

        Raises:
            AssertionError: it had to wait, or the worker grew. Of the whole number of tries (`share` 1) more is asked.
        """
        waited_s, grown = self.p99(), self.grown
        assert waited_s < (max(MAX_P99_S, 2 * self.normal_s) if scale == 1 else STALL_S)
        assert grown < MAX_GROWTH_MB
        return f"another user's p99 {waited_s * 1e3:.1f} ms ({self.normal_s * 1e3:.1f} without), memory {grown:+.1f} MB"

    def start(self) -> None:
        self._thread.start()
        time.sleep(BASELINE_S)
        self.normal_s = self.p99()

    def stop(self) -> None:
        self._stops.set()
        self._thread.join()
        self._socket.close()


@contextlib.contextmanager
def running_bystander(server: Server) -> Iterator[Bystander]:
    """Someone who draws on one worker until the block ends."""
    bystander = Bystander(server)
    bystander.start()
    try:
        yield bystander
    finally:
        bystander.stop()
    if bystander.wrong:
        raise AssertionError(f"{bystander.wrong} answers of the neighbour were wrong")


def read_until_closed(raw: socket.socket) -> bytes:
    """All that comes until the server is done with this connection."""
    received = bytearray()
    raw.settimeout(60)
    with contextlib.suppress(OSError):
        while data := raw.recv(1 << 20):
            received += data
    return bytes(received)


def send_and_drain(raw: socket.socket, parts: Iterator[bytes]) -> bytes:
    """Send all of it, and a close frame, while reading all that comes."""
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
    """Frames joined to parts of a thousand, so that sending takes no time from the one who measures."""
    while part := b"".join(itertools.islice(frames, 1_000)):
        yield part
