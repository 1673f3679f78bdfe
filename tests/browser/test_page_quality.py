"""What a stranger with a phone gets: a small page of one place, that everybody can use, and that leaves nothing behind."""

import pytest
from playwright.sync_api import Browser

from tests.support.metrics import read_metrics
from tests.support.page import new_visitor
from tests.support.server import Server, wait_until
from tools.page_report import PAGE_STATES, accessibility_violations, first_load, page_in_state

# 60 KB take a second over a bad line (500 kbit/s).
BUDGET_BYTES = 60_000
ROUNDS = 20


def test_the_first_load_is_small_and_of_one_place(browser: Browser, server: Server) -> None:
    load = first_load(browser, server)
    assert load.bytes <= BUDGET_BYTES, load.bytes_by_url
    assert load.external == []
    assert f"{server.http}/js/main.js" in load.bytes_by_url


def test_a_page_elsewhere_loads_the_recognizer_from_one_place(
    browser: Browser, server: Server
) -> None:
    load = first_load(browser, server, "/embed.html")
    assert load.bytes <= BUDGET_BYTES
    assert load.external == []


@pytest.mark.parametrize("state", PAGE_STATES)
def test_axe_finds_nothing_in_the_way(browser: Browser, server: Server, state: str) -> None:
    with page_in_state(browser, server, PAGE_STATES[state]) as page:
        assert accessibility_violations(page, PAGE_STATES[state].part) == []


def test_axe_would_find_something(browser: Browser, server: Server) -> None:
    """A button without a name within the recognizer's shadow root, and grey words on grey."""
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


def test_who_leaves_the_page_leaves_no_session(browser: Browser, server: Server) -> None:
    # Those of the tests before this one may still be on their way out.
    wait_until(lambda: read_metrics(server).get("ink_sessions_open", 0.0) == 0)
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        assert read_metrics(server)["ink_sessions_open"] == 1
        page.goto("about:blank")
        wait_until(lambda: read_metrics(server)["ink_sessions_open"] == 0)
