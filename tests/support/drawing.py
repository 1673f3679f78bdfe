"""Ink, the protocol's messages that carry it, and a WebSocket client that sends them."""

import contextlib
import json
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from realtime.ink.stroke import PointArray

Point = Sequence[float]
Json = dict[str, Any]

# The longest wait for one message. A busy machine takes seconds; only a lost message takes longer.
RECEIVE_TIMEOUT_S = 30.0
# The request as raw bytes, because no client library would send half of it.
HANDSHAKE_REQUEST = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
# Unambiguous digits.
SEVEN: list[list[Point]] = [[(100, 100), (200, 98), (300, 100), (260, 190), (220, 290), (190, 380)]]
ONE: list[list[Point]] = [[(200, 60), (200, 140), (201, 240), (200, 340)]]
# Between a 1 and a 7, rather a 7: what a person's own correction is about. The second is drawn like
# the first.
HOOK: list[list[Point]] = [[(100, 140), (150, 120), (200, 100), (198, 190), (196, 290), (194, 380)]]
HOOK_AGAIN: list[list[Point]] = [
    [(103, 143), (152, 122), (205, 98), (204, 200), (199, 295), (196, 377)]
]
# Edge cases by name.
EDGE_CASES: dict[str, list[list[Point]]] = {
    "one point": [[(10, 10)]],
    "two equal points": [[(10, 10), (10, 10)]],
    "a dot beside a line": [[(10, 10), (10, 90)], [(60, 60)]],
    "off the canvas": [[(-5000, -70), (-4900, 9000)]],
    "at the ends of the range": [[(-100_000, -100_000), (100_000, 100_000)]],
    "a hair's breadth": [[(0.001, 0.001), (0.002, 0.002)]],
    "10,000 points": [[(i % 173, i % 211) for i in range(10_000)]],
}


@dataclass(frozen=True)
class LabelledStrokes:
    """A labelled drawing: strokes of (x, y) points, canvas units."""

    label: str
    strokes: Sequence[Sequence[Point]]


def points_message(seq: int, stroke: int, points: Sequence[Point], *, end: bool = False) -> Json:
    """A `points` message."""
    return {"type": "points", "seq": seq, "stroke": stroke, **point_columns(points), "end": end}


def example_of(strokes: Sequence[Sequence[Point]], label: str) -> Json:
    """An example of an `examples` message."""
    columns = [{"x": [x for x, _ in one], "y": [y for _, y in one]} for one in strokes]
    return {"label": label, "strokes": columns}


def point_columns(points: Sequence[Point]) -> Json:
    """Points as the protocol's columns `x`, `y` and `t`, ten milliseconds apart."""
    return {
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "t": [10 * i for i in range(len(points))],
    }


def stroke_arrays(strokes: Sequence[Sequence[Point]]) -> list[PointArray]:
    """Strokes as the rasterizer takes them: float32 arrays of shape (n, 2)."""
    return [np.array(stroke, np.float32) for stroke in strokes]


def ink_message(seq: int, strokes: Sequence[Sequence[Point]]) -> Json:
    """An `ink` message."""
    return {"type": "ink", "seq": seq, "strokes": [point_columns(stroke) for stroke in strokes]}


def client_frame(payload: str | bytes, *, opcode: int = 1, final: bool = True) -> bytes:
    """A client's frame masked with zeros, also one that no client library would send."""
    data = payload.encode() if isinstance(payload, str) else payload
    head = bytes([(0x80 if final else 0) | opcode])
    if len(data) < 126:
        head += bytes([0x80 | len(data)])
    elif len(data) < 65_536:
        head += bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + len(data).to_bytes(8, "big")
    return head + bytes(4) + data


class Client:
    """A WebSocket client that speaks the protocol, and shows answers as they are on the wire.

    It is not that of `realtime.client`, which would send nothing that is wrong, and connect again.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.ready = self.receive()
        self.seq = 0

    def receive(self) -> Json:
        """The server's next message.

        Raises:
            TimeoutError: none came within `RECEIVE_TIMEOUT_S`.
            websockets.exceptions.ConnectionClosed: the connection has ended.
        """
        answer: Json = json.loads(self.connection.recv(timeout=RECEIVE_TIMEOUT_S))
        return answer

    def send(self, message: Json | str | bytes) -> None:
        """Send a message, or raw text or bytes."""
        self.connection.send(json.dumps(message) if isinstance(message, dict) else message)

    def send_frames(self, frames: bytes) -> None:
        """Write raw frames, in the midst of which the server may close the connection.

        `send` would close the socket when that happens, and lose what the server has said.
        """
        with contextlib.suppress(OSError):
            self.connection.socket.sendall(frames)

    def ask(self, kind: str, **fields: object) -> Json:
        """Send a message of this type with the next `seq`, and return the answer."""
        self.seq += 1
        self.send({"type": kind, "seq": self.seq, **fields})
        return self.receive()

    def draw(self, strokes: Sequence[Sequence[Point]], *, first_stroke: int = 0) -> Json:
        """Draw strokes numbered from `first_stroke`, one message each; return the last answer."""
        answer: Json = {}
        for number, stroke in enumerate(strokes, first_stroke):
            answer = self.ask("points", stroke=number, **point_columns(stroke), end=True)
        return answer

    def until_closed(self) -> tuple[list[Json], int | None]:
        """The messages until the connection ends, and the close code."""
        received = []
        with contextlib.suppress(ConnectionClosed):
            while True:
                received.append(self.receive())
        return received, self.connection.close_code


@contextmanager
def open_session(
    url: str, *, source: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Client]:
    """An open connection to the service from this address, closed when the block ends.

    `tls` says whose certificates are trusted, where the URL begins with `wss`.
    """
    with open_connection(url, source=source, tls=tls) as connection:
        yield Client(connection)


def open_connection(
    url: str, *, source: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> ClientConnection:
    """The connection of `open_session`, to be closed by the caller."""
    return connect(
        url,
        # The server compresses nothing. An offer of the client would hide the plain frames.
        compression=None,
        # Keepalive pings run in a thread that calls `random`, which Hypothesis forbids to others.
        ping_interval=None,
        # The receive queue has no bound. A client whose queue is full stops reading, misses the
        # server's close frame in the midst of a flood, and takes ten seconds to give up.
        max_queue=None,
        max_size=None,
        source_address=(source, 0),
        ssl=tls,
        open_timeout=RECEIVE_TIMEOUT_S,
    )
