"""What a stranger with a phone gets: a small page of one place, that everybody can use, and that leaves nothing behind."""

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.drawing import SEVEN
from tests.page import draw, expect_answer, expect_status, opened, visitor
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
    assert f"{server.http}/js/main.js" in load.bytes_by_url


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
    before = counts(server).get("ink_sessions_open", 0.0)
    with visitor(browser) as someone:
        page = someone.open(server.http)
        assert counts(server)["ink_sessions_open"] == before + 1
        page.goto("about:blank")
        until(lambda: counts(server)["ink_sessions_open"] == before)


def test_an_element_that_is_removed_leaves_nothing(browser: Browser, server: Server) -> None:
    """Neither listeners nor nodes nor sockets, however often it comes and goes."""
    with opened(browser, f"{server.http}/embed.html") as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        before_sessions = counts(server)["ink_sessions_open"] - 1
        # The first ones fill what is filled once.
        for _ in range(3):
            come_and_go(page)
        before = left(devtools)
        for _ in range(ROUNDS):
            come_and_go(page)
        until(lambda: counts(server)["ink_sessions_open"] == before_sessions)
        assert left(devtools) == before


def come_and_go(page: Page) -> None:
    """Draw on an element and take it away, or on a new one in its place."""
    if page.locator("ink-recognizer").count() == 0:
        page.evaluate("document.querySelector('h1').after(document.createElement('ink-recognizer'))")
    expect_status(page, "open")
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    page.evaluate("document.querySelector('ink-recognizer').remove()")


def left(devtools: CDPSession) -> dict[str, float]:
    """Listeners and nodes after the garbage was collected, how many there are."""
    # What is freed may free more.
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return {name: metrics[name] for name in ("JSEventListeners", "Nodes", "Documents")}
