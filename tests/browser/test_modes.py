"""Tests of the modes that the page offers, which are those that the service reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.support.page import PHONE, expect_status, open_page
from tests.support.server import serve

MODES = {"digit": "Digit", "line": "Line", "text": "Text", "math": "Maths"}


@contextmanager
def page_of_service(browser: Browser, log: Path, models: str) -> Iterator[Page]:
    """The page of a service that reads some of what there is."""
    with serve(log, INK_MODELS=models) as server, open_page(browser, server.http) as page:
        yield page


def offered(page: Page) -> list[str]:
    """What the switch offers."""
    return page.locator("#mode button:visible").all_inner_texts()


def test_all_that_a_service_reads_is_offered(page: Page) -> None:
    assert offered(page) == list(MODES.values())
    for mode in MODES:
        page.click(f"#mode-{mode}")
        expect_status(page, "open")
        expect(page.locator(f"#mode-{mode}")).to_have_attribute("aria-pressed", "true")
        expect(page.locator('#mode [aria-pressed="true"]')).to_have_count(1)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_what_a_service_does_not_read_is_not_offered(browser: Browser, tmp_path: Path) -> None:
    with page_of_service(browser, tmp_path / "log", "digit line") as page:
        assert offered(page) == ["Digit", "Line"]
    with page_of_service(browser, tmp_path / "log of one", "digit") as page:
        expect(page.locator("#mode")).to_be_hidden()


def test_a_service_without_digits_is_asked_for_what_it_reads(
    browser: Browser, tmp_path: Path
) -> None:
    with page_of_service(browser, tmp_path / "log", "line") as page:
        expect(page.locator("html")).to_have_attribute("data-recognize", "line")
        expect(page.locator(".marks")).to_have_count(1)
        expect_status(page, "open")
        expect(page.locator("#notice").first).to_have_text("")
