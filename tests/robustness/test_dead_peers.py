"""Tests of peers that never read, are half open, or never finish a handshake."""

import contextlib
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from tests.support import probe_app
from tests.support.drawing import HANDSHAKE_REQUEST, client_frame
from tests.support.floods import small_messages
from tests.support.noisy_neighbour import running_bystander
from tests.support.probe_app import UNLIMITED_RATE
from tests.support.raw_websocket import open_raw_websocket, read_until_closed
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve, wait_until
from tests.support.worker_introspection import WorkerState, inspect_workers


def worker_state(server: Server) -> WorkerState:
    """The state of the one worker."""
    return next(iter(inspect_workers(server, workers=1, collect=True).values()))


def _send_all_that_fits(raw: socket.socket, data: bytes) -> None:
    """Send until the peer takes no more."""
    raw.settimeout(5)
    with contextlib.suppress(OSError):
        raw.sendall(data)


def test_a_peer_that_takes_nothing_is_given_up(
    tmp_path: Path, scale: float, robustness: RobustnessTable
) -> None:
    """With a window of zero the peer's kernel acknowledges, but the peer never reads."""
    count = 200
    with (
        serve(tmp_path / "log", application=probe_app.APPLICATION, INK_SEND_S="1") as server,
        running_bystander(server) as bystander,
    ):
        before = worker_state(server)
        peers = [
            open_raw_websocket(server, receive_buffer=4_096, path=probe_app.ECHO_PATH)
            for _ in range(count)
        ]
        messages = 20 * client_frame("x" * 4_000)
        for raw in peers:
            raw.setblocking(False)
        start = time.monotonic()
        for _ in range(12):
            for raw in peers:
                with contextlib.suppress(OSError):
                    raw.send(messages)
            time.sleep(0.05)
        wait_until(lambda: worker_state(server).descriptors == before.descriptors)
        took_s = time.monotonic() - start
        after = worker_state(server)
        happened = bystander.assert_undisturbed(scale)
        for raw in peers:
            raw.close()
    assert (after.greenlets, after.descriptors) == (before.greenlets, before.descriptors)
    what = "peers that never read, window at zero, `INK_SEND_S` 1 s"
    robustness.add(
        "Flow",
        what,
        count,
        f"all gone after {took_s:.1f} s, no greenlet or descriptor left; {happened}",
    )


def test_a_peer_that_never_reads_is_given_up(
    tmp_path: Path, scale: float, robustness: RobustnessTable
) -> None:
    """The answers are those of `/ws`."""
    with (
        serve(tmp_path / "log", environment=UNLIMITED_RATE, INK_SEND_S="0.5") as server,
        running_bystander(server) as bystander,
    ):
        peers = [open_raw_websocket(server, receive_buffer=4_096) for _ in range(8)]
        flood = b"".join(small_messages(5_000))
        writers = [threading.Thread(target=_send_all_that_fits, args=(raw, flood)) for raw in peers]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        wait_until(lambda: server.log.count("code=1006") == 8)
        happened = bystander.assert_undisturbed(scale)
        for raw in peers:
            raw.close()
    robustness.add(
        "Flow",
        "peers that send 5,000 messages on `/ws` and never read",
        8,
        f"all given up after `INK_SEND_S`; {happened}",
    )


def test_half_open_connections_are_noticed(
    tmp_path: Path, scale: float, robustness: RobustnessTable
) -> None:
    count = 200
    with (
        serve(tmp_path / "log", application=probe_app.APPLICATION, INK_PING_S="1") as server,
        running_bystander(server) as bystander,
    ):
        before = worker_state(server)
        peers = [open_raw_websocket(server) for _ in range(count)]
        wait_until(lambda: server.log.count("code=1006") == count)
        after = worker_state(server)
        happened = bystander.assert_undisturbed(scale)
        for raw in peers:
            raw.close()
    assert (after.greenlets, after.descriptors, after.sessions) == (
        before.greenlets,
        before.descriptors,
        before.sessions,
    )
    robustness.add(
        "Flow",
        "half-open peers, silent also when pinged, `INK_PING_S` 1 s",
        count,
        f"all noticed; {happened}",
    )


def test_slow_handshakes_are_cut_off(
    tmp_path: Path, scale: float, robustness: RobustnessTable
) -> None:
    """A slow loris sends a byte now and then, and never the last."""
    count = 200
    with (
        serve(tmp_path / "log", application=probe_app.APPLICATION, INK_REQUEST_S="1.5") as server,
        running_bystander(server) as bystander,
        ExitStack() as stack,
    ):
        before = worker_state(server)
        peers = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            for _ in range(count)
        ]
        head = HANDSHAKE_REQUEST.format(port=server.port).encode()
        for byte in head[:20]:
            for raw in peers:
                with contextlib.suppress(OSError):
                    raw.send(bytes([byte]))
            time.sleep(0.1)
        answers = [read_until_closed(raw) for raw in peers]
        after = worker_state(server)
        happened = bystander.assert_undisturbed(scale)
    assert sum(answer.startswith(b"HTTP/1.1 408 ") for answer in answers) == count
    assert (after.greenlets, after.descriptors) == (before.greenlets, before.descriptors)
    robustness.add(
        "Flow",
        "slow-loris handshakes, `INK_REQUEST_S` 1.5 s",
        count,
        f"408 and closed, nothing left; {happened}",
    )
