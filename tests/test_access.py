"""Who is let in: the handshake, pages of other origins, the token, proxies; and what the page may load."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from realtime.addresses import party
from tests.drawing import HANDSHAKE
from tests.robustness import Table
from tests.server import Server, serve

TOKEN = "Seven-7.of_9~"  # noqa: S105  # of a server that lives for seconds
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}
VERSION = {"Sec-WebSocket-Version": "13"}
KEY_TEXT = "dGhlIHNhbXBsZSBub25jZQ=="
KEY = {"Sec-WebSocket-Key": KEY_TEXT}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with a token, behind a proxy that is named, open to one further origin."""
    log = tmp_path_factory.mktemp("guarded") / "log"
    with serve(log, INK_TOKEN=TOKEN, INK_PROXIES="127.0.0.0/8", INK_ORIGINS="https://friend.example", INK_ADDRESS_SESSIONS="2") as running:
        yield running
        assert "Traceback" not in running.log, running.log


def ask(server: Server, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and whole text of the answer to a GET."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {headers.get('Host', f'127.0.0.1:{server.port}')}\r\n{lines}\r\n".encode())
        answer = raw.recv(65_536).decode("latin-1")
    return int(answer.split(" ", 2)[1]), answer


def test_a_handshake_that_is_none_is_refused_in_http(server: Server, robustness: Table) -> None:
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
        *(({**UPGRADE, **VERSION, "Sec-WebSocket-Key": key}, 400) for key in ("", "short", "x" * 5_000, "\x7f\x80", "====", 2 * KEY_TEXT)),
        ({**UPGRADE, **VERSION, **KEY, **foreign}, 403),
        ({**UPGRADE, **VERSION, **KEY, "Origin": "null"}, 403),
        ({**UPGRADE, **VERSION, **KEY, "Origin": f"{server.http}.elsewhere.example"}, 403),
        ({**UPGRADE, **VERSION, **KEY, **foreign, "X-Forwarded-Host": "elsewhere.example"}, 403),
        ({**UPGRADE, **VERSION, **KEY, **own}, 101),
        ({**UPGRADE, **VERSION, **KEY}, 101),
        ({**UPGRADE, **VERSION, **KEY, "Sec-WebSocket-Extensions": "permessage-deflate"}, 101),
    ]
    for headers, status in expected:
        answered, text = ask(server, "/ws", headers)
        assert answered == status, (headers, text)
        assert ("Sec-WebSocket-Version: 13" in text) == (status == 426)
        assert "permessage-deflate" not in text
    robustness.add("Access", "handshakes, good and bad", len(expected), "426, 400, 403 and 101, each where it belongs; never 500")


@pytest.mark.parametrize(("line", "status"), [("HEAD /ws HTTP/1.1", 405), ("POST /ws HTTP/1.1", 405), ("GET /ws HTTP/1.0", 426)])
def test_a_handshake_is_a_get_of_http_1_1(server: Server, line: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(HANDSHAKE.format(port=server.port).replace("GET /ws HTTP/1.1", line).encode())
        assert int(raw.recv(4096).split(b" ", 2)[1]) == status


def test_pages_of_friends_are_let_in(guarded: Server) -> None:
    offered = [Subprotocol("ink.v1"), Subprotocol(f"ink.token.{TOKEN}")]
    for origin in (guarded.http, "https://friend.example"):
        with connect(guarded.ws, origin=Origin(origin), subprotocols=offered) as connection:
            assert connection.subprotocol == "ink.v1"
            assert json.loads(connection.recv(timeout=5))["type"] == "ready"
    for origin in ("https://elsewhere.example", "http://friend.example"):
        with pytest.raises(InvalidStatus) as refused, connect(guarded.ws, origin=Origin(origin), subprotocols=offered):
            pass
        assert refused.value.response.status_code == 403


def test_the_token_is_wanted_everywhere_but_for_the_page(guarded: Server, robustness: Table) -> None:
    good = {"Authorization": f"Bearer {TOKEN}"}
    bad = [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer"}]
    bad += [{"Sec-WebSocket-Protocol": words} for words in ("ink.v1", "ink.token.", f"ink.token.{TOKEN}x", TOKEN)]
    whole = {**UPGRADE, **VERSION, **KEY}
    for headers in bad:
        status, text = ask(guarded, "/ws", {**whole, **headers})
        assert status == 401, text
        assert "Bearer" in text
        assert TOKEN not in text
    assert ask(guarded, "/ws", {**whole, **good})[0] == 101
    assert ask(guarded, "/metrics", {})[0] == 401
    assert ask(guarded, "/metrics", good)[0] == 200
    assert [ask(guarded, path, {})[0] for path in ("/", "/healthz", "/readyz", "/page/main.js")] == [200] * 4
    assert TOKEN not in guarded.log
    robustness.add("Access", "wrong, missing and half a token", len(bad), "401 each; the right one is let in")


def test_predict_wants_the_token(guarded: Server) -> None:
    for headers, status in (({}, 401), ({"Authorization": f"Bearer {TOKEN}"}, 400)):
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=5) as raw:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            raw.sendall(f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n{lines}\r\n".encode())
            assert f" {status} " in raw.recv(65_536).decode()


def test_the_page_hands_its_token_on(guarded: Server, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{guarded.http}/#token={TOKEN}")
    expect(page.locator("#status")).to_have_attribute("data-state", "open")
    page.close()


def test_a_page_without_the_token_says_so(guarded: Server, browser: Browser) -> None:
    """Its WebSocket is not told why it was refused."""
    page = browser.new_page()
    page.goto(guarded.http)
    expect(page.locator("#status")).to_contain_text("asks for a token")
    page.close()


def test_a_named_proxy_tells_whose_connection_it_is(guarded: Server) -> None:
    """Sessions are counted for the address that the proxy gives, and the page's origin is the host that it gives."""
    offered = [Subprotocol("ink.v1"), Subprotocol(f"ink.token.{TOKEN}")]
    told = {"X-Forwarded-For": "198.51.100.7, 203.0.113.7", "X-Forwarded-Host": "ink.example", "X-Forwarded-Proto": "https"}
    for _ in range(3):
        # One after the other: no address has two at once.
        with connect(guarded.ws, origin=Origin("https://ink.example"), subprotocols=offered, additional_headers=told) as connection:
            assert json.loads(connection.recv(timeout=5))["type"] == "ready"
    # The proxy has added the last address; those before it are the client's own words.
    assert "address=203.0.113.7" in guarded.log
    assert "198.51.100.7" not in guarded.log


def test_nobody_else_is_believed(server: Server) -> None:
    with connect(server.ws, additional_headers={"X-Forwarded-For": "203.0.113.9"}) as connection:
        connection.recv(timeout=5)
    assert "203.0.113.9" not in server.log
    assert "127.0.0.1 speaks for others, who count as one address unless it is named in INK_PROXIES" in server.log


def test_junk_among_the_proxies_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="not started: INK_PROXIES"), serve(tmp_path / "log", INK_PROXIES="my-proxy"):
        pass


def test_a_household_is_one_party() -> None:
    assert party("192.0.2.1") != party("192.0.2.2")
    assert party("2001:db8::1") == party("2001:db8::ffff:1")
    assert party("2001:db8::1") != party("2001:db8:0:1::1")
    assert party("::ffff:192.0.2.1") == party("192.0.2.1")
    assert party("") == ""
    assert party("[2001:db8::1]:443") == "[2001:db8::1]:443"


def test_answers_carry_the_security_headers(server: Server) -> None:
    for path in ("/", "/embed.html", "/icon.svg", "/sw.js", "/nothing", "/predict", "/metrics"):
        _, text = ask(server, path, {})
        assert "Content-Security-Policy: default-src 'none'; script-src 'self';" in text, path
        assert "unsafe" not in text.partition("\r\n\r\n")[0]
        assert "X-Content-Type-Options: nosniff" in text


def test_the_pages_policy_forbids_what_it_does_not_need(server: Server, browser: Browser) -> None:
    """The policy is in force, and the page does without what it forbids."""
    page = browser.new_page()
    violations: list[str] = []
    page.on("console", lambda message: violations.append(message.text) if "Content Security Policy" in message.text else None)
    page.goto(server.http)
    expect(page.locator("#status")).to_have_attribute("data-state", "open")
    assert violations == []
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {textContent: 'window.stolen = true'}))")
    assert page.evaluate("window.stolen") is None
    assert len(violations) == 1
    page.close()


def test_who_is_refused_while_sending_hears_why(guarded: Server) -> None:
    """Closing with unread bytes would make the kernel send a reset, which overtakes the answer."""
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", guarded.port, timeout=5)
        connection.request("POST", "/predict", bytes(3_000_000))
        assert connection.getresponse().status == 401
        connection.close()


def test_an_image_of_a_stranger_is_not_read(guarded: Server) -> None:
    """The token is asked for before the body is looked at."""
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=5) as raw:
        raw.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1000)
        assert b" 401 " in raw.recv(65_536)
