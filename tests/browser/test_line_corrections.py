"""Tests of correcting the characters of a line: the menu, pins, and that they last."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.line_page import (
    ONE_OR_SEVEN,
    character,
    expect_text,
    line_strokes,
    property_of,
    segments_of,
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
from tests.support.rewriting_proxy import RewritingProxy
from tests.support.server import Server


@pytest.fixture
def doubtful_page(line_page: Page) -> tuple[Page, str, str]:
    """A page with 201 or 207: how it is read, and how it could be as well."""
    draw(line_page, *line_strokes("20"), ONE_OR_SEVEN)
    expect(line_page.locator(".text button")).to_have_count(3)
    expect_answer(line_page, "final")
    text = property_of(line_page, "text")
    other = "207" if text == "201" else "201"
    return line_page, text, other


def menu_item(page: Page, label: str) -> Locator:
    """The item of a label in the open menu."""
    return page.get_by_role("menuitemradio", name=re.compile(f"^{label}, "))


def test_a_tap_shows_the_likeliest_labels_and_none(line_page: Page) -> None:
    write_line(line_page, "20")
    expect_text(line_page, "20")
    character(line_page, 0).click()
    menu = line_page.get_by_role("menu", name="Other readings of 2")
    expect(menu).to_be_visible()
    labels = menu.get_by_role("menuitemradio").all()
    assert len(labels) == 5
    expect(labels[0]).to_have_attribute("aria-checked", "true")
    expect(labels[0]).to_be_focused()
    expect(labels[0]).to_have_attribute("aria-label", re.compile(r"^2, >?\d+%$"))
    expect(menu.get_by_role("menuitem")).to_have_text(["none: erase it"])
    box = menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    line_page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(character(line_page, 0)).to_be_focused()
    # It closed the menu alone.
    assert len(ink_of(line_page)) == 2


def test_a_chosen_label_is_pinned_and_can_be_taken_back(
    doubtful_page: tuple[Page, str, str],
) -> None:
    page, text, other = doubtful_page
    character(page, 2).click()
    menu_item(page, other[2]).click()
    expect_text(page, other)
    assert [one["pinned"] for one in segments_of(page)] == [False, False, True]
    assert property_of(page, "pins") == [{"strokes": [2], "label": other[2]}]
    expect(character(page, 2)).to_have_class(re.compile("pinned"))
    expect(character(page, 2)).to_have_attribute("aria-label", f"{other[2]}, your correction")
    expect(page.locator(".bracket").nth(2)).to_have_class(re.compile("pinned"))
    expect(character(page, 2)).to_be_focused()
    # What is written beside it changes nothing.
    write_line(page, "5", left=560)
    expect_text(page, f"{other}5")
    assert segments_of(page)[2]["pinned"]
    character(page, 2).click()
    page.get_by_role("menuitem", name="take my correction back").click()
    expect_text(page, f"{text}5")
    assert property_of(page, "pins") == []


def test_a_correction_is_undone_as_any_edit(doubtful_page: tuple[Page, str, str]) -> None:
    page, text, other = doubtful_page
    character(page, 2).click()
    menu_item(page, other[2]).click()
    expect_text(page, other)
    page.click("#undo")
    expect_text(page, text)
    page.click("#redo")
    expect_text(page, other)
    page.click("#clear")
    expect_answer(page, "empty")
    page.click("#undo")
    expect_text(page, other)
    assert segments_of(page)[2]["pinned"]


def test_none_erases_the_character_which_undo_brings_back(line_page: Page) -> None:
    write_line(line_page, "275")
    expect_text(line_page, "275")
    character(line_page, 1).click()
    line_page.get_by_role("menuitem", name="none: erase it").click()
    expect_text(line_page, "25")
    assert len(ink_of(line_page)) == 3
    # Both strokes of the 7 come back at once.
    line_page.click("#undo")
    expect_text(line_page, "275")
    assert len(ink_of(line_page)) == 5


def test_the_menu_is_used_by_keys_alone(doubtful_page: tuple[Page, str, str]) -> None:
    page, _, other = doubtful_page
    character(page, 2).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(menu_item(page, other[2])).to_be_focused()
    page.keyboard.press("Enter")
    expect_text(page, other)
    expect(character(page, 2)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="none: erase it")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("menu")).to_be_hidden()


@pytest.mark.usefixtures("own_server")
def test_pins_survive_a_reconnect_and_what_is_written_meanwhile(
    browser: Browser, proxy: RewritingProxy
) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(proxy.http)
        turn_to_lines(page)
        draw(page, *line_strokes("20"), ONE_OR_SEVEN)
        expect(page.locator(".text button")).to_have_count(3)
        expect_answer(page, "final")
        other = "7" if property_of(page, "text") == "201" else "1"
        character(page, 2).click()
        menu_item(page, other).click()
        expect_text(page, f"20{other}")
        page.evaluate("dispatchEvent(new Event('pagehide'))")
        expect_status(page, "closed")
        page.locator("#eraser").click()
        draw(page, [line_strokes("2")[0][0]])
        page.locator("#eraser").click()
        page.evaluate("dispatchEvent(new Event('online'))")
        expect_status(page, "open")
        expect_text(page, f"0{other}")
        assert [one["pinned"] for one in segments_of(page)] == [False, True]


def test_a_stored_correction_is_there_after_a_reload(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        turn_to_lines(page)
        draw(page, *line_strokes("20"), ONE_OR_SEVEN)
        expect(page.locator(".text button")).to_have_count(3)
        expect_answer(page, "final")
        other = "7" if property_of(page, "text") == "201" else "1"
        character(page, 2).click()
        menu_item(page, other).click()
        expect_text(page, f"20{other}")
        expect(page.locator("#drawings button span")).to_have_text(f"20{other}")
        page.click("#mode-digit")
        page.reload()
        expect_status(page, "open")
        page.locator("#drawings button").click()
        # A line comes back as one, though digits are what was chosen last.
        expect_text(page, f"20{other}")
        assert segments_of(page)[2]["pinned"]
        page.reload()
        expect(page.locator("#mode-digit")).to_have_attribute("aria-pressed", "true")
