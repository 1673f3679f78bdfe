"""The states of the page that `tools.page_report` checks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN
from tests.support.formula_page import leaf, turn_to_formulas, write_formula
from tests.support.line_page import (
    ONE_OR_SEVEN,
    character,
    expect_text,
    line_strokes,
    turn_to_lines,
    wait_for_rest,
    write_line,
)
from tests.support.page import SCRIBBLE, draw, expect_answer, new_visitor
from tests.support.pointer import board_shown
from tests.support.server import Server
from tests.support.text_page import turn_to_texts, write_words


@dataclass(frozen=True)
class PageState:
    """A state of the page: how to reach it, and the browser's settings."""

    reach: Callable[[Page], object]
    path: str = "/"
    options: Any = None
    # The part that is checked; of the embedding page, the component alone.
    part: str = "html"


def _answered(page: Page) -> None:
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")


def _rejected(page: Page) -> None:
    draw(page, SCRIBBLE)
    expect_answer(page, "rejected")


def _open(button: str, shown: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        _answered(page)
        page.click(button)
        expect(page.locator(shown)).to_be_visible()

    return reach


def _in_chinese(page: Page) -> None:
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    _answered(page)


def _line(page: Page) -> None:
    turn_to_lines(page)
    draw(page, *line_strokes("20"), ONE_OR_SEVEN)
    expect(page.locator(".text button")).to_have_count(3)
    expect_answer(page, "final")


def _line_menu(page: Page) -> None:
    _line(page)
    character(page, 2).click()
    page.get_by_role("menuitemradio").nth(1).click()
    expect(page.locator(".text .pinned")).to_have_count(1)
    character(page, 2).click()
    expect(page.get_by_role("menu")).to_be_visible()


def _line_refused(page: Page) -> None:
    turn_to_lines(page)
    draw(page, *line_strokes("20", top=20), *line_strokes("75", top=230))
    expect_answer(page, "rejected")


def _line_selected(page: Page) -> None:
    turn_to_lines(page)
    write_line(page, "2")
    # So near the right edge that the board scrolls.
    write_line(page, "7", left=0.85 * board_shown(page)[1])
    expect(page.locator(".scroll")).to_be_visible()
    expect_text(page, "27")
    page.click("#select")
    wait_for_rest(page)
    left, width = board_shown(page)
    draw(page, [(left + 5, 60), (left + 0.9 * width, 340)])
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()


def _line_in_chinese(page: Page) -> None:
    page.click("#language")
    _line_menu(page)


def _formula(page: Page) -> None:
    turn_to_formulas(page)
    write_formula(page, "(3/4)=")


def _formula_menu(page: Page) -> None:
    _formula(page)
    leaf(page, "3").click()
    expect(page.get_by_role("menu")).to_be_visible()


def _formula_copied(page: Page) -> None:
    _formula(page)
    page.click(".copy")
    expect(page.get_by_role("menu")).to_be_visible()


def _signs(page: Page) -> None:
    turn_to_formulas(page)
    page.click("#signs")
    expect(page.locator("#signs-dialog")).to_be_visible()


def _text(page: Page) -> None:
    turn_to_texts(page)
    write_words(page, "Tin kit")


def _text_menu(page: Page) -> None:
    _text(page)
    page.locator(".printed-text span").nth(3).click()
    page.get_by_role("menuitemradio").nth(1).click()
    expect(page.locator(".printed-text .pinned")).to_have_count(1)
    page.locator(".printed-text span").nth(1).click()
    expect(page.get_by_role("menu")).to_be_visible()


def _with_drawings(page: Page) -> None:
    _answered(page)
    page.click("#clear")
    expect(page.locator("#drawings li")).to_have_count(1)


def _taught(page: Page) -> None:
    _answered(page)
    for label in ("7", "1"):
        page.locator(f'#digits button[value="{label}"]').click()
        expect(page.locator("#learnt li li")).to_have_count(1)
    expect(page.locator(".caption")).to_have_text("learnt from you")


def _untaught(page: Page) -> None:
    _taught(page)
    page.locator("#learnt li li button").click()
    expect(page.locator("#learnt").get_by_role("button", name="Undo")).to_be_visible()


def _forget(page: Page) -> None:
    _with_drawings(page)
    page.click("#forget")
    expect(page.locator("#forget-question")).to_be_visible()


PAGE_STATES = {
    "empty": PageState(lambda page: expect_answer(page, "empty")),
    "rejected": PageState(_rejected),
    "with drawings": PageState(_with_drawings),
    "pen menu open": PageState(_open("#pen", "#pen-menu")),
    "files menu open": PageState(_open("#files", "#files-menu")),
    "a question asked": PageState(_forget),
    "taught": PageState(_taught),
    "taught, then forgotten": PageState(_untaught),
    "dark, taught": PageState(_taught, options={"color_scheme": "dark"}),
    "taught, 320 px wide": PageState(_taught, options={"viewport": {"width": 320, "height": 640}}),
    "dark, rejected": PageState(_rejected, options={"color_scheme": "dark"}),
    "dark, menu open": PageState(_open("#pen", "#pen-menu"), options={"color_scheme": "dark"}),
    "Chinese": PageState(_in_chinese),
    "320 px wide": PageState(_answered, options={"viewport": {"width": 320, "height": 640}}),
    "a line": PageState(_line),
    "a line, menu open": PageState(_line_menu),
    "a line, refused": PageState(_line_refused),
    "a line, selected": PageState(_line_selected),
    "a line, dark, menu open": PageState(_line_menu, options={"color_scheme": "dark"}),
    "a line, dark, selected": PageState(_line_selected, options={"color_scheme": "dark"}),
    "a line, Chinese": PageState(_line_in_chinese),
    "a line, 320 px wide": PageState(_line, options={"viewport": {"width": 320, "height": 640}}),
    "a line, on a phone's side": PageState(
        _line_menu, options={"viewport": {"width": 844, "height": 390}}
    ),
    "a formula": PageState(_formula),
    "a formula, menu open": PageState(_formula_menu),
    "a formula, dark, to be copied": PageState(_formula_copied, options={"color_scheme": "dark"}),
    "a formula, 320 px wide": PageState(
        _formula, options={"viewport": {"width": 320, "height": 640}}
    ),
    "signs": PageState(_signs),
    "signs, dark": PageState(_signs, options={"color_scheme": "dark"}),
    "a text": PageState(_text),
    "a text, dark, menu open": PageState(_text_menu, options={"color_scheme": "dark"}),
    "a text, 320 px wide": PageState(_text, options={"viewport": {"width": 320, "height": 640}}),
    "embedded": PageState(_answered, path="/embed.html", part="ink-recognizer"),
    "embedded, dark": PageState(
        _answered, path="/embed.html", options={"color_scheme": "dark"}, part="ink-recognizer"
    ),
}


@contextmanager
def page_in_state(browser: Browser, server: Server, state: PageState) -> Iterator[Page]:
    """The page in one of its states."""
    # Colours in a transition would be measured on their way.
    with new_visitor(browser, **{"reduced_motion": "reduce"} | (state.options or {})) as visitor:
        page = visitor.open(f"{server.http}{state.path}")
        state.reach(page)
        page.mouse.move(0, 0)
        page.evaluate(
            """Promise.allSettled(document.getAnimations({ subtree: true })
                .map((one) => one.finished)).then(() => undefined)"""
        )
        yield page
