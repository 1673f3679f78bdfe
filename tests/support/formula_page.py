"""Formulas on the page: the switch turned to them, written, and read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.board_formulas import FORMULAS
from tests.support.line_page import property_of
from tests.support.page import SETTLED, TIMEOUT_MS, draw, expect_answer, expect_status, open_page
from tests.support.pens import Pointer


@contextmanager
def open_formula_page(browser: Browser, url: str, **options: Any) -> Iterator[Page]:  # noqa: ANN401
    """A page of a new visitor that reads formulas."""
    with open_page(browser, url, **options) as page:
        turn_to_formulas(page)
        yield page


def turn_to_formulas(page: Page) -> None:
    """Choose formulas, and wait until the page is connected and has loaded what they need."""
    page.click("#mode-math")
    expect(page.locator(".formula")).to_have_count(1, timeout=TIMEOUT_MS)
    expect_status(page, "open")


def write_formula(page: Page, text: str, pointer: Pointer | None = None) -> None:
    """Write one of `FORMULAS`, and wait until it is read as that, and typeset; see `draw`."""
    draw(page, *FORMULAS[text][0](), pointer=pointer)
    expect_answer(page, SETTLED)
    assert property_of(page, "text") == text
    expect(page.locator(".line")).to_have_attribute("data-latex", "known")


def leaf(page: Page, text: str) -> Locator:
    """The leaf of the typeset formula that has this text."""
    return page.locator(f'.formula math :is(mi, mn, mo):text-is("{text}")')


def typeset(page: Page) -> str:
    """All characters of the typeset formula, in the order of its elements."""
    return page.locator(".formula math").text_content() or ""
