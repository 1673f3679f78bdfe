"""Tests of proxies that break the connection: the page's reader and the operator are told once."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.support.connection_news import (
    collect_connection_events,
    failures,
    last_connection_event,
    leave_and_return,
    told_refusals,
    try_again,
)
from tests.support.drawing import SEVEN
from tests.support.page import Visitor, draw, expect_answer, expect_status
from tests.support.rewriting_proxy import (
    Request,
    Response,
    Rewriting,
    RewritingProxy,
    only_handshakes,
    only_ws,
    unchanged,
)
from tests.support.server import Server

KEPT = "your ink is kept$"
NO_WEBSOCKETS = {"Upgrade": None, "Connection": "close"}


def as_nginx_comes(request: Request) -> Request:
    """What `proxy_pass` alone does."""
    changed = request.with_headers(**NO_WEBSOCKETS, Host="upstream")
    return replace(changed, version="HTTP/1.0")


@pytest.mark.parametrize(
    ("rewrite", "words", "causes"),
    [
        pytest.param(
            lambda request: request.with_headers(Host="10.0.0.5:8000"),
            "takes nothing from pages of http://127.0.0.1:",
            ["origin"],
            id="another host",
        ),
        pytest.param(
            lambda request: request.with_headers(Host="127.0.0.1"),
            "takes nothing from pages of http://127.0.0.1:",
            ["origin"],
            id="no port",
        ),
        pytest.param(
            lambda request: request.with_headers(**NO_WEBSOCKETS),
            "lets no WebSocket through",
            ["upgrade"],
            id="no Upgrade",
        ),
        pytest.param(
            lambda request: request.with_headers(Connection="keep-alive"),
            "lets no WebSocket through",
            ["upgrade"],
            id="no Connection: Upgrade",
        ),
        pytest.param(
            lambda request: replace(request, version="HTTP/1.0"),
            "lets no WebSocket through",
            ["upgrade"],
            id="HTTP/1.0",
        ),
        pytest.param(
            as_nginx_comes,
            "takes nothing from pages of http://127.0.0.1:",
            ["origin", "upgrade"],
            id="nginx as it comes",
        ),
        pytest.param(
            only_handshakes(Response(400)), "lets no WebSocket through", ["upgrade"], id="refused"
        ),
        pytest.param(
            only_handshakes(None), "lets no WebSocket through", ["upgrade"], id="swallowed"
        ),
        pytest.param(
            only_ws(Response(404)), r"answers, but not as this server does \(404\)", [], id="404"
        ),
        pytest.param(
            only_ws(Response(200)), r"answers, but not as this server does \(200\)", [], id="200"
        ),
        pytest.param(only_ws(Response(401)), "there is a login before the server", [], id="401"),
        pytest.param(
            only_ws(Response(302, {"Location": "/embed.html"})),
            "there is a login before the server",
            [],
            id="login page",
        ),
    ],
)
def test_what_a_proxy_breaks_is_told_once(
    visitor: Visitor,
    own_server: Server,
    proxy: RewritingProxy,
    rewrite: Rewriting,
    words: str,
    causes: list[str],
) -> None:
    page = visitor.open(proxy.http)
    collect_connection_events(page)
    proxy.rewrite = rewrite
    # As a restarted proxy does, with a new configuration.
    leave_and_return(page)
    expect_status(page, "failed", re.compile(f"{words}.* · {KEPT}"))
    # All is kept, and the words stay while the page goes on trying.
    draw(page, *SEVEN)
    expect(page.locator("#drawings span")).to_have_text(["–"])
    expect_status(page, "failed", re.compile(words))
    assert sorted(
        line.partition("cause=")[2].split()[0].rstrip(":") for line in told_refusals(own_server)
    ) == (causes)
    proxy.rewrite = unchanged
    try_again(page)
    expect_answer(page, "final", "7")
    expect(page.locator("#drawings span")).to_have_text(["7"])
    [(_, message)] = failures(page)
    assert re.search(words, message)
    assert last_connection_event(page) == ("open", None)


def test_a_server_behind_a_proxy_that_is_away_may_come_back(
    visitor: Visitor, proxy: RewritingProxy
) -> None:
    """A gateway's error is no fault of the way."""
    page = visitor.open(proxy.http)
    collect_connection_events(page)
    proxy.rewrite = only_ws(Response(502))
    leave_and_return(page)
    expect_status(page, "closed", re.compile(rf"^reconnecting in \d s · {KEPT}"))
    assert failures(page) == []
