"""Tests of saving drawings and sessions, opening session files, and playback."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from playwright.sync_api import Browser, Download, FilePayload, Page, expect

from realtime.config import Settings
from realtime.protocol.session_file import read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recordings.replay import differences, replay_in_process, verdict
from tests.support.drawing import SEVEN
from tests.support.files import ROOT
from tests.support.page import (
    FOUR,
    SETTLED,
    draw,
    expect_answer,
    expect_status,
    ink_of,
    open_page,
    positions,
)
from tests.support.pointer import PointingDevice
from tests.support.server import Server

# The page's notice. The recognizer has one of its own.
NOTICE = "#notice[role=status]"
MAX_BYTES = 10 * 2**20
SENT = (
    '{"format":"ink-session","v":1,"messages":[{"at":0,"send":'
    '{"type":"points","seq":1,"stroke":0,%s,"end":true}}]}'
)
INVALID_FIELD = "{name} cannot be read: messages[0].send."
INVALID_FILES = {
    "no JSON": ("a letter", "{name} is no session file."),
    "another format": ('{"format":"ink"}', "{name} is no session file."),
    "a word for a number": (
        SENT % '"x":[1,"2"],"y":[1,2],"t":[1,2]',
        f"{INVALID_FIELD}x[1] is not what a session file has there.",
    ),
    "unequal columns": (
        SENT % '"x":[1,2],"y":[1],"t":[1,2]',
        f"{INVALID_FIELD}y has to have 2 values, as x has.",
    ),
    "out of range": (
        SENT % '"x":[1,1e6],"y":[1,2],"t":[1,2]',
        f"{INVALID_FIELD}x[1] has to be from -100000 to 100000.",
    ),
    "too big": ("{}", "{name} is too big: a session file may have 10485760 bytes."),
}
# Collects the answers that are shown, in order, until the playback has ended.
WATCH_PLAYBACK = """() => {
    const recognizer = document.querySelector("ink-recognizer");
    const answers = recognizer.shadowRoot.querySelector("#answers");
    window.played = new Promise((done) => {
        const shown = [];
        const note = (records) => shown.push(...records.map(({ oldValue }) => Number(oldValue)));
        const observer = new MutationObserver(note);
        let began_ms;
        recognizer.addEventListener("playing", ({ detail }) => {
            if (detail.isPlaying) {
                began_ms = performance.now();
                return observer.observe(
                    answers, { attributeFilter: ["data-seq"], attributeOldValue: true });
            }
            note(observer.takeRecords());
            observer.disconnect();
            const last = Number(answers.dataset.seq);
            done({ took_ms: performance.now() - began_ms, shown: [...shown.slice(1), last] });
        });
    });
}"""
DROP = """([text, name, size = 0]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text.padEnd(size)], name, { type: "application/json" }));
    const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
    document.body.dispatchEvent(drop);
}"""


def download_of(page: Page, button: str) -> Download:
    """The file that a button of the file menu saves."""
    page.click("#files")
    with page.expect_download() as download:
        page.click(button)
    return download.value


def session_of(page: Page) -> dict[str, Any]:
    """The session file that the page saves."""
    session: dict[str, Any] = json.loads(download_of(page, "#save").path().read_text())
    return session


# Files.


def test_a_saved_png_is_read_as_the_drawn_digit(page_with_seven: Page, server: Server) -> None:
    download = download_of(page_with_seven, "#save-png")
    assert re.fullmatch(r"ink-7-\d{4}-\d\d-\d\d-\d{4}\.png", download.suggested_filename)
    picture = cv2.imread(str(download.path()))
    assert picture is not None
    assert picture.shape == (1024, 1024, 3)
    assert 0.01 < (picture < 128).mean() < 0.1
    file: FilePayload = {
        "name": "7.png",
        "mimeType": "image/png",
        "buffer": download.path().read_bytes(),
    }
    answer = page_with_seven.request.post(f"{server.http}/predict", multipart={"file": file})
    assert answer.json()["digit"] == 7


def test_an_svg_has_a_path_for_each_stroke(page: Page) -> None:
    draw(page, *FOUR)
    expect_answer(page, "final", "4")
    download = download_of(page, "#save-svg")
    assert download.suggested_filename.endswith(".svg")
    svg = ET.fromstring(download.path().read_text())  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    assert (svg.tag, svg.get("viewBox")) == (f"{space}svg", "0 0 400 400")
    assert svg.findtext(f"{space}title") == "4"
    assert [path.get("d", "")[0] for path in svg.iter(f"{space}path")] == ["M", "M"]


def test_a_saved_session_gives_the_same_answers_in_process(
    browser: Browser,
    server: Server,
    tmp_path: Path,
    recognizers: Recognizers,
    settings: Settings,
) -> None:
    with open_page(browser, f"{server.http}/?label=7") as page:
        draw(page, SEVEN[0])
        expect_answer(page, "final", "7")
        download_of(page, "#save").save_as(tmp_path / "session.json")
    recording = read_recording(tmp_path / "session.json")
    assert recording.label == "7"
    assert json.loads(recording.sent[0][1])["type"] == "config"
    assert verdict(recording.finals[max(recording.finals)]) == "7"
    assert differences(recording, replay_in_process(recording, recognizers, settings.drawing)) == []


@pytest.mark.parametrize(("query", "said"), [("", {}), ("?label=", {"label": None})])
def test_a_session_has_a_label_only_if_one_was_given(
    browser: Browser, server: Server, query: str, said: dict[str, None]
) -> None:
    with open_page(browser, f"{server.http}/{query}") as page:
        draw(page, SEVEN[0])
        expect_answer(page, "final")
        session = session_of(page)
    assert {key: session[key] for key in session.keys() & {"label"}} == said


def by_dropping(page: Page, path: Path) -> None:
    page.evaluate(DROP, [path.read_text(), path.name])


def by_choosing(page: Page, path: Path) -> None:
    page.click("#files")
    with page.expect_file_chooser() as chooser:
        page.click("#open")
    chooser.value.set_files(path)


@pytest.mark.parametrize("give", [by_dropping, by_choosing])
def test_a_session_file_is_opened(page: Page, give: Callable[[Page, Path], None]) -> None:
    give(page, ROOT / "tests/recordings/4-open-neat.json")
    expect_answer(page, "final", "4")
    expect(page.locator(NOTICE)).to_have_text(
        "4-open-neat.json is open. Play it back to see how it was drawn."
    )
    assert len(ink_of(page)) == 2
    page.click("#undo")
    expect_answer(page, "empty")


def test_an_invalid_file_is_named_with_its_fault_and_changes_nothing(page_with_seven: Page) -> None:
    before = ink_of(page_with_seven)
    for what, (text, words) in INVALID_FILES.items():
        name = f"{what}.json"
        page_with_seven.evaluate(DROP, [text, name, MAX_BYTES + 1 if what == "too big" else 0])
        expect(page_with_seven.locator(NOTICE)).to_have_text(words.format(name=name))
        assert ink_of(page_with_seven) == before
        expect_answer(page_with_seven, "final", "7")


# Playback.


def test_a_playback_takes_its_time_and_shows_the_answers_as_they_came(page: Page) -> None:
    mouse = PointingDevice(page)
    draw(page, FOUR[0])
    expect_answer(page, SETTLED)
    mouse.stroke(FOUR[1], lift=False)
    expect_answer(page, "interim", "4")
    mouse.up()
    expect_answer(page, "final", "4")
    ink, session = ink_of(page), session_of(page)
    page.evaluate(WATCH_PLAYBACK)
    page.click("#play")
    expect_status(page, "playing", "playing back")
    played = page.evaluate("played", None)
    came = [
        entry["recv"]["seq"]
        for entry in session["messages"]
        if entry.get("recv", {}).get("type") == "prediction"
    ]
    assert played["shown"] == came
    assert len(came) >= 3
    drawn_ms = ink[-1]["t"][-1] - ink[0]["t"][0]
    assert drawn_ms - 50 < played["took_ms"] < drawn_ms + 1_000
    # The last answer is a new one of the service.
    expect_status(page, "open")
    expect_answer(page, "final", "4")
    assert [positions(stroke) for stroke in ink_of(page)] == [positions(stroke) for stroke in ink]


def test_a_playback_is_stopped_by_its_button_by_key_and_by_a_pen(page: Page) -> None:
    slow = json.loads((ROOT / "tests/recordings/4-open-neat.json").read_text())
    stops: list[tuple[Callable[[], None], int]] = [
        (lambda: page.click("#play"), 2),
        (lambda: page.keyboard.press("Escape"), 2),
        (lambda: draw(page, SEVEN[0], pointer="pen"), 3),
    ]
    for stop, strokes in stops:
        page.evaluate(DROP, [json.dumps(slow), "4.json"])
        expect_answer(page, "final", "4")
        page.evaluate(WATCH_PLAYBACK)
        page.click("#play")
        expect(page.locator("#play")).to_have_attribute("data-playing", "true")
        stop()
        expect(page.locator("#play")).to_have_attribute("data-playing", "false")
        assert (
            page.evaluate("played")["took_ms"]
            < slow["messages"][-1]["at"] - slow["messages"][0]["at"]
        )
        assert len(ink_of(page)) == strokes
        expect_answer(page, SETTLED)
        expect_status(page, "open")
