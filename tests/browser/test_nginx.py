"""The page behind the configuration for nginx that is shipped, and behind one with a line less."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.certificate import make_certificate
from tests.support.connection_news import told_refusals, try_again
from tests.support.drawing import SEVEN
from tests.support.nginx import serve_shipped_nginx
from tests.support.page import Visitor, draw, expect_answer, expect_status, new_visitor
from tests.support.server import Server

NO_WEBSOCKETS = "lets no WebSocket through"
OTHER_ORIGIN = "takes nothing from pages of http://127.0.0.1:"
HOST = "proxy_set_header Host $http_host;"
FORWARDED_HOST = "proxy_set_header X-Forwarded-Host $http_host;"
UPGRADE = "proxy_set_header Upgrade $http_upgrade;"
CONNECTION = "proxy_set_header Connection $ink_connection;"
HTTP_1_1 = "proxy_http_version 1.1;"


def test_the_page_comes_over_tls_and_http_2(
    browser: Browser, own_server: Server, tmp_path: Path
) -> None:
    nodes = [f"127.0.0.1:{own_server.port}"]
    certificate = make_certificate(tmp_path)
    with (
        serve_shipped_nginx(tmp_path, nodes, certificate=certificate) as nginx,
        new_visitor(browser, ignore_https_errors=True) as visitor,
    ):
        page = visitor.open(nginx.origin)
        protocols = page.evaluate(
            "performance.getEntries().map((one) => one.nextHopProtocol).filter(Boolean)"
        )
        assert set(protocols) == {"h2"}
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")


@pytest.mark.parametrize(
    ("missing", "words", "causes"),
    [
        pytest.param([HOST], OTHER_ORIGIN, {"origin"}, id="Host"),
        pytest.param([UPGRADE], NO_WEBSOCKETS, {"upgrade missing=Upgrade"}, id="Upgrade"),
        pytest.param([CONNECTION], NO_WEBSOCKETS, {"upgrade missing=Connection"}, id="Connection"),
        pytest.param([HTTP_1_1], NO_WEBSOCKETS, {"upgrade missing=HTTP/1.1"}, id="HTTP/1.0"),
        pytest.param(
            [HOST, UPGRADE, CONNECTION, HTTP_1_1],
            OTHER_ORIGIN,
            {"origin", "upgrade missing=HTTP/1.1"},
            id="all of them",
        ),
    ],
)
def test_a_line_that_is_missing_is_told_once(
    visitor: Visitor,
    own_server: Server,
    tmp_path: Path,
    missing: list[str],
    words: str,
    causes: set[str],
) -> None:
    nodes = [f"127.0.0.1:{own_server.port}"]
    # The service trusts no proxy here, as one that was set up in haste.
    with serve_shipped_nginx(
        tmp_path, nodes, edits={"nginx/proxy.conf": dict.fromkeys(missing, "")}
    ) as nginx:
        page = visitor.open(nginx.origin, state="failed")
        expect_status(page, "failed", re.compile(f"{words}.* · your ink is kept$"))
        draw(page, *SEVEN)
        try_again(page)
        expect(page.locator("#drawings span")).to_have_text(["–"])
        told = [line.partition("cause=")[2] for line in told_refusals(own_server)]
        assert len(told) == len(causes), told
        assert all(any(line.startswith(cause) for line in told) for cause in causes), told
        # The file as it is shipped mends it.
        nginx.edit("nginx/proxy.conf", {FORWARDED_HOST: "\n".join([FORWARDED_HOST, *missing])})
        nginx.reload()
        try_again(page)
        expect_status(page, "open")
        expect_answer(page, "final", "7")
