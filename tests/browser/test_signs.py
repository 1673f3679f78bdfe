"""Tests of the gallery of signs: which can be read, and how each may be written."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.formula_page import open_formula_page, turn_to_formulas
from tests.support.page import new_visitor
from tests.support.server import Server


def shown(page: Page) -> list[str]:
    """The signs of the open gallery."""
    signs: list[str] = page.locator(".signs li").evaluate_all(
        "(items) => items.map((one) => one.dataset.sign)"
    )
    return signs


def test_the_signs_of_formulas_are_shown_as_they_are_written(
    browser: Browser, server: Server
) -> None:
    with open_formula_page(browser, server.http) as page:
        button = page.get_by_role("button", name="Signs that it knows")
        button.click()
        labels = page.evaluate("document.querySelector('ink-recognizer').labels")
        assert sorted(shown(page)) == sorted(labels)
        pi = page.locator('[data-sign="π"]')
        expect(pi.get_by_role("img", name="pi: ways to write it: 3")).to_be_visible()
        assert pi.locator("path").count() == 3
        # Each is as high as a line of text at least, and inside its frame.
        for path in page.locator(".signs svg").all()[:20]:
            assert path.evaluate("""(svg) => {
                const [outer, inner] = [svg, svg.firstElementChild].map(
                    (one) => one.getBoundingClientRect());
                return inner.left >= outer.left - 2 && inner.right <= outer.right + 2;
            }""")
        page.keyboard.press("Escape")
        expect(page.locator("#signs-dialog")).to_be_hidden()
        expect(button).to_be_focused()


def test_it_is_loaded_when_it_is_wanted(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor:
        asked: list[str] = []
        visitor.context.on("request", lambda request: asked.append(request.url))
        page = visitor.open(server.http)
        assert page.locator("#signs").count() == 0
        turn_to_formulas(page)
        page.locator("#signs").wait_for()
        assert not [url for url in asked if "sign-forms" in url]
        page.click("#signs")
        expect(page.locator("#signs-dialog")).to_be_visible()
        assert len([url for url in asked if "sign-forms" in url]) == 1
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#signs-dialog")).to_be_hidden()
        page.click("#mode-digit")
        expect(page.locator("#signs")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh-CN"])
def test_it_speaks_the_language_of_the_page(
    browser: Browser, server: Server, language: str
) -> None:
    with open_formula_page(browser, server.http, locale=language) as page:
        page.get_by_role("button", name="能识别的符号").click()
        expect(page.locator(".signs h3").first).to_have_text("数字")
        expect(page.get_by_role("img", name="圆周率：3 种写法")).to_be_visible()
