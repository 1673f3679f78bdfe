"""Tests of corrections: stored on the device, and with consent on the server."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from realtime.protocol import session_file
from tests.support.drawing import ONE, SEVEN
from tests.support.page import FOUR, Visitor, draw, expect_answer, new_visitor
from tests.support.server import Server, free_port, serve, wait_until

QUESTION = "#consent"
THANKS = "Thank you. It is kept to learn from."
LEARNT = "Learnt, on this device."


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of `sample_server`."""
    return tmp_path_factory.mktemp("samples") / "samples.db"


@pytest.fixture(scope="module")
def sample_server(file: Path) -> Iterator[Server]:
    """A service that stores samples."""
    with serve(
        file.with_name("log"),
        INK_KEPT=str(file),
        INK_PIECES_PER_MINUTE="1000",
        INK_DELETIONS_PER_MINUTE="1000",
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def stored_rows(file: Path) -> list[tuple[str | None, Any, Any]]:
    """(label, strokes, session) of all stored samples."""
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT label, strokes, session FROM kept ORDER BY id").fetchall()
    connection.close()
    return [(label, json.loads(strokes), json.loads(session)) for label, strokes, session in rows]


def page_with_answer(visitor: Visitor, server: Server) -> Page:
    """A page with a 7 on it and its answer."""
    page = visitor.open(server.http)
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    return page


def choose_label(page: Page, label: str) -> None:
    """Choose a digit as the correct label; "" is none."""
    page.locator(f'#digits button[value="{label}"]').click()


def saved_session(page: Page, folder: Path) -> session_file.Recording:
    """The session file that the page saves."""
    page.click("#files")
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(folder / "session.json")
    return session_file.read_recording(folder / "session.json")


def expect_notice(page: Page, words: str) -> None:
    """Wait for a notice of the page, which is not the recognizer's own."""
    expect(page.locator("body > main > #notice")).to_have_text(words)


def sample_requests(page: Page) -> list[str]:
    """The method of each request to `/ink` from now on."""
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.method) if request.url.endswith("/ink") else None,
    )
    return sent


def test_there_is_something_to_correct_only_while_there_is_an_answer(
    visitor: Visitor, sample_server: Server
) -> None:
    page = visitor.open(sample_server.http)
    expect(page.locator("#digits")).to_be_hidden()
    draw(page, *SEVEN)
    expect(page.locator("#digits")).to_be_visible()
    assert page.locator("#digits button").all_inner_texts() == [*"0123456789", "none"]
    page.click("#clear")
    expect(page.locator("#digits")).to_be_hidden()


def test_consent_is_asked_once_and_only_that_drawing_is_submitted(
    visitor: Visitor, sample_server: Server, file: Path
) -> None:
    before = len(stored_rows(file))
    page = visitor.open(sample_server.http)
    draw(page, *FOUR)
    expect_answer(page, "final", "4")
    page.click("#clear")
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    choose_label(page, "1")
    expect(page.locator(QUESTION)).to_be_visible()
    assert len(stored_rows(file)) == before, "sent before the answer"
    page.get_by_role("button", name="Yes, keep what I correct").click()
    expect_notice(page, THANKS)
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_text("1")
    label, strokes, session = stored_rows(file)[-1]
    assert (label, len(strokes)) == ("1", 1)
    assert strokes[0][0] == pytest.approx(list(SEVEN[0][0]), abs=0.6)
    sent = [entry["send"] for entry in session["messages"] if "send" in entry]
    assert sum(message["type"] == "points" and message["end"] for message in sent) <= 1, (
        "the drawing before is in it"
    )
    assert "clear" not in {message["type"] for message in sent}
    # Another digit replaces the first without another question.
    choose_label(page, "2")
    wait_until(lambda: stored_rows(file)[-1][0] == "2")
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_text("2")
    choose_label(page, "")
    wait_until(lambda: stored_rows(file)[-1][0] is None)
    assert len(stored_rows(file)) == before + 1
    expect(page.locator(QUESTION)).to_be_hidden()
    # No question follows the next drawing, or another load of the page.
    again = page_with_answer(visitor, sample_server)
    choose_label(again, "3")
    expect_notice(again, THANKS)
    assert [row[0] for row in stored_rows(file)[before:]] == [None, "3"]


def test_a_no_is_remembered_and_sends_nothing(
    visitor: Visitor, sample_server: Server, file: Path
) -> None:
    before = len(stored_rows(file))
    page = page_with_answer(visitor, sample_server)
    sent = sample_requests(page)
    choose_label(page, "1")
    page.get_by_role("button", name="No, only on this device").click()
    expect_notice(page, LEARNT)
    choose_label(page, "2")
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_text("2")
    expect(page.locator(QUESTION)).to_be_hidden()
    expect(page.locator("#withdraw")).to_be_hidden()
    assert (sent, len(stored_rows(file))) == ([], before)


def test_a_question_that_is_closed_is_a_no_for_now(visitor: Visitor, sample_server: Server) -> None:
    page = page_with_answer(visitor, sample_server)
    sent = sample_requests(page)
    choose_label(page, "1")
    expect(page.locator(QUESTION)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(QUESTION)).to_be_hidden()
    expect_notice(page, LEARNT)
    expect_answer(page, "final", "1")
    assert sent == []
    choose_label(page, "2")
    expect(page.locator(QUESTION)).to_be_visible()


def test_by_the_keyboard_alone(visitor: Visitor, sample_server: Server, file: Path) -> None:
    """The dialog holds the focus while it is open, and gives it back."""
    page = page_with_answer(visitor, sample_server)
    page.locator('#digits button[value="0"]').focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(QUESTION)).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        # The browser's own controls come between the last button and the first. A page sees them as
        # nothing focused.
        assert page.evaluate(
            "document.activeElement === document.body || consent.contains(document.activeElement)"
        )
    page.get_by_role("button", name="Yes, keep what I correct").focus()
    page.keyboard.press("Enter")
    expect_notice(page, THANKS)
    assert page.evaluate("document.activeElement.value") == "1"
    assert stored_rows(file)[-1][0] == "1"
    page.locator("#withdraw").focus()
    page.keyboard.press("Enter")
    expect_notice(page, "Deleted from the server: 1.")


def test_only_the_own_samples_are_deleted(
    browser: Browser, sample_server: Server, file: Path
) -> None:
    with new_visitor(browser) as other, new_visitor(browser) as visitor:
        for who, label in ((other, "5"), (visitor, "6")):
            page = page_with_answer(who, sample_server)
            choose_label(page, label)
            page.get_by_role("button", name="Yes, keep what I correct").click()
            expect_notice(page, THANKS)
        assert {"5", "6"} <= {row[0] for row in stored_rows(file)}
        page.get_by_role("button", name="Delete what I gave").click()
        expect_notice(page, "Deleted from the server: 1.")
        expect(page.locator("#withdraw")).to_be_hidden()
        labels = {row[0] for row in stored_rows(file)}
        assert "5" in labels
        assert "6" not in labels
        choose_label(page, "8")
        expect(page.locator(QUESTION)).to_be_visible()


def test_the_label_is_in_the_history_and_in_the_file_of_this_drawing_alone(
    visitor: Visitor, server: Server, tmp_path: Path
) -> None:
    """Without INK_KEPT no consent is asked and nothing is sent."""
    page = page_with_answer(visitor, server)
    sent = sample_requests(page)
    choose_label(page, "1")
    expect_notice(page, LEARNT)
    expect(page.locator(QUESTION)).to_be_hidden()
    expect(page.locator("#drawings button").first).to_have_accessible_name(re.compile("^1, drawn "))
    expect(page.locator("#drawings button span").first).to_have_text("1")
    assert saved_session(page, tmp_path).label == "1"
    page.click("#clear")
    draw(page, *ONE)
    expect_answer(page, "final", "1")
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_count(0)
    assert saved_session(page, tmp_path).label is msgspec.UNSET
    page.locator("#drawings button").nth(1).click()
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_text("1")
    choose_label(page, "")
    expect(page.locator("#drawings button span").nth(1)).to_have_text("–")
    assert sent == []


def test_an_unreachable_server_is_reported(visitor: Visitor, tmp_path: Path) -> None:
    port = free_port()
    file = tmp_path / "samples.db"
    with serve(tmp_path / "log", port=port, INK_KEPT=str(file)) as server:
        page = page_with_answer(visitor, server)
        choose_label(page, "1")
        page.get_by_role("button", name="Yes, keep what I correct").click()
        expect_notice(page, THANKS)
    choose_label(page, "2")
    expect_notice(page, "It could not be sent. It is noted on this device.")
    page.click("#withdraw")
    expect_notice(page, "The server could not be reached, so nothing was deleted. Try again later.")
    expect(page.locator("#withdraw")).to_be_visible()
    assert [row[0] for row in stored_rows(file)] == ["1"]
