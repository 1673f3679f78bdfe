"""Tests of every limit that counts by address, through every way in."""

import json
import re
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.pictures import PICTURES
from tests.support.samples import submission
from tests.support.uploads import FORM_TYPE, image_form
from tests.support.ways_in import WAYS_IN, Peer, WayIn, serve_way_in

IMAGES, PIECES, DELETIONS, SESSIONS = 3, 3, 2, 2
# Connections that one address may have beside its sessions (`realtime/server/worker.py`).
BESIDE = 50


def send_image(peer: Peer) -> int:
    return peer.request("POST", "/predict", image_form(PICTURES["28 by 28"]), FORM_TYPE)[0]


def send_piece(peer: Peer) -> int:
    return peer.request("POST", "/ink", json.dumps(submission()).encode(), "application/json")[0]


def delete_pieces(peer: Peer) -> int:
    body = json.dumps({"giver": str(uuid4())}).encode()
    return peer.request("DELETE", "/ink", body, "application/json")[0]


REQUESTS: list[tuple[Callable[[Peer], int], int, int]] = [
    (send_image, IMAGES, 200),
    (send_piece, PIECES, 201),
    (delete_pieces, DELETIONS, 200),
]


@pytest.mark.parametrize("way", WAYS_IN, ids=lambda way: way.name)
def test_limits_hold_and_count_each_client_by_itself(way: WayIn, tmp_path: Path) -> None:
    settings = {
        "INK_KEPT": str(tmp_path / "kept.db"),
        "INK_IMAGES_PER_MINUTE": str(IMAGES),
        "INK_PIECES_PER_MINUTE": str(PIECES),
        "INK_DELETIONS_PER_MINUTE": str(DELETIONS),
        "INK_ADDRESS_SESSIONS": str(SESSIONS),
    }
    with serve_way_in(way, tmp_path, **settings) as client, ExitStack() as stack:
        one, other = client(1), client(2)
        for send, most, accepted in REQUESTS:
            answers = [send(one) for _ in range(most + 2)]
            assert answers == [accepted] * most + [429] * 2, send
            assert send(other) == (accepted if way.knows_clients else 429), send
        sessions = [stack.enter_context(one.session()) for _ in range(SESSIONS + 1)]
        assert [session.ready["type"] for session in sessions] == ["ready"] * SESSIONS + ["error"]
        assert (sessions[-1].ready["code"], sessions[-1].ready["limit"]) == ("full", SESSIONS)
        expected = "ready" if way.knows_clients else "error"
        assert stack.enter_context(other.session()).ready["type"] == expected


@pytest.mark.parametrize("proxies", ["", "unix"])
def test_connections_over_a_unix_socket_are_limited_too(proxies: str, tmp_path: Path) -> None:
    """A proxy that is named has as many connections as it needs."""
    way = WayIn("unix", socket.AF_UNIX, proxies)
    more = 20
    with (
        serve_way_in(way, tmp_path, INK_ADDRESS_SESSIONS=str(SESSIONS)) as client,
        ExitStack() as stack,
    ):
        idle = [stack.enter_context(client(1).connect()) for _ in range(SESSIONS + BESIDE + more)]
        if proxies:
            assert client(1).request("GET", "/healthz", b"", "text/plain")[0] == 200
            idle[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 200 " in idle[-1].recv(1000)
        else:
            assert all(b" 503 " in raw.recv(1000) for raw in idle[-more:])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unix with a claim", "a Unix socket speaks for others, .*`unix` is named in INK_PROXIES"),
        ("no address", "names 'client-1', which is no address"),
        ("Forwarded", "sends Forwarded, which is not read"),
    ],
)
def test_the_log_says_once_why_clients_count_as_one(name: str, words: str, tmp_path: Path) -> None:
    [way] = [way for way in WAYS_IN if way.name == name]
    with serve_way_in(way, tmp_path) as client:
        for _ in range(3):
            assert send_image(client(1)) == 200
    log = (tmp_path / "log").read_text()
    assert len([line for line in log.splitlines() if "realtime.access" in line]) == 1
    assert re.search(words, log), log
