"""Tests of learning a person's hand: taught by a tap, and told to each server."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import ONE, SEVEN
from tests.support.history_page import DENY_STORAGE
from tests.support.learning_page import (
    CAPTION,
    LIKE_SEVEN,
    NOTED,
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
    expect_answer,
    expect_status,
    new_visitor,
)
from tests.support.server import Server, free_port, serve, wait_until


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
    expect(taught.locator("#announcement")).to_have_text("not a digit")


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
