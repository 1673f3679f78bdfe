"""Tests of the strip of what was learnt: seen, forgotten piece by piece, and brought back."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import ONE, SEVEN
from tests.support.learning_page import (
    CAPTION,
    LIKE_SEVEN,
    ZIGZAG,
    draw_anew,
    expect_learnt,
    expect_strip,
    expect_unlearnt,
    teach,
    tiles,
)
from tests.support.page import (
    Visitor,
    expect_status,
    open_page,
)
from tests.support.server import Server


def test_one_is_forgotten_and_brought_back(taught: Page) -> None:
    teach(taught, ZIGZAG, "5")
    draw_anew(taught, SEVEN)
    expect_learnt(taught, "1")
    taught.get_by_role("button", name=re.compile("^Forget this 1, drawn ")).click()
    expect_strip(taught, of_5=1)
    expect_unlearnt(taught, "7")
    expect(taught.locator("main > #notice")).to_have_text("Forgotten: 1.")
    taught.locator("#learnt").get_by_role("button", name="Undo").click()
    expect_strip(taught, of_1=1, of_5=1)
    expect_learnt(taught, "1")


def test_all_is_forgotten_and_brought_back(taught: Page) -> None:
    teach(taught, ZIGZAG, "5")
    draw_anew(taught, SEVEN)
    expect_learnt(taught, "1")
    forget = taught.get_by_role("button", name="Forget all")
    forget.click()
    expect_strip(taught)
    expect_unlearnt(taught, "7")
    undo = taught.locator("#learnt").get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.click()
    expect_strip(taught, of_1=1, of_5=1)
    expect_learnt(taught, "1")
    forget.click()
    taught.reload()
    expect_status(taught, "open")
    expect(taught.locator("#learnt")).to_be_hidden()
    draw_anew(taught, SEVEN)
    expect_unlearnt(taught, "7")


def test_by_the_keyboard_alone(taught: Page) -> None:
    teach(taught, ONE, "1")
    teach(taught, ZIGZAG, "5")
    expect_strip(taught, of_1=2, of_5=1)
    tiles(taught).first.focus()
    for left in (2, 1):
        taught.keyboard.press("Enter")
        expect(tiles(taught)).to_have_count(left)
        expect(tiles(taught).first).to_be_focused()
    taught.keyboard.press("Enter")
    undo = taught.locator("#learnt").get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    for back in (1, 2, 3):
        taught.keyboard.press("Enter")
        expect(tiles(taught)).to_have_count(back)
    expect(undo).to_be_hidden()
    expect(taught.get_by_role("button", name="Forget all")).to_be_focused()


def test_two_tabs_do_not_lose_what_each_was_taught(visitor: Visitor, server: Server) -> None:
    one, other = visitor.open(server.http), visitor.open(server.http)
    teach(one, SEVEN, "1")
    expect_strip(other, of_1=1)
    teach(other, ZIGZAG, "5")
    for page in (one, other):
        expect_strip(page, of_1=1, of_5=1)
        draw_anew(page, LIKE_SEVEN)
        expect_learnt(page, "1")
    one.get_by_role("button", name=re.compile("^Forget this 1")).click()
    expect_strip(other, of_5=1)
    expect_unlearnt(other, "7")


def test_a_line_shows_none_of_it_and_a_digit_after_it_does(taught: Page) -> None:
    expect(taught.locator("#learnt")).to_be_visible()
    taught.click("#mode-line")
    expect(taught.locator("#learnt")).to_be_hidden()
    expect_status(taught, "open")
    taught.click("#mode-digit")
    expect(taught.locator("#learnt")).to_be_visible()
    draw_anew(taught, SEVEN)
    expect_learnt(taught, "1")


def test_the_strip_speaks_chinese(taught: Page) -> None:
    taught.click("#language")
    expect(taught.locator("#learnt h2")).to_have_text("从您的笔迹中学到的")
    expect(taught.locator("#learnt h3")).to_have_text("您的 1")
    expect(tiles(taught)).to_have_accessible_name(re.compile("^忘掉这个 1，写于 "))
    expect(taught.locator(CAPTION)).to_have_text("学自您的笔迹")


def test_on_a_phone_a_finger_reaches_all_of_it(browser: Browser, server: Server) -> None:
    phone = {"width": 360, "height": 740}
    with open_page(browser, server.http, viewport=phone, has_touch=True) as page:
        teach(page, SEVEN, "1")
        teach(page, ZIGZAG, "5")
        page.locator("#learnt").scroll_into_view_if_needed()
        assert page.evaluate("document.documentElement.scrollWidth") == phone["width"]
        for tile in tiles(page).all():
            box = tile.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44
        tiles(page).first.tap()
        expect_strip(page, of_5=1)
