"""Tests of the size of the first load, of accessibility, and of leftover sessions."""

import re
import urllib.request

import pytest
from playwright.sync_api import Browser

from tests.support.metrics import read_metrics
from tests.support.page import new_visitor
from tests.support.server import Server, wait_until
from tools.page_report import accessibility_violations, first_load
from tools.page_states import PAGE_STATES, page_in_state

# 70 KB take little more than a second over a slow line of 500 kbit/s.
BUDGET_BYTES = 70_000
ROUNDS = 20


def test_the_first_load_is_small_and_of_one_origin(browser: Browser, server: Server) -> None:
    load = first_load(browser, server)
    assert load.bytes <= BUDGET_BYTES, load.bytes_by_url
    assert load.external == []
    assert f"{server.http}/page/main.js" in load.bytes_by_url


def test_a_third_party_page_loads_the_recognizer_from_one_origin(
    browser: Browser, server: Server
) -> None:
    load = first_load(browser, server, "/embed.html")
    assert load.bytes <= BUDGET_BYTES
    assert load.external == []


@pytest.mark.parametrize("path", ["/", "/embed.html"])
def test_a_page_names_all_modules_that_it_loads(
    browser: Browser, server: Server, path: str
) -> None:
    with urllib.request.urlopen(server.http + path) as response:  # noqa: S310
        html = response.read().decode()
    named = re.findall(
        r'<(?:script type="module" src|link rel="modulepreload" href)="([^"]+)">', html
    )
    loaded = [
        url.removeprefix(f"{server.http}/")
        for url in first_load(browser, server, path).bytes_by_url
        if url.endswith(".js")
    ]
    assert named
    assert sorted(named) == sorted(loaded)


@pytest.mark.parametrize("state", PAGE_STATES)
def test_axe_finds_no_violations(browser: Browser, server: Server, state: str) -> None:
    with page_in_state(browser, server, PAGE_STATES[state]) as page:
        assert accessibility_violations(page, PAGE_STATES[state].part) == []


def test_axe_would_find_violations(browser: Browser, server: Server) -> None:
    """The page gets a button without a name in the shadow root, and grey text on grey."""
    with page_in_state(browser, server, PAGE_STATES["empty"]) as page:
        page.evaluate(
            """() => {
            const { shadowRoot } = document.querySelector("ink-recognizer");
            shadowRoot.append(document.createElement("button"));
            const words = document.createElement("p");
            words.style = "color: #888; background: #777";
            words.append("hard to read");
            document.querySelector("main").append(words);
            }"""
        )
        found = " ".join(accessibility_violations(page))
        assert "button-name" in found
        assert "color-contrast" in found


def test_closing_the_page_closes_its_session(browser: Browser, server: Server) -> None:
    # Sessions of earlier tests may still be closing.
    wait_until(lambda: read_metrics(server).get("ink_sessions_open", 0.0) == 0)
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        assert read_metrics(server)["ink_sessions_open"] == 1
        page.goto("about:blank")
        wait_until(lambda: read_metrics(server)["ink_sessions_open"] == 0)
