"""The page behind HAProxy and Caddy, over TLS and HTTP/2, with the lines of docs/proxies.md."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.certificate import make_certificate
from tests.support.documented_proxies import serve_behind_caddy, serve_behind_haproxy
from tests.support.drawing import SEVEN
from tests.support.page import draw, expect_answer, new_visitor
from tests.support.server import Server


@pytest.mark.parametrize("serve_behind", [serve_behind_haproxy, serve_behind_caddy])
def test_the_page_works(
    browser: Browser,
    own_server: Server,
    tmp_path: Path,
    serve_behind: Callable[..., AbstractContextManager[str]],
) -> None:
    nodes = [own_server.port] * 2
    with (
        serve_behind(tmp_path, nodes, make_certificate(tmp_path)) as origin,
        new_visitor(browser, ignore_https_errors=True) as visitor,
    ):
        page = visitor.open(origin)
        protocols = page.evaluate(
            "performance.getEntries().map((one) => one.nextHopProtocol).filter(Boolean)"
        )
        assert set(protocols) == {"h2"}
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
