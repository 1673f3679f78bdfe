"""Tests of scratching out and of selecting strokes of a line."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import Point
from tests.support.line_page import (
    expect_text,
    line_strokes,
    turn_to_lines,
    write_line,
)
from tests.support.page import (
    draw,
    expect_answer,
    expect_status,
    ink_of,
    new_visitor,
)
from tests.support.pointer import PointingDevice
from tests.support.server import Server


def box_of(text: str, index: int) -> tuple[float, float, float, float]:
    """The box of a stroke of a line: left, top, right, bottom."""
    points = line_strokes(text)[index]
    return (
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    )


def zigzag_over(text: str, index: int) -> list[Point]:
    """A zigzag that covers a stroke of a line."""
    left, top, right, bottom = box_of(text, index)
    return [(left - 10 if i % 2 else right + 10, top + (bottom - top) * i / 7) for i in range(8)]


def test_a_zigzag_over_a_character_erases_it(line_page: Page) -> None:
    write_line(line_page, "208")
    expect_text(line_page, "208")
    draw(line_page, zigzag_over("208", 1))
    expect_text(line_page, "28")
    assert len(ink_of(line_page)) == 2
    expect(line_page.locator("main > #notice")).to_contain_text("Scratched out")
    line_page.click("#undo")
    expect_text(line_page, "208")
    line_page.click("#redo")
    expect_text(line_page, "28")


def test_a_zigzag_over_two_strokes_is_undone_at_once(line_page: Page) -> None:
    write_line(line_page, "27")
    expect_text(line_page, "27")
    draw(line_page, zigzag_over("27", 1))
    expect_text(line_page, "2")
    line_page.click("#undo")
    expect_text(line_page, "27")
    assert len(ink_of(line_page)) == 3


def test_scratching_out_is_switched_off_and_stays_off(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        expect(page.locator("#scratch-out")).to_be_hidden()
        turn_to_lines(page)
        page.click("#pen")
        expect(page.locator("#scratch-out")).to_be_checked()
        page.locator("#scratch-out").uncheck()
        page.reload()
        expect_status(page, "open")
        write_line(page, "208")
        expect_text(page, "208")
        draw(page, zigzag_over("208", 1))
        expect(page.locator("#answers")).not_to_have_attribute("data-state", "interim")
        assert len(ink_of(page)) == 4
        page.click("#pen")
        page.locator("#scratch-out").check()
        page.keyboard.press("Escape")
        page.click("#undo")
        expect_text(page, "208")
        draw(page, zigzag_over("208", 1))
        expect_text(page, "28")


def test_a_zigzag_on_the_board_of_a_digit_is_ink(page: Page) -> None:
    draw(page, [(200, 100), (200, 300)])
    draw(page, [(150 if i % 2 else 250, 110 + 25 * i) for i in range(8)])
    expect_answer(page, "rejected")
    assert len(ink_of(page)) == 2


@pytest.mark.parametrize("with_key", [False, True])
def test_strokes_in_a_rectangle_are_deleted(line_page: Page, *, with_key: bool) -> None:
    write_line(line_page, "275")
    expect_text(line_page, "275")
    line_page.click("#select")
    left, top, right, bottom = box_of("275", 1)
    PointingDevice(line_page).stroke([(left - 15, top - 15), (right + 15, bottom + 15)])
    delete = line_page.get_by_role("button", name="Delete", exact=True)
    expect(delete).to_be_visible()
    expect(line_page.locator("#announcement")).to_have_text("Strokes selected: 2")
    if with_key:
        line_page.locator("#pad").focus()
        line_page.keyboard.press("Delete")
    else:
        delete.click()
    expect_text(line_page, "25")
    expect(delete).to_be_hidden()
    line_page.click("#undo")
    expect_text(line_page, "275")
    # The tool draws nothing.
    assert len(ink_of(line_page)) == 5
    line_page.click("#select")
    write_line(line_page, "0", left=600)
    expect_text(line_page, "2750")


def test_a_tap_selects_a_stroke_and_escape_lets_go_of_it(line_page: Page) -> None:
    write_line(line_page, "20")
    expect_text(line_page, "20")
    line_page.click("#select")
    stroke = line_strokes("20")[0]
    device = PointingDevice(line_page)
    device.down(stroke[len(stroke) // 2])
    device.up()
    delete = line_page.get_by_role("button", name="Delete", exact=True)
    expect(delete).to_be_visible()
    line_page.keyboard.press("Escape")
    expect(delete).to_be_hidden()
    assert len(ink_of(line_page)) == 2
    device.down((700, 380))
    device.up()
    expect(line_page.locator("#announcement")).to_have_text("Strokes selected: 0")
    expect(delete).to_be_hidden()
