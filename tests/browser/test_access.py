"""The page with a token, without one, and under its Content-Security-Policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.server import Server, serve

TOKEN = "Seven-7.of_9~"  # noqa: S105  # of a server that lives for seconds


@pytest.fixture(scope="module")
def token_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with a token."""
    log = tmp_path_factory.mktemp("token") / "log"
    with serve(log, INK_TOKEN=TOKEN) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def test_the_page_sends_its_token(token_server: Server, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{token_server.http}/#token={TOKEN}")
    expect(page.locator("#status")).to_have_attribute("data-state", "open")
    page.close()


def test_a_page_without_the_token_says_so(token_server: Server, browser: Browser) -> None:
    """A browser does not tell a page why its WebSocket was refused."""
    page = browser.new_page()
    page.goto(token_server.http)
    expect(page.locator("#status")).to_contain_text("asks for a token")
    page.close()


def test_the_policy_forbids_inline_scripts(server: Server, browser: Browser) -> None:
    """The policy is in force, and the page does without what it forbids."""
    page = browser.new_page()
    violations: list[str] = []
    page.on(
        "console",
        lambda message: (
            violations.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    page.goto(server.http)
    expect(page.locator("#status")).to_have_attribute("data-state", "open")
    assert violations == []
    page.evaluate(
        """document.head.append(Object.assign(
            document.createElement("script"), { textContent: "window.stolen = true" }))"""
    )
    assert page.evaluate("window.stolen") is None
    assert len(violations) == 1
    page.close()
