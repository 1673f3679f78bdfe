"""Tests of the component's properties, methods, attributes and events."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import ONE, SEVEN, point_columns
from tests.support.page import (
    FOUR,
    draw,
    expect_answer,
    expect_status,
    ink_of,
    ink_opacity,
    line_width,
    open_page,
)
from tests.support.pointer import PointingDevice
from tests.support.server import Server, wait_until

STROKES = [{**point_columns(stroke), "p": [0.5] * len(stroke), "width": 20} for stroke in SEVEN]
# Collects the component's events.
COLLECT_EVENTS = """() => {
    window.one = document.querySelector("ink-recognizer");
    window.events = [];
    const answers = ["interim", "prediction", "rejected"];
    for (const type of [...answers, "inkchange", "connection", "ready", "playing"]) {
        one.addEventListener(type, ({ type, detail }) => events.push({ type, detail }));
    }
}"""


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page with the component, and the events that it dispatches."""
    with open_page(browser, f"{server.http}/embed.html") as page:
        page.evaluate(COLLECT_EVENTS)
        yield page


def events_of(page: Page, *types: str) -> list[dict[str, Any]]:
    """The details of the events of these types, in order."""
    details: list[dict[str, Any]] = page.evaluate(
        "types => events.filter(({ type }) => types.includes(type)).map(({ detail }) => detail)",
        list(types),
    )
    return details


def test_ink_that_is_set_is_drawn_answered_and_read_again(page: Page) -> None:
    page.evaluate("strokes => { one.ink = strokes }", STROKES)
    expect_answer(page, "final", "7")
    assert ink_of(page) == [{"number": 0, **STROKES[0]}]
    assert min(ink_opacity(page, SEVEN[0])) > 127
    assert (
        page.evaluate("(() => { one.ink[0].x[0] = -5; return one.ink[0].x[0] })()")
        == SEVEN[0][0][0]
    ), "what is read is a copy"
    page.evaluate("strokes => { one.ink = strokes; strokes[0].x[0] = -5 }", STROKES)
    assert ink_of(page)[0]["x"][0] == SEVEN[0][0][0], "what is set is copied"


BAD_INK = {
    "strokes": "7",
    "strokes[0]": [7],
    "strokes[0].x": [{"y": [1], "t": [1]}],
    "strokes[0].y": [{"x": [1, 2], "y": [1], "t": [0, 1]}],
    "strokes[1].t[0]": [STROKES[0], {"x": [1], "y": [1], "t": [0.5]}],
    "strokes[0].p[0]": [{"x": [1], "y": [1], "t": [0], "p": [2]}],
    "strokes[0].x[0]": [{"x": [1e9], "y": [1], "t": [0]}],
    "strokes[0].width": [{"x": [1], "y": [1], "t": [0], "width": 0}],
}


def test_invalid_ink_is_refused_by_field_and_changes_nothing(page: Page) -> None:
    draw(page, *FOUR)
    expect_answer(page, "final", "4")
    before = ink_of(page)
    page.evaluate("events.length = 0")
    setting = (
        "ink => { try { one.ink = ink } catch (error) { return [error.name, error.values.field] } }"
    )
    for field, ink in BAD_INK.items():
        assert page.evaluate(setting, ink) == ["BadSession", field]
    assert page.evaluate(setting, [{"x": [], "y": [], "t": []}]) == ["BadSession", "strokes[0].x"]
    assert ink_of(page) == before
    assert page.evaluate("events.length") == 0
    expect_answer(page, "final", "4")


def test_undo_redo_and_clear(page: Page) -> None:
    states = "[one.isEmpty, one.canUndo, one.canRedo]"
    assert page.evaluate(states) == [True, False, False]
    page.evaluate("one.undo(), one.redo(), one.clear()")
    assert page.evaluate("events.length") == 0
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    assert page.evaluate(states) == [False, True, False]
    page.evaluate("one.clear()")
    expect_answer(page, "empty")
    page.evaluate("one.undo()")
    expect_answer(page, "final", "7")
    assert page.evaluate(states) == [False, True, True]
    page.evaluate("one.redo()")
    expect_answer(page, "empty")
    assert [detail["kind"] for detail in events_of(page, "inkchange")] == [
        "begin",
        "end",
        "clear",
        "undo",
        "redo",
    ]


def test_each_final_answer_is_dispatched_once_with_its_details(page: Page) -> None:
    assert page.evaluate("[one.answer, one.labels.join('')]") == [None, "0123456789"]
    first, second = FOUR
    draw(page, first, pointer="mouse")
    # An answer that came after the second stroke has begun would be out of date.
    wait_until(lambda: len(events_of(page, "prediction", "rejected")) == 1)
    draw(page, second)
    expect_answer(page, "final", "4")
    page.evaluate("one.clear()")
    wait_until(lambda: page.evaluate("events.some(({ detail }) => detail.empty)"))
    finals = events_of(page, "prediction", "rejected")
    assert [detail["strokes"] for detail in finals] == [1, 2, 0]
    assert [detail["final"] for detail in finals] == [True] * 3
    assert [detail["seq"] for detail in finals] == sorted({detail["seq"] for detail in finals})
    four, nothing = finals[1], finals[2]
    assert set(four) == {
        "type",
        "seq",
        "final",
        "empty",
        "rejected",
        "top",
        "strokes",
        "us",
        "image",
        "learnt",
        "label",
        "delay_ms",
    }
    assert four["label"] == four["top"][0]["label"] == "4"
    assert 0 < four["delay_ms"] < 5_000
    assert four["image"].startswith("data:image/png")
    assert (nothing["label"], nothing["empty"]) == (None, True)
    interim = events_of(page, "interim")
    assert interim
    assert not any(detail["final"] for detail in interim)


def test_ink_that_is_no_digit_is_dispatched_as_rejected(page: Page) -> None:
    draw(page, [(200, 200)])
    wait_until(lambda: page.evaluate("events.some(({ type }) => type === 'rejected')"))
    assert [detail["rejected"] for detail in events_of(page, "rejected", "prediction")] == [True]
    assert page.evaluate("one.answer.rejected")


def test_the_answer_is_that_of_the_ink_as_it_is(page: Page) -> None:
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    assert page.evaluate("one.answer.label") == "7"
    device = PointingDevice(page)
    device.stroke(ONE[0], lift=False)
    assert page.evaluate("one.answer") is None
    device.up()
    wait_until(lambda: page.evaluate("one.answer !== null"))
    assert page.evaluate("one.answer.strokes") == 2


def test_a_session_is_played_and_stopped(page: Page) -> None:
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    page.evaluate("window.session = one.session")
    page.evaluate("one.clear(), events.length = 0, one.play(session)")
    assert page.evaluate("one.isPlaying")
    expect_status(page, "playing")
    wait_until(lambda: page.evaluate("!one.isPlaying"))
    expect_answer(page, "final", "7")
    assert len(ink_of(page)) == 1
    page.evaluate("one.play(session), one.stop()")
    assert page.evaluate("[one.isPlaying, one.ink.length]") == [False, 1], "all its ink is there"
    expect_status(page, "open")
    assert [detail["isPlaying"] for detail in events_of(page, "playing")] == [
        True,
        False,
        True,
        False,
    ]
    page.evaluate("one.play(session), one.undo()")
    assert not page.evaluate("one.isPlaying")


def test_attributes_may_change_at_any_time(page: Page) -> None:
    page.evaluate("one.setAttribute('lang', 'zh-Hans')")
    expect_status(page, "open", "已连接")
    page.evaluate("one.removeAttribute('lang')")
    expect_status(page, "open", "connected")
    for guide, shown in {"8": 1, "4": 2, "lines": 0, "?": 0, "constructor": 0}.items():
        page.evaluate("guide => one.setAttribute('guide', guide)", guide)
        expect(page.locator(".guide .ghost")).to_have_count(shown)
    expect(page.locator(".guide .line")).to_have_count(0)
    page.evaluate("one.setAttribute('pen-width', '28')")
    draw(page, *ONE)
    thick = page.evaluate("one.ink[0].width")
    assert thick == 28
    for width in ("-3", "broad", "0"):
        page.evaluate("width => one.setAttribute('pen-width', width)", width)
        draw(page, [(60, 200), (150, 200)])
        assert "width" not in ink_of(page)[-1], width
    page.evaluate("one.setAttribute('pen-width', '40')")
    draw(page, [(240, 300), (390, 300)])
    assert line_width(page, 300) > line_width(page, 100)
    count = len(ink_of(page))
    page.evaluate("one.setAttribute('tool', 'eraser')")
    draw(page, [(200, 120), (202, 121)])
    assert len(ink_of(page)) == count - 1
    page.evaluate("one.setAttribute('tool', 'brush')")
    draw(page, *ONE)
    assert len(ink_of(page)) == count, "what is no eraser draws"
