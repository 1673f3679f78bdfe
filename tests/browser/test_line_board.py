"""Tests of the board of a line: it grows and scrolls, but never under a pen that draws."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.line_page import (
    expect_text,
    line_strokes,
    open_line_page,
    wait_for_rest,
    write_line,
)
from tests.support.page import PHONE, draw, ink_of, show_ink
from tests.support.pointer import PointingDevice, board_shown
from tests.support.server import Server, wait_until

WAIT_FOR_SCROLL = """(least) => new Promise((done) => {
    const svg = document.querySelector("ink-recognizer").shadowRoot.querySelector(".marks");
    const look = () => svg.viewBox.baseVal.x >= least ? done() : requestAnimationFrame(look);
    look();
})"""
# A pause of the hand, and some more.
PAUSE_MS = 1_000


def scrolled(page: Page, least: float) -> None:
    """Wait until the board is scrolled at least so far, and rests there."""
    page.evaluate(WAIT_FOR_SCROLL, least)
    wait_for_rest(page)


def test_it_scrolls_when_the_hand_pauses_near_the_right_edge(line_page: Page) -> None:
    _, width = board_shown(line_page)
    expect(line_page.locator(".scroll")).to_be_hidden()
    write_line(line_page, "2", left=0.5 * width)
    line_page.wait_for_timeout(PAUSE_MS)
    assert board_shown(line_page)[0] == 0
    write_line(line_page, "2", left=0.85 * width)
    scrolled(line_page, 0.4 * width)
    left, _ = board_shown(line_page)
    # What was just written is in sight, and there is room to go on.
    right = max(max(stroke["x"]) for stroke in ink_of(line_page))
    assert left < 0.85 * width
    assert right < left + 0.6 * width
    write_line(line_page, "7", left=right + 60)
    assert board_shown(line_page)[0] >= left, "the pen is where the hand was"
    expect_text(line_page, "227")
    assert min(ink_of(line_page)[-1]["x"]) > right


def test_a_playback_brings_into_sight_where_a_stroke_begins(line_page: Page) -> None:
    _, width = board_shown(line_page)
    show_ink(line_page, line_strokes("2") + line_strokes("7", left=2 * width))
    assert board_shown(line_page)[0] == 0
    line_page.click("#play")
    wait_until(lambda: board_shown(line_page)[0] > width)


def test_it_stays_where_it_is_while_a_stroke_is_drawn(line_page: Page) -> None:
    _, width = board_shown(line_page)
    pen = PointingDevice(line_page, "pen")
    pen.down((0.9 * width, 100))
    pen.move((0.99 * width, 200), steps=4)
    line_page.wait_for_timeout(PAUSE_MS)
    pen.move((0.9 * width, 300), steps=4)
    assert board_shown(line_page)[0] == 0
    pen.up()
    # A stroke that begins in the pause keeps it, too.
    draw(line_page, [(0.9 * width, 200), (0.95 * width, 200)])
    assert board_shown(line_page)[0] == 0
    scrolled(line_page, 0.4 * width)


def test_the_bar_the_wheel_and_keys_go_back(line_page: Page) -> None:
    _, width = board_shown(line_page)
    write_line(line_page, "2", left=0.9 * width)
    scrolled(line_page, 0.4 * width)
    bar = line_page.get_by_role("slider", name="Scroll the line")
    expect(bar).to_be_visible()
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] >= 24
    before, _ = board_shown(line_page)
    bar.focus()
    line_page.keyboard.press("ArrowLeft")
    after_key, _ = board_shown(line_page)
    assert after_key < before
    line_page.locator("#pad").hover()
    line_page.mouse.wheel(-60, 0)
    wait_until(lambda: board_shown(line_page)[0] < after_key)
    line_page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] / 2)
    bar.fill("0")
    assert board_shown(line_page)[0] == 0
    assert len(ink_of(line_page)) == 1
    line_page.click("#clear")
    expect(line_page.locator(".scroll")).to_be_hidden()


@pytest.fixture
def touch_line_page(browser: Browser, server: Server) -> Page:  # type: ignore[misc]
    """A page that reads lines, on a touch screen."""
    with open_line_page(browser, server.http, has_touch=True, viewport=PHONE) as page:
        yield page


class TwoFingers:
    """Two fingers on the pad, at places in CSS px from its left."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        box = page.locator("#pad").bounding_box()
        assert box is not None
        self._box = box

    def send(self, kind: str, *places: float) -> None:
        """Report where the fingers are that are down."""
        y = self._box["y"] + self._box["height"] / 2
        points = [{"x": self._box["x"] + x, "y": y, "id": i} for i, x in enumerate(places)]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_two_fingers_scroll_and_draw_nothing(touch_line_page: Page) -> None:
    page = touch_line_page
    _, width = board_shown(page)
    write_line(page, "2", left=0.9 * width)
    scrolled(page, 0.4 * width)
    before, _ = board_shown(page)
    fingers = TwoFingers(page)
    fingers.send("touchStart", 100)
    fingers.send("touchStart", 100, 200)
    for step in range(1, 6):
        fingers.send("touchMove", 100 + 15 * step, 200 + 15 * step)
    fingers.send("touchEnd")
    wait_until(lambda: board_shown(page)[0] < before - 0.1 * width)
    assert len(ink_of(page)) == 1
    expect_text(page, "2")


def test_a_second_finger_later_takes_no_stroke_away(touch_line_page: Page) -> None:
    page = touch_line_page
    fingers = TwoFingers(page)
    fingers.send("touchStart", 100)
    fingers.send("touchMove", 130)
    page.wait_for_timeout(400)
    fingers.send("touchStart", 130, 250)
    fingers.send("touchMove", 160, 250)
    fingers.send("touchEnd")
    expect(page.locator(".recognizer")).to_have_class(re.compile("has-ink"))
    (stroke,) = ink_of(page)
    assert max(stroke["x"]) - min(stroke["x"]) > 50


def test_a_turned_phone_keeps_the_ink_and_shows_more(touch_line_page: Page) -> None:
    page = touch_line_page
    write_line(page, "20")
    expect_text(page, "20")
    before, (_, narrow) = ink_of(page), board_shown(page)
    page.set_viewport_size({"width": PHONE["height"], "height": PHONE["width"]})
    wait_until(lambda: board_shown(page)[1] > 1.5 * narrow)
    assert ink_of(page) == before
    write_line(page, "7", left=430)
    expect_text(page, "207")


def test_the_bracket_of_a_minus_is_no_second_bar(line_page: Page) -> None:
    write_line(line_page, "2-7")
    expect_text(line_page, "2-7")
    of_two, of_minus, of_seven = line_page.locator(".bracket").evaluate_all(
        "brackets => brackets.map((bracket) => bracket.getBBox().y)"
    )
    assert of_minus == pytest.approx(of_two, abs=10)
    assert of_minus == pytest.approx(of_seven, abs=10)
