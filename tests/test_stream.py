"""The live socket of the real service, spoken to by another implementation's client."""

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.drawing import ONE, SEVEN, Json, columns, drawing, ink, points
from tests.server import Server, serve


def test_the_server_says_what_it_is(server: Server) -> None:
    with drawing(server.ws) as client:
        ready = client.ready
        assert (ready["type"], ready["v"]) == ("ready", 1)
        assert ready["model"]["labels"] == list("0123456789")
        assert ready["limits"]["message_bytes"] > 0


def test_a_seven_is_answered(server: Server) -> None:
    with drawing(server.ws) as client:
        answer = client.draw(SEVEN)
        assert (answer["type"], answer["seq"], answer["final"], answer["strokes"]) == ("prediction", 1, True, 1)
        assert answer["top"][0]["label"] == "7"
        assert set(answer["us"]) == {"wait", "raster", "infer"}


def test_every_stroke_end_gets_exactly_one_final_answer(server: Server) -> None:
    """Also when a whole burst arrives at once."""
    with drawing(server.ws) as client:
        finals_due = []
        for seq in range(1, 200):
            end = seq % 4 == 0
            client.send(points(seq, seq // 4 if not end else seq // 4 - 1, [(seq % 50, seq % 37), (200 - seq, seq)], end=end))
            if end:
                finals_due.append(seq)
        client.send({"type": "undo", "seq": 200})
        answers: list[Json] = []
        while not answers or answers[-1]["seq"] < 200:
            answers.append(client.receive())
        assert [answer["seq"] for answer in answers if answer["final"]] == [*finals_due, 200]
        assert [answer["seq"] for answer in answers] == sorted({answer["seq"] for answer in answers})


def test_moving_ink_is_answered_for_the_newest_only(server: Server) -> None:
    with drawing(server.ws) as client:
        burst = b"".join(_frame(json.dumps(points(seq, 0, [(seq, seq * seq % 90)]))) for seq in range(1, 60))
        client.connection.socket.sendall(burst)
        answer = client.receive()
        assert (answer["seq"], answer["final"]) == (59, False)


def test_edits_are_answered(server: Server) -> None:
    with drawing(server.ws) as client:
        client.draw(SEVEN)
        client.draw(ONE, first=1)
        assert client.ask("erase", stroke=1)["top"][0]["label"] == "7"
        assert client.ask("undo")["strokes"] == 2
        assert client.ask("redo")["strokes"] == 1
        assert client.ask("clear")["empty"] is True
        client.seq += 1
        client.send(ink(client.seq, SEVEN))
        assert client.receive()["top"][0]["label"] == "7"


def test_a_refusal_leaves_the_drawing_as_it_was(server: Server) -> None:
    with drawing(server.ws) as client:
        before = client.draw(SEVEN)
        error = client.ask("points", stroke=1, x=[1, 2], y=[1], t=[1, 2])
        assert (error["type"], error["code"], error["field"], error["seq"], error["fatal"]) == ("error", "bad_message", "y", 2, False)
        after = client.ask("redo")
        assert (after["top"], after["strokes"]) == (before["top"], 1)


@pytest.mark.parametrize(
    ("frame", "code", "close_code"),
    [
        ("no json", "bad_json", 1007),
        (b"binary", "not_text", 1003),
        (json.dumps({"type": "points", "x": [1] * 400_000}), "too_big", 1009),
        (json.dumps({"type": "config", "v": 9}), "version", 1008),
    ],
)
def test_what_cannot_go_on_ends_with_a_reason_and_a_close_code(server: Server, frame: str | bytes, code: str, close_code: int) -> None:
    with drawing(server.ws) as client:
        client.send(frame)
        received, closed = client.until_closed()
        assert [(error["code"], error["fatal"]) for error in received] == [(code, True)]
        assert closed == close_code


def test_invalid_utf8_is_closed(server: Server) -> None:
    with drawing(server.ws) as client:
        client.connection.socket.sendall(_frame(b"\xff\xfe"))
        assert client.until_closed()[1] == 1007


def test_a_ping_inside_a_fragmented_message(server: Server) -> None:
    with drawing(server.ws) as client:
        text = json.dumps({"type": "clear", "seq": 1}).encode()
        frames = _frame(text[:5], final=False) + _frame(b"hello", opcode=9) + _frame(text[5:], opcode=0)
        client.connection.socket.sendall(frames)
        assert client.receive()["empty"] is True


def test_an_endless_fragmented_message_is_cut_off(server: Server) -> None:
    with drawing(server.ws) as client:
        client.connection.socket.sendall(_frame(b"[" * 60_000, final=False))
        for _ in range(12):
            client.connection.socket.sendall(_frame(b"[" * 60_000, opcode=0, final=False))
        received, closed = client.until_closed()
        assert (received[0]["code"], closed) == ("too_big", 1009)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 426),
        ({"Upgrade": "websocket", "Connection": "Upgrade"}, 426),
        ({"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "8"}, 426),
        ({"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}, 400),
        (
            {
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
                "Origin": "https://elsewhere.example",
            },
            403,
        ),
    ],
)
def test_a_handshake_that_is_none_is_refused_in_http(server: Server, headers: dict[str, str], status: int) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{lines}\r\n".encode())
        answer = raw.recv(4096).decode()
    assert answer.startswith(f"HTTP/1.1 {status} "), answer


def test_the_pages_own_origin_is_let_in(server: Server) -> None:
    with connect(server.ws, origin=Origin(server.http)) as connection:
        assert json.loads(connection.recv(timeout=5))["type"] == "ready"
    with pytest.raises(InvalidStatus) as refused, connect(server.ws, origin=Origin("null")):
        pass
    assert refused.value.response.status_code == 403


def test_a_slow_reader_gets_every_byte(server: Server) -> None:
    """simple-websocket's own `send` drops what does not fit into the socket's buffer."""
    with drawing(server.ws) as client:
        raw = client.connection.socket
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.ask("points", stroke=0, **columns(SEVEN[0]), end=True)
        for seq in range(2, 3_002):
            client.send({"type": "undo" if seq % 2 else "redo", "seq": seq})
        time.sleep(1.5)
        assert [client.receive()["seq"] for _ in range(3_000)] == list(range(2, 3_002))


def test_one_who_floods_does_not_stop_the_others(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=1) as server, drawing(server.ws) as flooder, drawing(server.ws) as other:
        flooder.draw(SEVEN)
        flood = b"".join(_frame(json.dumps(points(seq, 1, [(seq % 300, seq % 200)]))) for seq in range(2, 12_000))
        raw = flooder.connection.socket
        raw.setblocking(False)
        sent, waits = 0, []
        for number in range(60):
            with contextlib.suppress(BlockingIOError):
                sent += raw.send(flood[sent : sent + 200_000])
            start = time.monotonic()
            assert other.ask("clear")["empty"] is True, number
            waits.append(time.monotonic() - start)
        raw.setblocking(True)
        # The flood is still being worked off; a second without an answer would be a stall, not a slow machine.
        assert max(waits) < 1
        assert sent > 200_000


def test_a_full_server_says_so(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_SESSIONS="2") as server, drawing(server.ws), drawing(server.ws), drawing(server.ws) as third:
        assert (third.ready["code"], third.ready["fatal"], third.ready["limit"]) == ("full", True, 2)
        assert third.until_closed()[1] == 1013


def test_the_idle_are_sent_away_and_the_silent_pinged(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_IDLE_S="0.8", INK_PING_S="0.3") as server, drawing(server.ws) as client:
        start = time.monotonic()
        received, closed = client.until_closed()
        assert (received[0]["code"], closed) == ("idle", 1008)
        assert time.monotonic() - start > 0.7


def test_a_peer_that_is_gone_is_noticed(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_PING_S="0.3") as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as silent:
        silent.sendall(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        _until(lambda: "closed 1006" in server.log)


def test_the_end_of_the_service_is_announced_after_the_last_answer(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=2) as server, drawing(server.ws) as client:
        client.draw(SEVEN)
        client.send(points(2, 1, ONE[0], end=True))
        start = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        received, closed = client.until_closed()
        assert [message.get("code", message.get("seq")) for message in received] == [2, "going_away"]
        assert closed == 1001
        assert server.stop() == 0
        assert time.monotonic() - start < 6


def test_a_reload_moves_people_to_new_workers(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=1) as server, drawing(server.ws) as client:
        client.draw(SEVEN)
        os.kill(server.process.pid, signal.SIGHUP)
        assert client.until_closed()[1] == 1001
        _until(lambda: _is_answered(server))
        assert server.log.count("loaded") == 2


def _is_answered(server: Server) -> bool:
    """Whether a client that comes with its ink is let in and answered; a worker that ends sends it on to the next."""
    with contextlib.suppress(ConnectionClosed), drawing(server.ws) as client:
        if client.ready["type"] == "ready":
            client.send(ink(1, SEVEN))
            return bool(client.receive()["top"][0]["label"] == "7")
    return False


def _until(true: Callable[[], bool], limit_s: float = 8.0) -> None:
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def _frame(payload: str | bytes, *, opcode: int = 1, final: bool = True) -> bytes:
    """A client's frame, masked with zeros; for what no client library would send."""
    data = payload.encode() if isinstance(payload, str) else payload
    head = bytes([(0x80 if final else 0) | opcode])
    if len(data) < 126:
        head += bytes([0x80 | len(data)])
    elif len(data) < 65_536:
        head += bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + len(data).to_bytes(8, "big")
    return head + bytes(4) + data
