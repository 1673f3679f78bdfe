"""Tests of access: handshakes, origins, the token, proxies and security headers."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from realtime.access.client_address import rate_limit_key
from tests.support.drawing import HANDSHAKE_REQUEST, RECEIVE_TIMEOUT_S
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve

TOKEN = "Seven-7.of_9~"  # noqa: S105  # of a server that lives for seconds
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}
VERSION = {"Sec-WebSocket-Version": "13"}
KEY_TEXT = "dGhlIHNhbXBsZSBub25jZQ=="
KEY = {"Sec-WebSocket-Key": KEY_TEXT}


@pytest.fixture(scope="module")
def token_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with a token, a trusted proxy and one further origin."""
    log = tmp_path_factory.mktemp("guarded") / "log"
    with serve(
        log,
        INK_TOKEN=TOKEN,
        INK_PROXIES="127.0.0.0/8",
        INK_ORIGINS="https://friend.example",
        INK_ADDRESS_SESSIONS="2",
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def get(server: Server, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and whole text of the answer to a GET."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=RECEIVE_TIMEOUT_S) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{lines}\r\n".encode())
        answer = raw.recv(65_536).decode("latin-1")
    return int(answer.split(" ", 2)[1]), answer


def test_an_invalid_handshake_is_refused_in_http(
    server: Server, robustness: RobustnessTable
) -> None:
    own, foreign = {"Origin": server.http}, {"Origin": "https://elsewhere.example"}
    expected = [
        ({}, 426),
        (UPGRADE, 426),
        ({**UPGRADE, **KEY}, 426),
        ({**UPGRADE, **KEY, "Sec-WebSocket-Version": "8"}, 426),
        ({**UPGRADE, **KEY, "Sec-WebSocket-Version": "thirteen"}, 426),
        ({**VERSION, **KEY}, 426),
        ({**VERSION, **KEY, "Upgrade": "h2c", "Connection": "Upgrade"}, 426),
        ({**UPGRADE, **VERSION}, 400),
        ({"Upgrade": "websocket", **VERSION, **KEY}, 400),
        ({**UPGRADE, "Connection": "close", **VERSION, **KEY}, 400),
        *(
            ({**UPGRADE, **VERSION, "Sec-WebSocket-Key": key}, 400)
            for key in ("", "short", "x" * 5_000, "\x7f\x80", "====", 2 * KEY_TEXT)
        ),
        ({**UPGRADE, **VERSION, **KEY, **foreign}, 403),
        ({**UPGRADE, **VERSION, **KEY, "Origin": "null"}, 403),
        ({**UPGRADE, **VERSION, **KEY, "Origin": f"{server.http}.elsewhere.example"}, 403),
        ({**UPGRADE, **VERSION, **KEY, **foreign, "X-Forwarded-Host": "elsewhere.example"}, 403),
        ({**UPGRADE, **VERSION, **KEY, **own}, 101),
        ({**UPGRADE, **VERSION, **KEY}, 101),
        ({**UPGRADE, **VERSION, **KEY, "Sec-WebSocket-Extensions": "permessage-deflate"}, 101),
    ]
    for headers, status in expected:
        answered, text = get(server, "/ws", headers)
        assert answered == status, (headers, text)
        assert ("Sec-WebSocket-Version: 13" in text) == (status == 426)
        assert "permessage-deflate" not in text
    robustness.add(
        "Access",
        "handshakes, good and bad",
        len(expected),
        "426, 400, 403 and 101, each where it belongs; never 500",
    )


@pytest.mark.parametrize(
    ("line", "status"),
    [("HEAD /ws HTTP/1.1", 405), ("POST /ws HTTP/1.1", 405), ("GET /ws HTTP/1.0", 426)],
)
def test_a_handshake_is_a_get_of_http_1_1(server: Server, line: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=RECEIVE_TIMEOUT_S) as raw:
        raw.sendall(
            HANDSHAKE_REQUEST.format(port=server.port).replace("GET /ws HTTP/1.1", line).encode()
        )
        assert int(raw.recv(4096).split(b" ", 2)[1]) == status


def test_pages_of_allowed_origins_are_let_in(token_server: Server) -> None:
    offered = [Subprotocol("ink.v1"), Subprotocol(f"ink.token.{TOKEN}")]
    for origin in (token_server.http, "https://friend.example"):
        with connect(token_server.ws, origin=Origin(origin), subprotocols=offered) as connection:
            assert connection.subprotocol == "ink.v1"
            assert json.loads(connection.recv(timeout=RECEIVE_TIMEOUT_S))["type"] == "ready"
    for origin in ("https://elsewhere.example", "http://friend.example"):
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(token_server.ws, origin=Origin(origin), subprotocols=offered),
        ):
            pass
        assert refused.value.response.status_code == 403


def test_the_token_is_required_everywhere_but_for_the_page(
    token_server: Server, robustness: RobustnessTable
) -> None:
    good = {"Authorization": f"Bearer {TOKEN}"}
    bad = [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
    ]
    bad += [
        {"Sec-WebSocket-Protocol": words}
        for words in ("ink.v1", "ink.token.", f"ink.token.{TOKEN}x", TOKEN)
    ]
    whole = {**UPGRADE, **VERSION, **KEY}
    for headers in bad:
        status, text = get(token_server, "/ws", {**whole, **headers})
        assert status == 401, text
        assert "Bearer" in text
        assert TOKEN not in text
    assert get(token_server, "/ws", {**whole, **good})[0] == 101
    assert get(token_server, "/metrics", {})[0] == 401
    assert get(token_server, "/metrics", good)[0] == 200
    assert [
        get(token_server, path, {})[0] for path in ("/", "/healthz", "/readyz", "/page/main.js")
    ] == [200] * 4
    assert TOKEN not in token_server.log
    robustness.add(
        "Access", "wrong, missing and half a token", len(bad), "401 each; the right one is let in"
    )


def test_predict_requires_the_token(token_server: Server) -> None:
    for headers, status in (({}, 401), ({"Authorization": f"Bearer {TOKEN}"}, 400)):
        with socket.create_connection(
            ("127.0.0.1", token_server.port), timeout=RECEIVE_TIMEOUT_S
        ) as raw:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            raw.sendall(
                f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n{lines}\r\n".encode()
            )
            assert f" {status} " in raw.recv(65_536).decode()


def test_a_trusted_proxy_names_the_client(token_server: Server) -> None:
    """Sessions count for the address and the origin that the proxy names."""
    offered = [Subprotocol("ink.v1"), Subprotocol(f"ink.token.{TOKEN}")]
    forwarded = {
        "X-Forwarded-For": "198.51.100.7, 203.0.113.7",
        "X-Forwarded-Host": "ink.example",
        "X-Forwarded-Proto": "https",
    }
    for _ in range(3):
        # Connections of one address come one after the other, since the limit is two sessions.
        with connect(
            token_server.ws,
            origin=Origin("https://ink.example"),
            subprotocols=offered,
            additional_headers=forwarded,
        ) as connection:
            assert json.loads(connection.recv(timeout=RECEIVE_TIMEOUT_S))["type"] == "ready"
    # The proxy appends the last address. Those before it are the client's claim.
    assert "address=203.0.113.7" in token_server.log
    assert "198.51.100.7" not in token_server.log


def test_forwarded_addresses_of_others_are_ignored(server: Server) -> None:
    with connect(server.ws, additional_headers={"X-Forwarded-For": "203.0.113.9"}) as connection:
        connection.recv(timeout=RECEIVE_TIMEOUT_S)
    assert "203.0.113.9" not in server.log
    assert (
        "127.0.0.1 speaks for others, who count as one address unless it is named in INK_PROXIES"
        in server.log
    )


def test_an_invalid_proxy_refuses_to_start(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="not started: INK_PROXIES"),
        serve(tmp_path / "log", INK_PROXIES="my-proxy"),
    ):
        pass


def test_an_ipv6_network_shares_one_rate_limit_key() -> None:
    assert rate_limit_key("192.0.2.1") != rate_limit_key("192.0.2.2")
    assert rate_limit_key("2001:db8::1") == rate_limit_key("2001:db8::ffff:1")
    assert rate_limit_key("2001:db8::1") != rate_limit_key("2001:db8:0:1::1")
    assert rate_limit_key("::ffff:192.0.2.1") == rate_limit_key("192.0.2.1")
    assert rate_limit_key("fe80::1%eth0") == rate_limit_key("fe80::2%eth1") == "fe80::/64"
    # A peer on a Unix socket has no address, or a path that it chose.
    assert rate_limit_key("") == rate_limit_key("/run/client.sock") == "unix"


def test_answers_carry_the_security_headers(server: Server) -> None:
    for path in ("/", "/embed.html", "/icon.svg", "/sw.js", "/nothing", "/predict", "/metrics"):
        _, text = get(server, path, {})
        # The page's own inline script is known by its hash.
        script = "'self' 'sha256-" if path == "/" else "'self';"
        assert f"Content-Security-Policy: default-src 'none'; script-src {script}" in text, path
        assert text.partition("\r\n\r\n")[0].count("sha256-") == (path == "/")
        assert "unsafe" not in text.partition("\r\n\r\n")[0]
        assert "X-Content-Type-Options: nosniff" in text


def test_a_refused_sender_gets_the_reason(token_server: Server) -> None:
    """Closing with unread bytes would make the kernel send a reset, which overtakes the answer."""
    for _ in range(20):
        connection = http.client.HTTPConnection(
            "127.0.0.1", token_server.port, timeout=RECEIVE_TIMEOUT_S
        )
        connection.request("POST", "/predict", bytes(3_000_000))
        assert connection.getresponse().status == 401
        connection.close()


def test_an_image_without_token_is_not_read(token_server: Server) -> None:
    """The token is checked before the body is read."""
    with socket.create_connection(
        ("127.0.0.1", token_server.port), timeout=RECEIVE_TIMEOUT_S
    ) as raw:
        raw.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1000
        )
        assert b" 401 " in raw.recv(65_536)
