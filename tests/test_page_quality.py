"""What a stranger with a phone gets: a small page of one place, that everybody can use, and that leaves nothing behind."""

import pytest
from playwright.sync_api import Browser

from tests.page import visitor
from tests.page_report import STATES, barriers, first_load, in_state
from tests.server import Server, until
from tests.test_metrics import counts

# 60 KB take a second over a bad line (500 kbit/s).
BUDGET_BYTES = 60_000
ROUNDS = 20


def test_the_first_load_is_small_and_of_one_place(browser: Browser, server: Server) -> None:
    load = first_load(browser, server)
    assert load.bytes <= BUDGET_BYTES, load.bytes_by_url
    assert load.external == []
    assert f"{server.http}/page/main.js" in load.bytes_by_url


def test_a_page_elsewhere_loads_the_recognizer_from_one_place(browser: Browser, server: Server) -> None:
    load = first_load(browser, server, "/embed.html")
    assert load.bytes <= BUDGET_BYTES
    assert load.external == []


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_the_way(browser: Browser, server: Server, state: str) -> None:
    with in_state(browser, server, STATES[state]) as page:
        assert barriers(page, STATES[state].part) == []


def test_axe_would_find_something(browser: Browser, server: Server) -> None:
    """A button without a name within the recognizer's shadow root, and grey words on grey."""
    with in_state(browser, server, STATES["empty"]) as page:
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
        found = " ".join(barriers(page))
        assert "button-name" in found
        assert "color-contrast" in found


def test_who_leaves_the_page_leaves_no_session(browser: Browser, server: Server) -> None:
    # Those of the tests before this one may still be on their way out.
    until(lambda: counts(server).get("ink_sessions_open", 0.0) == 0)
    with visitor(browser) as someone:
        page = someone.open(server.http)
        assert counts(server)["ink_sessions_open"] == 1
        page.goto("about:blank")
        until(lambda: counts(server)["ink_sessions_open"] == 0)
