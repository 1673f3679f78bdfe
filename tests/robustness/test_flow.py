"""Tests of floods, slow peers and dead peers, beside a bystander on the same worker."""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from tests.support import probe_app
from tests.support.drawing import client_frame
from tests.support.floods import large_messages, small_messages
from tests.support.noisy_neighbour import running_bystander
from tests.support.probe_app import UNLIMITED_RATE
from tests.support.raw_websocket import (
    in_batches,
    open_raw_websocket,
    read_until_closed,
    send_and_drain,
)
from tests.support.robustness_table import RobustnessTable
from tests.support.server import serve


@pytest.mark.parametrize(
    ("name", "count", "make"),
    [("80 B", 1_000_000, small_messages), ("4 kB", 100_000, large_messages)],
)
def test_a_flood_without_rate_limit_disturbs_nobody(
    tmp_path: Path,
    scale: float,
    robustness: RobustnessTable,
    name: str,
    count: int,
    make: Callable[[int], Iterator[bytes]],
) -> None:
    """There is no limit on messages a second, so that all of them are answered."""
    tried = int(count * scale)
    parts = list(in_batches(make(tried)))
    with (
        serve(tmp_path / "log", environment=UNLIMITED_RATE) as server,
        running_bystander(server) as bystander,
    ):
        answered = send_and_drain(open_raw_websocket(server), iter(parts)).count(b'"final":true')
        happened = bystander.assert_undisturbed(scale)
    assert answered == tried
    robustness.add(
        "Flow",
        f"messages of {name} as fast as they go, no rate limit",
        tried,
        f"all answered; {happened}",
    )


def test_a_flood_is_closed(tmp_path: Path, scale: float, robustness: RobustnessTable) -> None:
    with serve(tmp_path / "log") as server, running_bystander(server) as bystander:
        answer = send_and_drain(open_raw_websocket(server), in_batches(small_messages(100_000)))
        answered, refused = answer.count(b'"final":true'), answer.count(b'"code":"rate"')
        happened = bystander.assert_undisturbed(scale)
    assert b'"fatal":true' in answer
    assert answer[-200:].count(b"\x03\xf0") == 1  # 1008
    assert answered < 10_000
    happened = f"{answered} answered, {refused} refused, closed with 1008; {happened}"
    robustness.add(
        "Flow",
        "messages of 80 B as fast as they go, with the limits as they are",
        100_000,
        happened,
    )


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("empty pings", client_frame(b"", opcode=9)),
        ("empty fragments", client_frame(b"", opcode=0, final=False)),
        ("bad messages", client_frame("{}")),
    ],
)
def test_other_floods_are_slowed(
    tmp_path: Path, scale: float, robustness: RobustnessTable, name: str, one: bytes
) -> None:
    sent = 0
    with serve(tmp_path / "log") as server, running_bystander(server) as bystander:
        raw = open_raw_websocket(server)
        reader = threading.Thread(target=read_until_closed, args=(raw,))
        reader.start()
        if name == "empty fragments":
            raw.sendall(client_frame(b"", final=False))
        # The writer's timeout must not end the reader, which shares the connection.
        with raw.dup() as writer, contextlib.suppress(OSError):
            writer.settimeout(1)
            while sent < 1_000_000:
                writer.sendall(one * 1_000)
                sent += 1_000
        with contextlib.suppress(OSError):
            raw.shutdown(socket.SHUT_RDWR)
        happened = bystander.assert_undisturbed(scale)
        reader.join()
        raw.close()
    assert sent < 1_000_000
    robustness.add(
        "Flow",
        f"{name} as fast as they go",
        sent,
        f"read slower after the first 10,000, or closed; {happened}",
    )


@pytest.mark.parametrize(("size", "count"), [(80, 80_000), (4_000, 2_000)])
def test_a_slow_reader_gets_every_byte(
    tmp_path: Path, robustness: RobustnessTable, size: int, count: int
) -> None:
    """Pings are due in between. simple-websocket drops what does not fit into the buffer."""
    rng = random.Random(1)
    sent = [b"%0*d" % (rng.randint(size - 9, size), number) for number in range(count)]
    reader = ClientProtocol(parse_uri("ws://localhost/echo"), state=State.OPEN, max_size=None)
    received: list[bytes] = []
    # Made before there is a connection, on which silence would be taken for a dead peer.
    frames = b"".join(client_frame(text) for text in sent)
    with serve(
        tmp_path / "log",
        application=probe_app.APPLICATION,
        environment=UNLIMITED_RATE,
        INK_PING_S="1",
        # To the worker this path is that of a request, which would be cut off on a busy machine.
        INK_REQUEST_S="300",
    ) as server:
        raw = open_raw_websocket(server, receive_buffer=4_096, path=probe_app.ECHO_PATH)
        writer = threading.Thread(target=raw.sendall, args=(frames,))
        writer.start()
        time.sleep(1.5)
        slow_until = time.monotonic() + 3
        while len(received) < count:
            data = raw.recv(65_536 if time.monotonic() > slow_until else 1_500)
            assert data, f"the connection ended after {len(received)} of {count} echoes"
            reader.receive_data(data)
            received += [
                bytes(event.data)
                for event in reader.events_received()
                if isinstance(event, Frame) and event.opcode is Opcode.TEXT
            ]
            if time.monotonic() < slow_until:
                time.sleep(0.002)
        writer.join()
        raw.close()
    assert received == sent
    robustness.add(
        "Flow",
        f"echoes of {size} B to a reader that waits, then reads slowly, then fast",
        count,
        "byte-exact, in order",
    )
