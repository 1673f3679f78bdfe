"""Tests of the component where it reads lines, in a page that embeds it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN, point_columns
from tests.support.line_page import (
    expect_text,
    line_strokes,
    property_of,
    segments_of,
    write_line,
)
from tests.support.page import draw, expect_answer, expect_status, ink_of, open_page
from tests.support.server import Server, wait_until

COLLECT_EVENTS = """() => {
    window.one = document.querySelector("ink-recognizer");
    window.events = [];
    for (const type of ["interim", "prediction", "rejected", "ready", "scratchout"]) {
        one.addEventListener(type, ({ type, detail }) => events.push({ type, detail }));
    }
}"""
DIGIT_DETAILS = {
    *("type", "seq", "final", "empty", "rejected", "top", "strokes", "us", "image"),
    *("label", "learnt", "delay_ms"),
}
LINE = [point_columns(stroke) for stroke in line_strokes("207")]


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page with the component, and the events that it dispatches."""
    with open_page(browser, f"{server.http}/embed.html") as page:
        page.evaluate(COLLECT_EVENTS)
        yield page


@pytest.fixture
def line_component(page: Page) -> Page:
    """The same, where the component reads lines."""
    page.evaluate("one.setAttribute('recognize', 'line')")
    expect(page.locator(".marks")).to_have_count(1)
    expect_status(page, "open")
    return page


def events_of(page: Page, kind: str) -> list[dict[str, Any]]:
    """The details of the events of this type, in order."""
    details: list[dict[str, Any]] = page.evaluate(
        "kind => events.filter(({ type }) => type === kind).map(({ detail }) => detail)", kind
    )
    return details


def test_without_the_attribute_nothing_is_different(page: Page) -> None:
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    assert page.evaluate("one.recognize") == "digit"
    assert events_of(page, "prediction")[-1].keys() == DIGIT_DETAILS
    assert page.evaluate("[one.text, one.value, one.segments, one.pins]") == ["", None, [], []]
    assert page.evaluate("one.labels") == list("0123456789")
    assert (
        page.evaluate("performance.getEntries().filter(({ name }) => /line-mode/.test(name))") == []
    )
    # A zigzag is ink, and there is nothing to correct.
    draw(page, [(150 if i % 2 else 250, 110 + 25 * i) for i in range(8)])
    assert len(ink_of(page)) == 2


def test_a_line_is_told_in_events_and_properties(line_component: Page) -> None:
    page = line_component
    write_line(page, "207", pointer="mouse")
    expect_text(page, "207")
    detail = events_of(page, "prediction")[-1]
    assert detail.keys() == DIGIT_DETAILS | {
        *("text", "p", "alternatives", "segments", "value", "reason"),
    }
    assert (detail["text"], detail["label"], detail["value"]) == ("207", "207", None)
    assert [one["strokes"] for one in detail["segments"]] == [[0], [1], [2, 3]]
    assert page.evaluate("one.text") == "207"
    assert property_of(page, "segments") == detail["segments"]
    assert page.evaluate("one.recognize") == "line"
    assert any(one["text"] for one in events_of(page, "interim"))
    write_line(page, "2", left=700)
    assert property_of(page, "text") in ("", "2072"), "an answer to other ink is none"


def test_a_character_is_corrected_by_a_script(line_component: Page) -> None:
    page = line_component
    write_line(page, "20")
    expect_text(page, "20")
    page.evaluate("one.correct([1], '6')")
    expect_text(page, "26")
    assert [one["pinned"] for one in segments_of(page)] == [False, True]
    page.evaluate("one.correct([1], null)")
    expect_text(page, "20")
    page.evaluate("one.undo()")
    expect_text(page, "26")
    page.evaluate(
        "([ink, pins]) => one.restore(ink, pins)", [LINE, [{"strokes": [0], "label": "3"}]]
    )
    expect_text(page, "307")
    # Nothing else can be said of strokes that are not there.
    page.evaluate("one.correct([77], '1')")
    assert property_of(page, "pins") == [{"strokes": [0], "label": "3"}]


def test_a_scratch_is_told_and_can_be_switched_off(line_component: Page) -> None:
    page = line_component
    zigzag = [(20.0 if i % 2 else 170.0, 110 + 22.0 * i) for i in range(8)]
    write_line(page, "20")
    expect_text(page, "20")
    draw(page, zigzag)
    expect_text(page, "0")
    assert events_of(page, "scratchout") == [{"count": 1}]
    page.evaluate("one.undo(), one.setAttribute('scratch-out', 'off')")
    expect_text(page, "20")
    draw(page, zigzag)
    assert len(ink_of(page)) == 3


def test_lines_that_are_not_on_the_pad_are_read(page: Page) -> None:
    script = """async (inks) => {
        const read = [];
        for await (const answer of one.read(inks, { recognize: "line" })) read.push(answer.text);
        return read;
    }"""
    assert page.evaluate(script, [LINE, LINE[:2]]) == ["207", "20"]
    assert page.evaluate("one.isEmpty")


def test_the_attribute_may_change_at_any_time(line_component: Page) -> None:
    page = line_component
    page.evaluate("strokes => { one.ink = strokes }", LINE[:2])
    expect_text(page, "20")
    page.evaluate("one.removeAttribute('recognize')")
    expect_answer(page, re.compile("^(final|rejected)$"))
    expect(page.locator(".text")).to_have_count(0)
    expect(page.locator(".scroll")).to_have_count(0)
    expect(page.locator(".digit")).to_be_visible()
    assert len(ink_of(page)) == 2
    for _ in range(3):
        page.evaluate("one.setAttribute('recognize', 'line')")
        page.evaluate("one.removeAttribute('recognize')")
    page.evaluate("one.setAttribute('recognize', 'line')")
    expect_text(page, "20")
    expect(page.locator(".marks")).to_have_count(1)


def test_it_may_be_moved_while_it_reads_a_line(line_component: Page) -> None:
    page = line_component
    write_line(page, "20")
    expect_text(page, "20")
    page.evaluate(
        """() => {
            const frame = document.body.appendChild(document.createElement("iframe"));
            frame.style = "width: 700px; height: 600px";
            frame.contentDocument.body.append(one);
        }"""
    )
    inside = page.frame_locator("iframe")
    expect(inside.locator(".text .glyph")).to_have_text(["2", "0"])
    expect(inside.locator(".marks")).to_have_count(1)
    wait_until(lambda: page.evaluate("one.text") == "20")
    inside.locator(".text button").first.click()
    expect(inside.get_by_role("menu")).to_be_visible()
    menu = inside.get_by_role("menu").bounding_box()
    assert menu is not None
    assert menu["width"] > 100
    inside.get_by_role("menuitem", name=re.compile("^none")).click()
    expect(inside.locator(".text .glyph")).to_have_text(["0"])


def test_all_of_a_line_is_printed(line_component: Page) -> None:
    page = line_component
    _, width = page.locator(".marks").evaluate(
        "(svg) => [svg.viewBox.baseVal.x, svg.viewBox.baseVal.width]"
    )
    write_line(page, "20", left=0.9 * width)
    expect(page.locator(".scroll")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    box = page.locator(".printed").evaluate(
        "(svg) => [svg.viewBox.baseVal.width, svg.querySelector('path').getBBox()].map("
        "(one) => one.width === undefined ? one : one.x + one.width)"
    )
    assert box[0] >= box[1] - 20
