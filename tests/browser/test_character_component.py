"""Tests of the element that reads single letters and signs: `recognize="character"`."""

from playwright.sync_api import Page, expect

from tests.support.drawing import Point
from tests.support.line_page import property_of
from tests.support.page import draw, expect_answer, expect_status

N: list[Point] = [(130, 330), (130, 210), (131, 80), (190, 170), (262, 328), (262, 200), (264, 78)]
# As when a pen is tried out. Ink that crosses itself once or twice is some sign: an 8, a #.
ZIGZAG: list[Point] = [(60 + 24 * turn, 80 if turn % 2 else 320) for turn in range(12)]


def read_characters(page: Page) -> None:
    """Have the element read single characters."""
    page.locator("ink-recognizer").evaluate("(one) => one.setAttribute('recognize', 'character')")
    expect(page.locator(".hint")).to_have_text("Draw a character")
    expect_status(page, "open")


def test_a_letter_is_read_on_the_square_board(page: Page) -> None:
    read_characters(page)
    draw(page, N)
    expect_answer(page, "final", "N")
    expect(page.locator(".digit")).to_have_text("N")
    assert property_of(page, "recognize") == "character"
    assert {"a", "Z", "7", "?"} <= set(property_of(page, "labels"))
    assert property_of(page, "size") == {"width": 400, "height": 400}
    assert property_of(page, "teaches") is False


def test_a_scribble_is_called_no_character(page: Page) -> None:
    read_characters(page)
    draw(page, ZIGZAG)
    expect_answer(page, "rejected")
    expect(page.locator(".caption")).to_have_text("not a character")
    expect(page.locator("#announcement")).to_have_text("not a character")
