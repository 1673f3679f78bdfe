"""Tests of writing lines: the switch, the text above the board, the ink's tints and marks."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN
from tests.support.line_page import (
    ONE_OR_SEVEN,
    character,
    expect_text,
    line_strokes,
    open_line_page,
    property_of,
    segments_of,
    turn_to_lines,
    write_line,
)
from tests.support.page import (
    DESKTOP,
    PHONE,
    draw,
    expect_answer,
    expect_status,
    ink_of,
    new_visitor,
)
from tests.support.pen_lines import write_text
from tests.support.pens import WRITING_STYLES
from tests.support.pointer import PointingDevice, board_shown
from tests.support.server import Server, wait_until

PHONE_ON_ITS_SIDE = {"width": 844, "height": 390}
# The colours of the pixels in the middle of some strokes, without transparency.
COLOURS = """(pad, points) => {
    const [left, width] = [0, pad.parentElement.querySelector(".marks").viewBox.baseVal.width];
    return points.map(([x, y]) => {
        const place = [(x - left) / width * pad.width, y / 400 * pad.height].map(Math.floor);
        return [...pad.getContext("2d").getImageData(...place, 1, 1).data].join();
    });
}"""


def test_several_digits_are_read_as_they_are_written(line_page: Page) -> None:
    texts = []
    for stroke in line_strokes("2075"):
        draw(line_page, stroke)
        expect_answer(line_page, re.compile("^(final|rejected)$"))
        texts.append(property_of(line_page, "text"))
    assert texts[0] == "2"
    assert texts[-1] == "2075"
    expect_text(line_page, "2075")
    assert [one["label"] for one in segments_of(line_page)] == list("2075")
    assert property_of(line_page, "value") is None
    expect(character(line_page, 1)).to_have_attribute("aria-label", re.compile(r"^0, >?\d+%"))
    expect(line_page.locator("#announcement")).to_have_text(re.compile(r"^2075, >?\d+%$"))
    expect(line_page.locator(".line-caption")).to_have_text(re.compile(r"^>?\d+% sure$"))


def test_a_sum_is_worked_out_while_it_is_written(line_page: Page) -> None:
    pen = PointingDevice(line_page, "pen")
    for stroke in write_text("6×7=", WRITING_STYLES["neat"], "product"):
        pen.write(stroke.points)
    expect_text(line_page, "6×7=")
    expect(line_page.locator(".text .value")).to_have_text("42")
    expect(line_page.locator(".marks .result")).to_have_text("42")
    assert property_of(line_page, "value") == "42"
    for _ in range(2):
        line_page.click("#undo")
    expect_text(line_page, "6×7")
    expect(line_page.locator(".text .value")).to_have_count(0)
    assert property_of(line_page, "value") is None


def test_the_choice_is_remembered(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        expect(page.locator("#mode-digit")).to_have_attribute("aria-pressed", "true")
        turn_to_lines(page)
        expect(page).to_have_title("Write a line")
        again = visitor.open(server.http)
        expect(again.locator("#mode-line")).to_have_attribute("aria-pressed", "true")
        expect(again.locator(".hint")).to_have_text("Write a line")
        write_line(again, "20")
        expect_text(again, "20")
        again.click("#mode-digit")
        expect(again.locator("#mode-digit")).to_have_attribute("aria-pressed", "true")
        expect(again).to_have_title("Draw a digit")
        last = visitor.open(server.http)
        draw(last, *SEVEN)
        expect_answer(last, "final", "7")


def test_ink_is_read_the_other_way_where_it_fits(page: Page) -> None:
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    turn_to_lines(page)
    expect_text(page, "7")
    page.click("#mode-digit")
    expect_answer(page, "final", "7")
    assert len(ink_of(page)) == len(SEVEN)
    expect(page.locator("#drawings li")).to_have_count(1)


def test_a_line_too_wide_for_a_digit_stays_among_the_drawings(line_page: Page) -> None:
    write_line(line_page, "2075")
    expect_text(line_page, "2075")
    line_page.click("#mode-digit")
    expect_answer(line_page, "empty")
    expect(line_page.locator("#drawings button span")).to_have_text("2075")
    line_page.click("#undo")
    # The undone edit brings the line back, and so it is a line again.
    expect(line_page.locator("#mode-line")).to_have_attribute("aria-pressed", "true")
    expect_text(line_page, "2075")


def test_neighbours_have_colours_and_brackets_of_their_own(line_page: Page) -> None:
    write_line(line_page, "2075")
    expect_text(line_page, "2075")
    strokes = [line_strokes("2075")[i] for i in (0, 1, 2, 4)]
    places = [stroke[len(stroke) // 2] for stroke in strokes]
    # A character keeps its colour while others come and go, so that those apart may share one.
    pad = line_page.locator("#pad")
    wait_until(lambda: all(one != other for one, other in pairwise(pad.evaluate(COLOURS, places))))
    boxes = [one.bounding_box() for one in line_page.locator(".bracket").all()]
    assert len(boxes) == 4
    lefts = [box["x"] for box in boxes if box]
    assert lefts == sorted(lefts)
    # Both strokes of the 7 belong to one character.
    seven = [line_strokes("2075")[i] for i in (2, 3)]
    both = line_page.locator("#pad").evaluate(COLOURS, [one[len(one) // 2] for one in seven])
    assert both[0] == both[1]


def test_weak_characters_look_weaker_and_say_how_sure_they_are(line_page: Page) -> None:
    draw(line_page, *line_strokes("20"), ONE_OR_SEVEN)
    expect(line_page.locator(".text button")).to_have_count(3)
    expect_answer(line_page, "final")
    weak = line_page.locator(".text button.weak")
    expect(weak.first).to_be_visible()
    expect(weak.first.locator(".share")).to_have_text(re.compile(r"^\d+%$"))
    expect(weak.first).to_have_attribute("aria-label", re.compile(r", \d+%, not sure$"))
    weights = line_page.locator(".text").evaluate(
        """(text) => [".weak", "button:not(.weak)"].map((which) =>
            Number(getComputedStyle(text.querySelector(which)).fontWeight))"""
    )
    assert weights[0] < weights[1]
    assert line_page.locator(".bracket.weak").count() == weak.count()


@pytest.mark.parametrize(
    ("strokes", "words"),
    [
        (
            [*line_strokes("20", top=20), *line_strokes("75", top=230)],
            "several rows",
        ),
        (
            [stroke for _ in range(7) for stroke in line_strokes("83")],
            "ink lies on other ink",
        ),
    ],
)
def test_what_is_no_line_is_refused_in_words(
    line_page: Page, strokes: list[list[tuple[float, float]]], words: str
) -> None:
    draw(line_page, *strokes)
    expect_answer(line_page, "rejected")
    expect(line_page.locator(".line-caption")).to_contain_text(words)
    expect(line_page.locator("#announcement")).to_contain_text(words)
    expect(line_page.locator(".text button")).to_have_count(0)
    line_page.click("#clear")
    expect_answer(line_page, "empty")
    expect(line_page.locator(".line-caption")).to_have_text("write numbers or a sum")


@pytest.mark.parametrize("window", [DESKTOP, PHONE, PHONE_ON_ITS_SIDE])
def test_the_board_is_as_wide_as_the_window(
    browser: Browser, server: Server, window: dict[str, int]
) -> None:
    with open_line_page(browser, server.http, viewport=window) as page:
        box = page.locator("#pad").bounding_box()
        assert box is not None
        assert box["width"] >= window["width"] - 64
        assert box["width"] > 1.7 * box["height"]
        assert box["y"] + box["height"] < window["height"]
        _, width = board_shown(page)
        assert width == pytest.approx(400 * box["width"] / box["height"], rel=0.01)
        assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]


def test_chinese(browser: Browser, server: Server) -> None:
    with open_line_page(browser, server.http, locale="zh-CN") as page:
        write_line(page, "20")
        expect_text(page, "20")
        expect(character(page, 0)).to_have_attribute("aria-label", re.compile(r"^2，>?\d+%"))
        expect(page.locator("#announcement")).to_have_text(re.compile(r"^20，>?\d+%$"))
        page.click("#language")
        expect(character(page, 0)).to_have_attribute("aria-label", re.compile(r"^2, >?\d+%"))
        expect(page.locator(".line-caption")).to_have_text(re.compile("sure$"))


def test_the_keyboard_writes_and_reads_a_line(line_page: Page) -> None:
    write_line(line_page, "207")
    expect_text(line_page, "207")
    line_page.locator("#pad").focus()
    line_page.keyboard.press("Shift+Tab")
    expect(character(line_page, 0)).to_be_focused()
    line_page.keyboard.press("ArrowRight")
    expect(character(line_page, 1)).to_be_focused()
    expect(line_page.locator(".bracket").nth(1)).to_have_class(re.compile("current"))
    line_page.keyboard.press("End")
    expect(character(line_page, 2)).to_be_focused()
    line_page.keyboard.press("Delete")
    expect_text(line_page, "20")
    expect(character(line_page, 1)).to_be_focused()
    line_page.keyboard.press("Control+z")
    expect_text(line_page, "207")


def test_a_connection_that_is_lost_keeps_the_line(line_page: Page) -> None:
    write_line(line_page, "20")
    expect_text(line_page, "20")
    line_page.context.set_offline(True)
    line_page.evaluate("dispatchEvent(new Event('pagehide'))")
    expect_status(line_page, "offline")
    write_line(line_page, "75", left=430)
    line_page.context.set_offline(False)
    expect_status(line_page, "open")
    expect_text(line_page, "2075")
