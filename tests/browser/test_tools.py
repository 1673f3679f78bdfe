"""Tests of pen, eraser, guide and history, of the keyboard, and of languages."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN
from tests.support.page import (
    FOUR,
    draw,
    expect_answer,
    expect_status,
    ink_of,
    new_visitor,
    open_page,
    positions,
)
from tests.support.pointer import PointingDevice
from tests.support.server import Server

LINE_DOWN: list[tuple[float, float]] = [(60, 60), (60, 340)]
FOCUS = """() => {
    let found = document.activeElement;
    while (found.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(found);
    const isSeen = found.matches(":focus-visible")
        && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    const { closest } = Element.prototype;
    const group = closest.call(found, "#digits") ? "digit"
        : closest.call(found, "#drawings") ? "drawing" : found.id;
    return [group, isSeen];
}"""


# Pen, eraser and guide.


def test_the_eraser_takes_the_stroke_under_it(page: Page) -> None:
    draw(page, LINE_DOWN, *FOUR)
    page.click("#eraser")
    expect(page.locator("#eraser")).to_have_attribute("aria-pressed", "true")
    PointingDevice(page).stroke([(20, 200), (80, 200)])
    expect_answer(page, "final", "4")
    assert [positions(stroke)[0] for stroke in ink_of(page)] == [
        pytest.approx(stroke[0], abs=0.5) for stroke in FOUR
    ]
    page.click("#undo")
    assert len(ink_of(page)) == 3
    page.click("#redo")
    page.click("#eraser")
    draw(page, LINE_DOWN)
    assert len(ink_of(page)) == 3


def test_width_and_guide_are_chosen_and_stored(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        draw_down(page)
        usual = width_of_line_down(page)
        page.click("#pen")
        page.locator("#width").fill("30")
        page.locator("#guide").select_option("3")
        page.keyboard.press("Escape")
        expect(page.locator(".guide .ghost")).to_have_count(1)
        page.click("#clear")
        draw_down(page)
        assert width_of_line_down(page) > 1.6 * usual
        page.reload()
        expect_status(page, "open")
        expect(page.locator(".guide .ghost")).to_have_count(1)
        draw_down(page)
        assert width_of_line_down(page) > 1.6 * usual
        page.click("#pen")
        assert page.locator("#width").input_value() == "30"
        page.locator("#guide").select_option("lines")
        expect(page.locator(".guide .line")).to_have_count(2)
        expect(page.locator(".guide .ghost")).to_have_count(0)
        page.locator("#guide").select_option("")
        expect(page.locator(".guide *")).to_have_count(0)


def draw_down(page: Page) -> None:
    """Draw a line down at a constant pace, on which its width depends."""
    device, began_s = PointingDevice(page), time.time() - 1
    device.down((60, 60), at_s=began_s)
    for step in range(1, 15):
        device.move((60, 60 + 20 * step), at_s=began_s + 0.02 * step)
    device.up(at_s=began_s + 0.3)


def width_of_line_down(page: Page) -> float:
    """The width of the line down at its middle, in canvas units."""
    script = """(pad) => {
        const row = pad.getContext("2d").getImageData(0, pad.height / 2, pad.width, 1).data;
        return row.filter((value, i) => i % 4 === 3 && value > 127).length / pad.width * 400;
    }"""
    width: float = page.locator("#pad").evaluate(script)
    return width


# Keyboard.


def test_everything_is_reached_by_tab_with_a_visible_focus(page_with_seven: Page) -> None:
    expect(page_with_seven.locator("#drawings li")).to_have_count(1)
    page_with_seven.locator("#language").focus()
    reached: list[str] = []
    while (focus := page_with_seven.evaluate(FOCUS))[0] not in ("", *reached[:1]):
        name, is_seen = focus
        assert is_seen, name
        reached.append(name)
        page_with_seven.keyboard.press("Tab")
    tools = ["undo", "redo", "eraser", "clear", "pen", "play", "files"]
    assert reached == ["language", "pad", *["digit"] * 11, *tools, "forget", "drawing"]


def test_a_seven_is_drawn_with_keys_alone(page: Page) -> None:
    page.locator("#pad").focus()
    keys = page.keyboard
    for _ in range(11):
        keys.press("ArrowLeft")
    keys.press("Space")
    expect(page.locator("#announcement")).to_have_text("Pen down")
    for _ in range(20):
        keys.press("ArrowRight")
    # Two keys held together draw a diagonal.
    keys.down("ArrowDown")
    for _ in range(8):
        keys.down("ArrowLeft")
    keys.up("ArrowLeft")
    for _ in range(16):
        keys.down("ArrowDown")
    keys.up("ArrowDown")
    keys.press("Space")
    expect_answer(page, "final", "7")
    expect(page.locator("#announcement")).to_have_text(re.compile("^7, "))
    assert len(ink_of(page)) == 1
    keys.press("Control+z")
    expect_answer(page, "empty")
    keys.press("Control+y")
    expect_answer(page, "final", "7")


@pytest.mark.parametrize(
    ("opener", "shown"),
    [("#pen", "#pen-menu"), ("#files", "#files-menu"), ("#forget", "#forget-question")],
)
def test_escape_closes_what_is_open_before_it_clears(
    page_with_seven: Page, opener: str, shown: str
) -> None:
    expect(page_with_seven.locator("#drawings li")).to_have_count(1)
    page_with_seven.locator(opener).press("Enter")
    expect(page_with_seven.locator(shown)).to_be_visible()
    page_with_seven.keyboard.press("Escape")
    expect(page_with_seven.locator(shown)).to_be_hidden()
    assert len(ink_of(page_with_seven)) == 1
    page_with_seven.keyboard.press("Escape")
    expect_answer(page_with_seven, "empty")


def test_menus_are_used_by_key(page_with_seven: Page) -> None:
    page_with_seven.locator("#files").press("Enter")
    page_with_seven.keyboard.press("Tab")
    assert page_with_seven.evaluate(FOCUS) == ["save-png", True]
    with page_with_seven.expect_download() as download:
        page_with_seven.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".png")
    expect(page_with_seven.locator("#files-menu")).to_be_hidden()


# History.


def test_drawings_are_there_after_a_reload_and_come_back_by_one_tap(
    browser: Browser, server: Server
) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        for strokes, label in ((SEVEN, "7"), (FOUR, "4")):
            draw(page, *strokes)
            expect_answer(page, "final", label)
            page.click("#clear")
        expect(page.locator("#drawings span")).to_have_text(["4", "7"])
        page.reload()
        expect_status(page, "open")
        expect_answer(page, "empty")
        expect(page.locator("#drawings span")).to_have_text(["4", "7"])
        expect(page.get_by_role("button", name=re.compile(r"^7, drawn \d"))).to_be_visible()
        page.locator("#drawings button").last.click()
        expect_answer(page, "final", "7")
        assert positions(ink_of(page)[0])[-1] == pytest.approx(SEVEN[0][-1], abs=0.5)
        # The drawing is the same, and no new one.
        expect(page.locator("#drawings li")).to_have_count(2)
        page.click("#play")
        expect_status(page, "playing")
        page.click("#play")
        expect_answer(page, "final", "7")


def test_all_drawings_are_deleted_only_after_confirmation(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        draw(page, SEVEN[0])
        expect(page.locator("#drawings li")).to_have_count(1)
        page.click("#forget")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#forget-question")).to_be_hidden()
        expect(page.locator("#drawings li")).to_have_count(1)
        page.click("#forget")
        page.locator("#forget-question .main").click()
        expect(page.locator("#history")).to_be_hidden()
        page.reload()
        expect_status(page, "open")
        expect(page.locator("#drawings li")).to_have_count(0)


# Language.


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh-Hans"), ("zh-TW", "zh-Hans"), ("en-US", "en"), ("fr-FR", "en")],
)
def test_the_page_is_in_the_browsers_language(
    browser: Browser, server: Server, locale: str, language: str
) -> None:
    words = {
        "zh-Hans": ("写一个数字", "实时手写识别", "已连接"),
        "en": ("Draw a digit", "Realtime handwriting", "connected"),
    }
    with open_page(browser, server.http, locale=locale) as page:
        expect(page.locator("html")).to_have_attribute("lang", language)
        title, heading, status = words[language]
        expect(page).to_have_title(title)
        expect(page.locator("h1")).to_have_text(heading)
        expect_status(page, "open", status)


def test_another_language_is_chosen_and_stored(browser: Browser, server: Server) -> None:
    with new_visitor(browser, locale="zh-CN") as visitor:
        page = visitor.open(server.http)
        draw(page, SEVEN[0])
        expect_answer(page, "final", "7")
        expect(page.locator("#announcement")).to_have_text(re.compile("^7，"))
        page.click("#language")
        expect(page.locator("h1")).to_have_text("Realtime handwriting")
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
        expect(page.locator(".total")).to_have_text(re.compile(r"^\d+ ms$"))
        expect(page.locator("#language")).to_have_text("中文")
        page.reload()
        expect_status(page, "open", "connected")
        # Only the switch has words of the other language.
        element = "document.querySelector('ink-recognizer')"
        inner = f"{element}.shadowRoot.querySelector('.recognizer').innerText"
        words = page.evaluate(f"document.body.innerText + {inner}")
        assert re.findall("[\u4e00-\u9fff]+", words) == ["中文"]
