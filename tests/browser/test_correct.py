"""Wrong answers that people put right: kept on the device always, on the server only with their consent, and deleted when they say so."""

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
NOTED = "Noted, on this device."


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "kept.db"


@pytest.fixture(scope="module")
def sample_server(file: Path) -> Iterator[Server]:
    """A service that keeps ink."""
    with serve(
        file.with_name("log"),
        INK_KEPT=str(file),
        INK_PIECES_PER_MINUTE="1000",
        INK_DELETIONS_PER_MINUTE="1000",
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def kept(file: Path) -> list[tuple[str | None, Any, Any]]:
    """(label, strokes, session) of all that the service has."""
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT label, strokes, session FROM kept ORDER BY id").fetchall()
    connection.close()
    return [(label, json.loads(strokes), json.loads(session)) for label, strokes, session in rows]


def drawn(visitor: Visitor, server: Server) -> Page:
    """A page with a 7 on it, as the network reads it too."""
    page = visitor.open(server.http)
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    return page


def say(page: Page, label: str) -> None:
    """Tap a digit; "" is none."""
    page.locator(f'#digits button[value="{label}"]').click()


def saved(page: Page, folder: Path) -> session_file.Recording:
    """The session file that the page saves."""
    page.click("#files")
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(folder / "session.json")
    return session_file.read_recording(folder / "session.json")


def expect_notice(page: Page, words: str) -> None:
    """Wait for words of the page, which are not those that the recognizer has of its own."""
    expect(page.locator("body > main > #notice")).to_have_text(words)


def requests(page: Page) -> list[str]:
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


def test_consent_is_asked_once_and_what_is_given_is_that_drawing_alone(
    visitor: Visitor, sample_server: Server, file: Path
) -> None:
    before = len(kept(file))
    page = visitor.open(sample_server.http)
    draw(page, *FOUR)
    expect_answer(page, "final", "4")
    page.click("#clear")
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    say(page, "1")
    expect(page.locator(QUESTION)).to_be_visible()
    assert len(kept(file)) == before, "sent before the answer"
    page.get_by_role("button", name="Yes, keep what I correct").click()
    expect_notice(page, THANKS)
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_text("1")
    label, strokes, session = kept(file)[-1]
    assert (label, len(strokes)) == ("1", 1)
    assert strokes[0][0] == pytest.approx(list(SEVEN[0][0]), abs=0.6)
    sent = [entry["send"] for entry in session["messages"] if "send" in entry]
    assert sum(message["type"] == "points" and message["end"] for message in sent) <= 1, (
        "the drawing before is in it"
    )
    assert "clear" not in {message["type"] for message in sent}
    # Another digit takes the place of the first, and nobody is asked again.
    say(page, "2")
    wait_until(lambda: kept(file)[-1][0] == "2")
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_text("2")
    say(page, "")
    wait_until(lambda: kept(file)[-1][0] is None)
    assert len(kept(file)) == before + 1
    expect(page.locator(QUESTION)).to_be_hidden()
    # Nor for the next drawing, nor when the page is opened again.
    again = drawn(visitor, sample_server)
    say(again, "3")
    expect_notice(again, THANKS)
    assert [row[0] for row in kept(file)[before:]] == [None, "3"]


def test_a_no_is_remembered_and_sends_nothing(
    visitor: Visitor, sample_server: Server, file: Path
) -> None:
    before = len(kept(file))
    page = drawn(visitor, sample_server)
    sent = requests(page)
    say(page, "1")
    page.get_by_role("button", name="No, only on this device").click()
    expect_notice(page, NOTED)
    say(page, "2")
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_text("2")
    expect(page.locator(QUESTION)).to_be_hidden()
    expect(page.locator("#withdraw")).to_be_hidden()
    assert (sent, len(kept(file))) == ([], before)


def test_a_question_that_is_closed_is_a_no_for_now(visitor: Visitor, sample_server: Server) -> None:
    page = drawn(visitor, sample_server)
    sent = requests(page)
    say(page, "1")
    page.keyboard.press("Escape")
    expect(page.locator(QUESTION)).to_be_hidden()
    expect_notice(page, NOTED)
    expect_answer(page, "final", "7")
    assert sent == []
    say(page, "2")
    expect(page.locator(QUESTION)).to_be_visible()


def test_by_the_keyboard_alone(visitor: Visitor, sample_server: Server, file: Path) -> None:
    """The question holds the focus while it is asked, and gives it back."""
    page = drawn(visitor, sample_server)
    page.locator('#digits button[value="0"]').focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(QUESTION)).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        # Between its last button and its first the browser's own controls are, which pages see as nothing focused.
        assert page.evaluate(
            "document.activeElement === document.body || consent.contains(document.activeElement)"
        )
    page.get_by_role("button", name="Yes, keep what I correct").focus()
    page.keyboard.press("Enter")
    expect_notice(page, THANKS)
    assert page.evaluate("document.activeElement.value") == "1"
    assert kept(file)[-1][0] == "1"
    page.locator("#withdraw").focus()
    page.keyboard.press("Enter")
    expect_notice(page, "Deleted from the server: 1.")


def test_what_somebody_gave_is_deleted_and_nobody_else_s(
    browser: Browser, sample_server: Server, file: Path
) -> None:
    with new_visitor(browser) as other, new_visitor(browser) as visitor:
        for who, label in ((other, "5"), (visitor, "6")):
            page = drawn(who, sample_server)
            say(page, label)
            page.get_by_role("button", name="Yes, keep what I correct").click()
            expect_notice(page, THANKS)
        assert {"5", "6"} <= {row[0] for row in kept(file)}
        page.get_by_role("button", name="Delete what I gave").click()
        expect_notice(page, "Deleted from the server: 1.")
        expect(page.locator("#withdraw")).to_be_hidden()
        labels = {row[0] for row in kept(file)}
        assert "5" in labels
        assert "6" not in labels
        say(page, "8")
        expect(page.locator(QUESTION)).to_be_visible()


def test_the_label_is_in_the_history_and_in_the_file_of_this_drawing_alone(
    visitor: Visitor, server: Server, tmp_path: Path
) -> None:
    """Without INK_KEPT nobody is asked, and nothing is sent."""
    page = drawn(visitor, server)
    sent = requests(page)
    say(page, "1")
    expect_notice(page, NOTED)
    expect(page.locator(QUESTION)).to_be_hidden()
    expect(page.locator("#drawings button").first).to_have_accessible_name(re.compile("^1, drawn "))
    expect(page.locator("#drawings button span").first).to_have_text("1")
    assert saved(page, tmp_path).label == "1"
    page.click("#clear")
    draw(page, *ONE)
    expect_answer(page, "final", "1")
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_count(0)
    assert saved(page, tmp_path).label is msgspec.UNSET
    page.locator("#drawings button").nth(1).click()
    expect(page.locator('#digits [aria-pressed="true"]')).to_have_text("1")
    say(page, "")
    expect(page.locator("#drawings button span").nth(1)).to_have_text("–")
    assert sent == []


def test_without_the_server_the_words_say_so(visitor: Visitor, tmp_path: Path) -> None:
    port = free_port()
    file = tmp_path / "kept.db"
    with serve(tmp_path / "log", port=port, INK_KEPT=str(file)) as server:
        page = drawn(visitor, server)
        say(page, "1")
        page.get_by_role("button", name="Yes, keep what I correct").click()
        expect_notice(page, THANKS)
    say(page, "2")
    expect_notice(page, "It could not be sent. It is noted on this device.")
    page.click("#withdraw")
    expect_notice(page, "The server could not be reached, so nothing was deleted. Try again later.")
    expect(page.locator("#withdraw")).to_be_visible()
    assert [row[0] for row in kept(file)] == ["1"]
