"""Tests of refused handshakes: the operator reads why in the log, and a page may ask why."""

import http.client
import json
import re
from collections.abc import Iterator, Mapping

import pytest

from tests.support.server import Server, serve

TOKEN = "Seven-7.of_9~"  # noqa: S105  # of a server that lives for seconds
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
ELSEWHERE = "https://elsewhere.example"


@pytest.fixture
def lonely_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with one worker, whose log nobody else writes to."""
    with serve(tmp_path_factory.mktemp("refusals") / "log") as running:
        yield running
        assert "Traceback" not in running.log, running.log


def ask(
    server: Server,
    path: str = "/ws",
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    version: int = 11,
) -> tuple[int, dict[str, str], str]:
    """The status, the headers and the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection._http_vsn_str = f"HTTP/{version / 10}"  # type: ignore[attr-defined]
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read().decode()
    finally:
        connection.close()


def warnings(server: Server) -> list[str]:
    """The lines of the log about refusals."""
    return [line for line in server.log.splitlines() if "websocket_refused" in line]


def test_an_origin_is_refused_with_one_line_that_says_what_to_do(lonely_server: Server) -> None:
    for _ in range(3):
        headers = {**HANDSHAKE, "Origin": ELSEWHERE, "Host": "10.0.0.5:8000"}
        assert ask(lonely_server, headers=headers)[0] == 403
    [line] = warnings(lonely_server)
    for part in (ELSEWHERE, "10.0.0.5:8000", "INK_ORIGINS", "INK_PROXIES", "$http_host"):
        assert part in line
    assert ask(lonely_server, headers={**HANDSHAKE, "Origin": "null"})[0] == 403
    assert "allow-same-origin" in warnings(lonely_server)[1]


@pytest.mark.parametrize(
    ("missing", "version", "status"),
    [("Upgrade", 11, 426), ("Connection", 11, 400), ("HTTP/1.1", 10, 426)],
)
def test_a_handshake_that_a_proxy_has_broken_is_told(
    lonely_server: Server, missing: str, version: int, status: int
) -> None:
    headers = {name: text for name, text in HANDSHAKE.items() if name != missing}
    for _ in range(3):
        assert ask(lonely_server, headers=headers, version=version)[0] == status
    [line] = warnings(lonely_server)
    assert f"missing={missing}:" in line
    assert "proxy_http_version 1.1" in line
    assert "proxy_set_header Upgrade" in line


def test_what_was_meant_as_no_handshake_is_not_told(lonely_server: Server) -> None:
    """Neither a curious visitor nor a program that speaks another version is a broken proxy."""
    assert ask(lonely_server)[0] == 426
    assert ask(lonely_server, headers={**HANDSHAKE, "Sec-WebSocket-Version": "8"})[0] == 426
    assert ask(lonely_server, "/ws?origin=http%3A%2F%2F127.0.0.1&refused=1")[0] in (403, 426)
    assert [line for line in warnings(lonely_server) if "cause=upgrade" in line] == []


def test_an_attacker_cannot_fill_the_log(lonely_server: Server) -> None:
    for number in range(100):
        origin = f"https://{number}.example\\nforged"
        assert ask(lonely_server, headers={**HANDSHAKE, "Origin": origin})[0] == 403
    assert 1 < len(warnings(lonely_server)) <= 20


def test_a_page_may_ask_why(lonely_server: Server) -> None:
    """Its plain request of its own origin has no Origin, so that it tells it."""
    own = lonely_server.http.replace(":", "%3A")
    status, headers, body = ask(lonely_server, f"/ws?origin={own}&refused=1")
    assert status == 426
    assert json.loads(body)["error"]["code"] == "upgrade_required"
    assert headers["Access-Control-Allow-Origin"] == "*"
    for origin in ("https%3A%2F%2Felsewhere.example", "null", "a%0Ab"):
        status, headers, body = ask(lonely_server, f"/ws?origin={origin}&refused=1")
        assert status == 403
        assert json.loads(body)["error"]["code"] == "forbidden"
        assert headers["Access-Control-Allow-Origin"] == "*"
    # Nothing but the handshake is in the way, and that repeatedly: it is lost before it gets here.
    assert ask(lonely_server, f"/ws?origin={own}&refused=2")[0] == 426
    assert sum("cause=upgrade" in line for line in warnings(lonely_server)) == 1
    assert not re.search(r"^b", lonely_server.log, re.MULTILINE), "a forged line"


def test_a_page_elsewhere_may_ask_with_its_token(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    preflight = {
        "Origin": ELSEWHERE,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    question = f"/ws?origin={ELSEWHERE.replace(':', '%3A')}&refused=1"
    log = tmp_path_factory.mktemp("refusals") / "log"
    with serve(log, INK_TOKEN=TOKEN, INK_ORIGINS=ELSEWHERE) as server:
        status, headers, _ = ask(server, question, preflight, "OPTIONS")
        assert status == 204
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Access-Control-Allow-Headers"] == "Authorization"
        status, headers, _ = ask(server, question, {"Origin": ELSEWHERE})
        assert (status, headers["Access-Control-Allow-Origin"]) == (401, "*")
        token = {"Origin": ELSEWHERE, "Authorization": f"Bearer {TOKEN}"}
        assert ask(server, question, token)[0] == 426
        assert TOKEN not in server.log
