"""Tests of what becomes of lines: drawings on the device, files, playback, the value of a sum."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN, Json
from tests.support.line_page import (
    character,
    expect_text,
    line_strokes,
    property_of,
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
from tests.support.server import Server


def sum_session() -> Json:
    """A session of 1+1=, with an answer that has a value: what a service with symbols records."""
    strokes = [
        [(40, 120), (40, 270)],
        [(120, 195), (200, 195)],
        [(160, 155), (160, 235)],
        [(280, 120), (280, 270)],
        [(360, 180), (440, 180)],
        [(360, 215), (440, 215)],
    ]
    canvas = {"width": 1000, "height": 400}
    config = {"type": "config", "v": 1, "canvas": canvas, "recognize": "line"}
    messages: list[Json] = [{"at": 0, "send": config}]
    for i, ((x0, y0), (x1, y1)) in enumerate(strokes):
        times = [200 * i, 200 * i + 100]
        columns = {"x": [x0, x1], "y": [y0, y1], "t": times}
        points = {"type": "points", "seq": i + 1, "stroke": i, "end": True, **columns}
        messages.append({"at": times[1], "send": points})
    characters = [("1", [0]), ("+", [1, 2]), ("1", [3]), ("=", [4, 5])]
    segments = [
        {
            "label": label,
            "p": 0.97,
            "strokes": numbers,
            "top": [{"label": label, "p": 0.97}],
            "box": [0, 0, 1, 1],
        }
        for label, numbers in characters
    ]
    answer = {
        "type": "prediction",
        "seq": len(strokes),
        "final": True,
        "empty": False,
        "rejected": False,
        "top": [{"label": "1+1=", "p": 0.9}],
        "strokes": len(strokes),
        "us": {"wait": 1, "raster": 1, "infer": 1},
        "text": "1+1=",
        "p": 0.9,
        "alternatives": [{"text": "1+1=", "p": 0.9}],
        "segments": segments,
        "value": "2",
    }
    messages.append({"at": 1_300, "recv": answer})
    # The answer stays for as long as the longest pause of a playback.
    messages.append({"at": 90_000, "send": {"type": "undo", "seq": len(strokes) + 1}})
    return {"format": "ink-session", "v": 1, "canvas": canvas, "messages": messages}


def saved_session(page: Page) -> Any:  # noqa: ANN401
    """The session file that the page saves."""
    page.click("#files")
    with page.expect_download() as download:
        page.click("#save")
    return json.loads(download.value.path().read_text())


def open_file(page: Page, path: Path) -> None:
    """Open a session file on the page."""
    page.locator("#file").set_input_files(path)
    expect(page.locator("main > #notice")).to_contain_text("is open")


def test_a_sum_shows_its_value_in_another_colour(line_page: Page, tmp_path: Path) -> None:
    path = tmp_path / "sum.json"
    path.write_text(json.dumps(sum_session()))
    open_file(line_page, path)
    line_page.click("#play")
    value = line_page.locator(".text .value")
    expect(value).to_have_text("2")
    beside = line_page.locator(".marks .result")
    expect(beside).to_have_text("2")
    last = line_page.locator(".bracket").last.bounding_box()
    place = beside.bounding_box()
    assert last is not None
    assert place is not None
    assert place["x"] > last["x"] + last["width"]
    colours = line_page.locator(".text").evaluate(
        """(text) => {
            const root = text.getRootNode();
            const tints = [0, 1, 2, 3].map((i) => root.querySelector(`.tint-${i}`));
            return [text.querySelector(".value"), text.querySelector("button"), ...tints]
                .map((element) => getComputedStyle(element).color);
        }"""
    )
    assert colours[0] not in colours[1:]
    # It is no part of the text, and belongs to no stroke.
    expect(line_page.locator(".text .glyph")).to_have_text(["1", "+", "1", "="])
    expect(line_page.locator("#announcement")).to_have_text(
        re.compile(r"^1 plus 1 equals, 90%, result 2$")
    )
    expect(character(line_page, 1)).to_have_attribute("aria-label", "plus, 97%")
    line_page.click("#play")
    expect_status(line_page, "open")
    # The pen may come down where the value is.
    device = line_strokes("1", left=700)[0]
    draw(line_page, device)
    expect(beside).to_be_hidden()


def test_a_saved_line_is_opened_as_a_line(browser: Browser, server: Server, tmp_path: Path) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        turn_to_lines(page)
        write_line(page, "207")
        expect_text(page, "207")
        session = saved_session(page)
    config = next(
        e["send"] for e in session["messages"] if e.get("send", {}).get("type") == "config"
    )
    assert config["recognize"] == "line"
    assert session["canvas"]["height"] == 400
    assert session["canvas"]["width"] > 800
    answer = [e["recv"] for e in session["messages"] if "recv" in e][-1]
    assert answer["text"] == "207"
    path = tmp_path / "207.json"
    path.write_text(json.dumps(session))
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        open_file(page, path)
        expect(page.locator("#mode-line")).to_have_attribute("aria-pressed", "true")
        expect_text(page, "207")
        page.click("#play")
        expect_status(page, "playing")
        expect_status(page, "open")
        expect_text(page, "207")
        assert len(ink_of(page)) == 4


def test_a_corrected_line_is_saved_and_opened_with_its_correction(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        turn_to_lines(page)
        write_line(page, "20")
        expect_text(page, "20")
        page.evaluate("document.querySelector('ink-recognizer').correct([1], '6')")
        expect_text(page, "26")
        path = tmp_path / "26.json"
        path.write_text(json.dumps(saved_session(page)))
        page.click("#clear")
        expect_answer(page, "empty")
        open_file(page, path)
        expect_text(page, "26")
        assert property_of(page, "pins") == [{"strokes": [1], "label": "6"}]
        page.click("#play")
        expect_status(page, "playing")
        page.click("#play")
        expect_text(page, "26")


def test_digits_and_lines_come_back_as_what_they_were(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
        page.click("#clear")
        turn_to_lines(page)
        write_line(page, "207")
        expect_text(page, "207")
        expect(page.locator("#drawings span")).to_have_text(["207", "7"])
        page.locator("#drawings button").last.click()
        expect(page.locator("#mode-digit")).to_have_attribute("aria-pressed", "true")
        expect_answer(page, "final", "7")
        page.get_by_role("button", name=re.compile("^207, drawn")).click()
        expect(page.locator("#mode-line")).to_have_attribute("aria-pressed", "true")
        expect_text(page, "207")
        wide, square = page.locator("#drawings svg").evaluate_all(
            "(drawings) => drawings.map((drawing) => drawing.getBoundingClientRect().width)"
        )
        assert wide > 1.3 * square


def test_a_line_written_without_a_server_is_read_as_a_line_later(
    browser: Browser, server: Server
) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        turn_to_lines(page)
        visitor.context.set_offline(True)
        page.evaluate("dispatchEvent(new Event('pagehide'))")
        expect_status(page, "offline")
        write_line(page, "207")
        expect(page.locator("#drawings li")).to_have_count(1)
        page.click("#clear")
        page.click("#mode-digit")
        draw(page, *SEVEN)
        visitor.context.set_offline(False)
        expect_status(page, "open")
        expect(page.locator("#drawings span")).to_have_text(["7", "207"])


def test_a_line_is_saved_as_a_picture_of_all_of_it(line_page: Page) -> None:
    write_line(line_page, "207")
    expect_text(line_page, "207")
    line_page.click("#files")
    with line_page.expect_download() as download:
        line_page.click("#save-svg")
    assert download.value.suggested_filename.startswith("ink-207-")
    svg = download.value.path().read_text()
    assert "<title>207</title>" in svg
    size = re.search(r'viewBox="0 0 ([\d.]+) 400"', svg)
    assert size is not None
    assert float(size[1]) > max(max(stroke["x"]) for stroke in ink_of(line_page))
