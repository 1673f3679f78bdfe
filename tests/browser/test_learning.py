"""Tests of learning a person's hand: taught by a tap, kept on the device, seen and deleted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.drawing import ONE, SEVEN, Point
from tests.support.history_page import DENY_STORAGE
from tests.support.page import (
    SETTLED,
    Visitor,
    draw,
    expect_answer,
    expect_status,
    new_visitor,
    open_page,
)
from tests.support.server import Server, free_port, serve, wait_until

# As some hands write a 7, and others a 1; the network takes it for a 7.
LIKE_SEVEN: list[list[Point]] = [[(92, 92), (305, 92), (182, 370)]]
ZIGZAG: list[list[Point]] = [[(250, 60), (140, 180), (270, 210), (150, 370)]]
LEARNT = "Learnt, on this device."
NOTED = "Noted, on this device."
CAPTION = ".best .caption"


def draw_anew(page: Page, strokes: list[list[Point]]) -> None:
    """Draw on an empty pad, and wait for the answer."""
    if page.locator("#clear").get_attribute("aria-disabled") == "false":
        page.click("#clear")
    draw(page, *strokes)
    expect_answer(page, SETTLED)


def teach(page: Page, strokes: list[list[Point]], label: str) -> None:
    """Draw and say what it is; wait for what has come of it."""
    draw_anew(page, strokes)
    page.locator(f'#digits button[value="{label}"]').click()
    expect(page.locator("main > #notice")).to_have_text(LEARNT)
    expect_answer(page, "final", label)


def tiles(page: Page) -> Locator:
    """The small drawings of the strip."""
    return page.locator("#learnt li li button")


def expect_strip(page: Page, **counts: int) -> None:
    """Wait for the strip to have so many drawings of each label: `of_1=2`."""
    labels = [f"your {name.removeprefix('of_')}s" for name in sorted(counts)]
    expect(page.locator("#learnt h3")).to_have_text(labels)
    for label, name in zip(labels, sorted(counts), strict=True):
        group = page.get_by_role("list", name=label)
        expect(group.get_by_role("button")).to_have_count(counts[name])


def expect_learnt(page: Page, label: str) -> None:
    """Wait for an answer that examples have moved to this label."""
    expect_answer(page, "final", label)
    expect(page.locator(CAPTION)).to_have_text("learnt from you")


def expect_unlearnt(page: Page, label: str) -> None:
    """Wait for an answer that no example has moved."""
    expect_answer(page, "final", label)
    expect(page.locator(CAPTION)).to_have_text("")


@pytest.fixture
def taught(page: Page) -> Page:
    """A page that has learnt to take a 7 for a 1."""
    teach(page, SEVEN, "1")
    return page


def test_a_tap_on_the_right_digit_teaches_at_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    draw_anew(page, SEVEN)
    expect_unlearnt(page, "7")
    page.locator('#digits button[value="1"]').click()
    expect_learnt(page, "1")
    expect(page.locator("#announcement")).to_have_text(re.compile(r"^1, >?\d+%, learnt from you$"))
    draw_anew(page, LIKE_SEVEN)
    expect_learnt(page, "1")
    draw_anew(page, ONE)
    expect_unlearnt(page, "1")
    assert [one for one in asked if not one.startswith("GET ")] == [], "nothing is kept elsewhere"


def test_another_tap_on_the_same_drawing_corrects_what_it_taught(taught: Page) -> None:
    taught.locator('#digits button[value="9"]').click()
    expect_strip(taught, of_9=1)
    expect_answer(taught, "final", "9")
    taught.locator('#digits button[value="7"]').click()
    expect_strip(taught, of_7=1)
    expect_unlearnt(taught, "7")


def test_a_drawing_teaches_one_thing_whatever_it_was_taken_for_before(taught: Page) -> None:
    """The same one, brought back by undo after another one."""
    teach(taught, ONE, "1")
    expect_strip(taught, of_1=2)
    taught.click("#undo")
    taught.click("#undo")
    expect_answer(taught, "final", "1")
    taught.locator('#digits button[value="9"]').click()
    expect_strip(taught, of_1=1, of_9=1)
    expect_answer(taught, "final", "9")
    assert taught.evaluate(
        "document.querySelector('ink-recognizer').examples.map(({ label }) => label)"
    ) == ["1", "9"]


def test_an_answer_that_is_rejected_is_not_said_to_be_learnt(taught: Page) -> None:
    """Examples may change which digit it is least unlike."""
    draw_anew(taught, [*SEVEN, *ONE])
    expect_answer(taught, "rejected", "1")
    assert taught.evaluate("document.querySelector('ink-recognizer').answer.learnt")
    expect(taught.locator(CAPTION)).to_have_text("not a digit")
    expect(taught.locator("#announcement")).to_have_text("Not a digit")


def test_no_digit_is_no_lesson(page: Page) -> None:
    draw_anew(page, SEVEN)
    page.locator('#digits button[value="1"]').click()
    expect_strip(page, of_1=1)
    page.locator('#digits button[value=""]').click()
    expect(page.locator("main > #notice")).to_have_text(NOTED)
    expect(page.locator("#learnt")).to_be_hidden()
    draw_anew(page, LIKE_SEVEN)
    expect_unlearnt(page, "7")


def test_what_was_learnt_stays_on_the_device(visitor: Visitor, server: Server) -> None:
    page = visitor.open(server.http)
    teach(page, SEVEN, "1")
    expect_strip(page, of_1=1)
    page.reload()
    expect_status(page, "open")
    expect_strip(page, of_1=1)
    draw_anew(page, LIKE_SEVEN)
    expect_learnt(page, "1")
    [example] = page.evaluate("document.querySelector('ink-recognizer').examples")
    stored = sum(len(str(value)) + 1 for one in example["strokes"] for value in one["x"] + one["y"])
    assert stored < 1_000


def test_it_is_told_to_the_next_server(visitor: Visitor, tmp_path: Path) -> None:
    """After a lost connection, before the ink, so that the first answer knows it."""
    port = free_port()
    with serve(tmp_path / "log", port=port) as server:
        page = visitor.open(server.http)
        teach(page, SEVEN, "1")
        draw_anew(page, ZIGZAG)
        expect_unlearnt(page, "4")
    expect(page.locator("#status")).not_to_have_attribute("data-state", "open")
    # Taught while nobody listens.
    page.locator('#digits button[value="5"]').click()
    expect_strip(page, of_1=1, of_5=1)
    page.evaluate(
        """() => {
        window.answers = [];
        for (const type of ["prediction", "rejected"]) {
            document.querySelector("ink-recognizer").addEventListener(type, ({ detail }) => {
                if (!detail.empty) window.answers.push(detail.label);
            });
        }
        }"""
    )
    with serve(tmp_path / "log", port=port):
        expect_status(page, "open")
        expect_learnt(page, "5")
        assert set(page.evaluate("answers")) == {"5"}
        draw_anew(page, LIKE_SEVEN)
        expect_learnt(page, "1")


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


def test_nobody_else_meets_it(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor, new_visitor(browser) as other:
        page, beside = visitor.open(server.http), other.open(server.http)
        teach(page, SEVEN, "1")
        draw_anew(beside, SEVEN)
        expect_unlearnt(beside, "7")
        expect(beside.locator("#learnt")).to_be_hidden()
        draw_anew(page, LIKE_SEVEN)
        expect_learnt(page, "1")


def test_it_is_learnt_where_the_device_keeps_nothing(visitor: Visitor, server: Server) -> None:
    visitor.context.add_init_script(DENY_STORAGE)
    page = visitor.open(server.http)
    teach(page, SEVEN, "1")
    draw_anew(page, LIKE_SEVEN)
    expect_learnt(page, "1")
    expect_strip(page, of_1=1)
    tiles(page).click()
    expect_unlearnt(page, "7")


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


@pytest.fixture
def small_server(tmp_path: Path) -> Iterator[Server]:
    """A service that takes three examples a session, and one in a message."""
    with serve(tmp_path / "log", INK_EXAMPLES="3", INK_MESSAGE_BYTES="1200") as running:
        yield running
        assert "Traceback" not in running.log, running.log


def test_where_there_is_no_room_the_oldest_of_the_label_gives_way(
    visitor: Visitor, small_server: Server
) -> None:
    page = visitor.open(small_server.http)
    teach(page, ZIGZAG, "5")
    teach(page, SEVEN, "1")
    teach(page, ONE, "1")
    teach(page, [[(200, 40), (205, 380)]], "1")
    expect_strip(page, of_1=2, of_5=1)
    draw_anew(page, SEVEN)
    expect_unlearnt(page, "7")
    draw_anew(page, ZIGZAG)
    expect_learnt(page, "5")
    expect(page.locator("ink-recognizer #notice")).to_have_text("")
    page.reload()
    expect_status(page, "open")
    expect_strip(page, of_1=2, of_5=1)
    draw_anew(page, ZIGZAG)
    expect_learnt(page, "5")
    expect(page.locator("ink-recognizer #notice")).to_have_text("")


def test_a_saved_session_shows_again_what_was_learnt(taught: Page, tmp_path: Path) -> None:
    taught.click("#files")
    with taught.expect_download() as download:
        taught.click("#save")
    download.value.save_as(tmp_path / "session.json")
    taught.get_by_role("button", name="Forget all").click()
    taught.set_input_files("#file", tmp_path / "session.json")
    expect(taught.locator("main > #notice")).to_have_text(re.compile("is open"))
    expect_unlearnt(taught, "7")
    taught.evaluate(
        """() => {
        window.captions = [];
        const { shadowRoot } = document.querySelector("ink-recognizer");
        const caption = shadowRoot.querySelector(".caption");
        new MutationObserver(() => window.captions.push(caption.textContent))
            .observe(caption, { childList: true });
        }"""
    )
    taught.click("#play")
    wait_until(lambda: "learnt from you" in taught.evaluate("captions"))
    # The answer that follows is that of today.
    expect_status(taught, "open")
    expect_unlearnt(taught, "7")


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
