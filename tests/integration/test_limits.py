"""Tests of every limit: it is named, it holds, the drawing stays, others are undisturbed."""

import json
import select
import socket
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from tests.support.drawing import (
    HANDSHAKE_REQUEST,
    SEVEN,
    Client,
    Json,
    client_frame,
    ink_message,
    open_session,
    point_columns,
)
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve

# The time without another refusal after which no more are expected.
SETTLED_S = 0.5


def refusals(client: Client, count: int) -> list[Json]:
    """The errors among so many answers."""
    return [
        answer for answer in (client.receive() for _ in range(count)) if answer["type"] == "error"
    ]


def test_too_many_messages_are_refused_then_accepted_again_and_a_flood_closes(
    tmp_path: Path, robustness: RobustnessTable
) -> None:
    with (
        serve(tmp_path / "log", INK_MESSAGES_PER_S="20", INK_MESSAGES_BURST="40") as server,
        open_session(server.ws) as client,
    ):
        began_s = time.monotonic()
        client.draw(SEVEN)
        for seq in range(2, 62):
            client.send({"type": "redo", "seq": seq})
        refused = refusals(client, 60)
        # Some tokens became free while the messages were sent.
        assert 20 - 20 * (time.monotonic() - began_s) <= len(refused) <= 21
        for error in refused:
            assert (error["code"], error["limit"], error["fatal"]) == ("rate", 20, False)
            assert 0 < error["retry_ms"] <= 1050
        time.sleep(refused[-1]["retry_ms"] / 1000)
        client.send(ink_message(100, SEVEN))
        answer = client.receive()
        assert (answer["seq"], answer["top"][0]["label"], answer["strokes"]) == (100, "7", 1)
        flood = (json.dumps({"type": "redo", "seq": seq}) for seq in range(200, 400))
        client.send_frames(b"".join(map(client_frame, flood)))
        received, closed = client.until_closed()
        assert (received[-1]["code"], received[-1]["fatal"], closed) == ("rate", True, 1008)
        assert sum(message["type"] == "error" for message in received) < 60
    happened = f"{len(refused)} refused with `retry_ms`, then taken again; a flood ended with 1008"
    robustness.add("Limits", "`INK_MESSAGES_PER_S`", 261, happened)


def test_a_long_message_counts_as_several(tmp_path: Path) -> None:
    with (
        serve(tmp_path / "log", INK_MESSAGES_PER_S="1", INK_MESSAGES_BURST="40") as server,
        open_session(server.ws) as client,
    ):
        for seq in range(1, 5):
            client.send(ink_message(seq, [[(i % 300, i % 200) for i in range(5_000)]]))
        codes = [client.receive().get("code") for _ in range(4)]
        assert (codes[0], codes[-1]) == (None, "rate")


def test_points_and_strokes_are_limited(tmp_path: Path, robustness: RobustnessTable) -> None:
    settings = {
        "INK_MESSAGE_POINTS": "100",
        "INK_SESSION_POINTS": "250",
        "INK_SESSION_STROKES": "3",
    }
    hundred = [(i % 300, i % 200) for i in range(100)]
    with serve(tmp_path / "log", environment=settings) as server, open_session(server.ws) as client:
        assert client.ready["limits"]["message_points"] == 100
        before = client.draw([hundred])
        cases = [
            ({"type": "points", "stroke": 1, **point_columns([*hundred, (1, 1)])}, "x", 100),
            ({"type": "ink", "strokes": [point_columns(hundred)] * 3}, "points", 250),
            ({"type": "ink", "strokes": [point_columns(hundred[:2])] * 4}, "strokes", 3),
        ]
        for message, field, limit in cases:
            error = client.ask(**{"kind": message.pop("type"), **message})
            assert (error["code"], error["field"], error["limit"], error["fatal"]) == (
                "limit",
                field,
                limit,
                False,
            )
            assert str(limit) in error["message"]
        assert client.ask("redo")["top"] == before["top"]
    robustness.add(
        "Limits",
        "points a message, points and strokes a session",
        len(cases),
        "refused with `limit`; the drawing as before",
    )


def test_a_full_worker_refuses_at_once_and_still_answers_others(
    tmp_path: Path, robustness: RobustnessTable
) -> None:
    """Some of a hundred further clients get the error by WebSocket, the others HTTP 503."""
    cap, more = 200, 100
    with serve(tmp_path / "log", INK_SESSIONS=str(cap)) as server, ExitStack() as stack:
        for _ in range(cap):
            stack.enter_context(open_session(server.ws))
        before_s = seconds_of(lambda: check_health(server, times=more))
        start = time.monotonic()
        further = [stack.enter_context(send_handshake(server)) for _ in range(more)]
        health_s = seconds_of(lambda: check_health(server))
        answers = [read_to_end(one) for one in further]
        took_s = time.monotonic() - start
        by_websocket = sum(
            b"101 Switching" in answer and b'"code":"full"' in answer and b"\x03\xf5" in answer
            for answer in answers
        )
        by_http = sum(b" 503 " in answer and b"Retry-After: 5" in answer for answer in answers)
        assert by_websocket + by_http == more
        assert by_websocket > 0
        assert by_http > 0
        # The bounds are far above what it takes, so that only a stall exceeds them. On a machine
        # that is busy elsewhere, as many requests one after the other take long, too.
        slow_s = max(before_s, seconds_of(lambda: check_health(server, times=more)))
        assert took_s < max(5, 10 * slow_s)
        assert health_s < max(1, 2 * slow_s)
        # A new client is served as before.
        stack.close()
        with open_session(server.ws) as client:
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
    happened = (
        f"{by_websocket} refused with `full` (1013), {by_http} with HTTP 503, all in "
        f"{took_s:.2f} s; `/healthz` meanwhile in {health_s * 1e3:.0f} ms"
    )
    robustness.add("Limits", f"a hundred more than the cap of {cap} sessions", more, happened)


def test_sessions_of_one_address_are_limited(tmp_path: Path, robustness: RobustnessTable) -> None:
    with serve(tmp_path / "log", INK_ADDRESS_SESSIONS="5") as server, ExitStack() as stack:
        clients = [stack.enter_context(open_session(server.ws)) for _ in range(5)]
        for _ in range(40):
            with open_session(server.ws) as sixth:
                assert (sixth.ready["code"], sixth.ready["limit"], sixth.until_closed()[1]) == (
                    "full",
                    5,
                    1013,
                )
        # Another address of this machine is another client.
        with open_session(server.ws, source="127.0.0.2") as other:
            assert other.ready["type"] == "ready"
        # Connections without a request count, too.
        idle = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            for _ in range(100)
        ]
        refused = count_refused(idle, at_least=50)
        assert 50 <= refused < 100
        assert clients[0].draw(SEVEN)["top"][0]["label"] == "7"
    happened = f"40 refused with `full` (1013), {refused} with HTTP 503; other addresses accepted"
    robustness.add("Limits", "`INK_ADDRESS_SESSIONS`", 140, happened)


def count_refused(connections: Sequence[socket.socket], *, at_least: int) -> int:
    """The number of connections that get HTTP 503, once no more follow."""
    waiting, refused, quiet_s = list(connections), 0, 0.0
    deadline = time.monotonic() + 20
    while (refused < at_least or quiet_s < SETTLED_S) and time.monotonic() < deadline:
        readable, _, _ = select.select(waiting, [], [], 0.1)
        quiet_s = 0.0 if readable else quiet_s + 0.1
        for raw in readable:
            waiting.remove(raw)
            refused += b" 503 " in raw.recv(1000)
    return refused


def test_the_length_of_a_session_is_limited(tmp_path: Path, robustness: RobustnessTable) -> None:
    with serve(tmp_path / "log", INK_SESSION_S="0.6") as server, open_session(server.ws) as client:
        with suppress(ConnectionClosed):
            for seq in range(1, 30):
                client.send({"type": "clear", "seq": seq})
                time.sleep(0.1)
        received, closed = client.until_closed()
        assert (received[-1]["code"], closed) == ("expired", 1008)
    robustness.add(
        "Limits", "`INK_SESSION_S`", 1, "closed with 1008 after `expired`, in the midst of drawing"
    )


def send_handshake(server: Server) -> socket.socket:
    """A connection whose handshake is sent and whose answer is not read yet."""
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    raw.sendall(HANDSHAKE_REQUEST.format(port=server.port).encode())
    return raw


def read_to_end(raw: socket.socket) -> bytes:
    """All bytes until the server closes the connection."""
    answer = b""
    while data := raw.recv(65_536):
        answer += data
    return answer


def check_health(server: Server, times: int = 1) -> None:
    """Request `/healthz`, one time after the other."""
    for _ in range(times):
        urllib.request.urlopen(f"{server.http}/healthz", timeout=30).read()  # noqa: S310


def seconds_of(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    start = time.monotonic()
    action()
    return time.monotonic() - start
