"""Tests of writing texts: print above the board, with its spaces, tapped and corrected."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.line_page import property_of, segments_of
from tests.support.page import PHONE, draw, expect_answer, ink_of, new_visitor
from tests.support.server import Server
from tests.support.text_page import open_text_page, text_strokes, turn_to_texts, write_words


@pytest.fixture
def text_page(browser: Browser, server: Server) -> Iterator[Page]:
    """The connected page of a new visitor, which reads texts."""
    with open_text_page(browser, server.http) as page:
        yield page


def test_words_are_printed_with_their_spaces(text_page: Page) -> None:
    write_words(text_page, "Tin kit", "mouse")
    expect(text_page.locator(".printed-text")).to_have_text("Tin kit")
    assert property_of(text_page, "text") == "Tin kit"
    assert [segment["at"] for segment in segments_of(text_page)] == [0, 1, 2, 4, 5, 6]
    # In the points of the ink, as handwriting interfaces of operating systems have it.
    first = segments_of(text_page)[0]
    points = {stroke["number"]: len(stroke["x"]) for stroke in ink_of(text_page)}
    assert [ranges[1:] for ranges in first["ranges"]] == [
        [0, points[number]] for number in first["strokes"]
    ]
    expect(text_page.locator("#announcement")).to_have_text(re.compile(r"^Tin kit, >?\d+%$"))
    expect(text_page).to_have_title("Write words")
    assert text_page.locator(".text button").count() == 6
    assert property_of(text_page, "value") is None


def test_a_letter_is_corrected_where_it_is_printed(text_page: Page) -> None:
    write_words(text_page, "Tin kit")
    text_page.locator(".printed-text span").nth(3).click()
    chosen = text_page.get_by_role("menuitemradio").nth(1)
    label = chosen.locator(".glyph").inner_text()
    chosen.click()
    expect(text_page.locator(".printed-text .pinned")).to_have_text(label)
    (pin,) = property_of(text_page, "pins")
    assert pin == {"strokes": segments_of(text_page)[3]["strokes"], "label": label}
    text_page.click("#undo")
    expect(text_page.locator(".printed-text")).to_have_text("Tin kit")


def test_letters_are_reached_by_keys(text_page: Page) -> None:
    write_words(text_page, "Tin")
    letters = text_page.locator(".text button")
    letters.first.focus()
    text_page.keyboard.press("End")
    expect(letters.nth(2)).to_be_focused()
    expect(letters.nth(2)).to_have_attribute("aria-label", re.compile("^n, "))
    halo = text_page.locator(".halo").bounding_box()
    printed = text_page.locator(".printed-text span").nth(2).bounding_box()
    assert halo is not None
    assert printed is not None
    assert halo["x"] == pytest.approx(printed["x"], abs=2)
    text_page.keyboard.press("Enter")
    expect(text_page.get_by_role("menu")).to_be_visible()


def test_letters_and_lines_are_read_of_the_same_ink(text_page: Page) -> None:
    write_words(text_page, "Tin")
    text_page.click("#mode-line")
    expect(text_page.locator(".text button .glyph").first).to_be_visible()
    expect_answer(text_page, re.compile("^(final|rejected)$"))
    turn_to_texts(text_page)
    expect(text_page.locator(".printed-text")).to_have_text("Tin")


def test_a_text_is_kept_and_comes_back_as_one(text_page: Page) -> None:
    write_words(text_page, "Tin kit")
    text_page.click("#clear")
    text_page.click("#mode-digit")
    item = text_page.locator("#drawings button").first
    expect(item).to_have_attribute("aria-label", re.compile("^Tin kit, drawn "))
    item.click()
    expect(text_page.locator("#mode-text")).to_have_attribute("aria-pressed", "true")
    expect(text_page.locator(".printed-text")).to_have_text("Tin kit")


def test_a_phone_shows_words_in_rows(browser: Browser, server: Server) -> None:
    with open_text_page(browser, server.http, viewport=PHONE, has_touch=True) as page:
        draw(page, *text_strokes("Tin"), pointer="touch")
        expect(page.locator(".printed-text")).to_have_text("Tin")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_texts_speak_chinese(browser: Browser, server: Server) -> None:
    with new_visitor(browser, locale="zh-CN") as visitor:
        page = visitor.open(server.http)
        turn_to_texts(page)
        expect(page).to_have_title("写单词")
        expect(page.locator(".line-caption")).to_have_text("请写印刷体字母")
