"""Tests of the messages that keep a silent connection open where control frames do not count."""

import json
from pathlib import Path

import pytest

from tests.support.drawing import SEVEN, Client, Json, client_frame, open_session
from tests.support.message_relay import serve_message_relay
from tests.support.nginx import serve_shipped_nginx
from tests.support.server import serve

HEARTBEAT = {"type": "heartbeat"}
SILENCE_S = 3.0


def answer_heartbeats(client: Client, count: int) -> None:
    """Take so many heartbeats, and answer each."""
    for _ in range(count):
        assert client.receive() == HEARTBEAT
        client.send(HEARTBEAT)


def test_a_proxy_that_counts_messages_alone_keeps_the_connection(tmp_path: Path) -> None:
    with (
        serve(tmp_path / "log", INK_PING_S="0.5") as server,
        serve_message_relay(server.ws, SILENCE_S) as url,
    ):
        with open_session(url) as client:
            client.send({"type": "config", "heartbeat": True})
            answer_heartbeats(client, 9)
            assert client.draw(SEVEN)["top"][0]["label"] == "7"
        with open_session(url) as client:
            client.draw(SEVEN)
            assert client.until_closed() == ([], 1006)


def test_who_asks_for_none_gets_none(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_PING_S="0.3") as server:
        for config in ({"type": "config"}, {"type": "config", "heartbeat": False}):
            with open_session(server.ws) as client:
                client.send(config)
                with pytest.raises(TimeoutError):
                    client.connection.recv(timeout=1.5)
                assert client.draw(SEVEN)["top"][0]["label"] == "7"


def test_heartbeats_are_nothing_that_is_drawn(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    with (
        serve(
            tmp_path / "log", INK_PING_S="0.3", INK_IDLE_S="2", INK_RECORDINGS=str(folder)
        ) as server,
        open_session(server.ws) as client,
    ):
        client.send({"type": "config", "heartbeat": True})
        client.draw(SEVEN)
        received: list[Json] = [{}]
        while received[-1].get("type") != "error":
            received.append(client.receive())
            if received[-1] == HEARTBEAT:
                client.send_frames(client_frame(json.dumps(HEARTBEAT)))
        assert received[1] == HEARTBEAT
        assert received[-1]["code"] == "idle"
    [recording] = folder.iterdir()
    kinds = [
        (entry.get("send") or entry["recv"])["type"]
        for entry in json.loads(recording.read_text())["messages"]
    ]
    assert kinds == ["ready", "config", "points", "prediction", "error"]


def test_a_heartbeat_needs_no_config_and_is_no_edit(tmp_path: Path) -> None:
    with serve(tmp_path / "log") as server, open_session(server.ws) as client:
        client.send(HEARTBEAT)
        client.send({"type": "config", "top": 5})
        client.send(HEARTBEAT | {"later": 1})
        assert len(client.draw(SEVEN)["top"]) == 5


def test_nginx_itself_counts_pongs_alone(tmp_path: Path) -> None:
    """What docs/proxies.md says of it."""
    timeouts = ("read", "send")
    edits = {f"proxy_{name}_timeout 45s;": f"proxy_{name}_timeout 3s;" for name in timeouts}
    with (
        serve(tmp_path / "log", INK_PING_S="600", INK_PROXIES="127.0.0.1") as server,
        serve_shipped_nginx(
            tmp_path, [f"127.0.0.1:{server.port}"], edits={"nginx/websocket.conf": edits}
        ) as nginx,
        open_session(nginx.ws) as client,
        open_session(nginx.ws) as silent,
    ):
        for _ in range(5):
            client.connection.pong()
            with pytest.raises(TimeoutError):
                client.connection.recv(timeout=1)
        assert client.draw(SEVEN)["top"][0]["label"] == "7"
        assert silent.until_closed() == ([], 1006)
