"""Tests of mouse, touch and pen input: what becomes ink, and how it looks."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN
from tests.support.page import (
    draw,
    expect_answer,
    ink_of,
    ink_opacity,
    line_width,
    open_page,
    scripted_strokes,
)
from tests.support.pens import Pointer
from tests.support.pointer import PointingDevice
from tests.support.server import Server, serve
from tools.recording_page import open_recording_page, running_async_chromium

READ_GLYPHS = (
    "0-oval",
    "1-flag",
    "2-waved",
    "3-round",
    "4-open",
    "5-hat",
    "6-curled",
    "7-plain",
    "8-from-right",
    "9-straight",
)
# The page rounds ink to hundredths of a canvas unit.
ROUNDING = 0.011
# Collects the pen's events before the page handles them.
COLLECT_PEN_EVENTS = """() => {
    window.reported = [];
    window.predicted = 0;
    window.batches = 0;
    const { shadowRoot } = document.querySelector("ink-recognizer");
    const box = () => shadowRoot.querySelector("#pad").getBoundingClientRect();
    const note = ({ clientX, clientY, pressure }) => window.reported.push(
        [(clientX - box().left) / box().width * 400,
            (clientY - box().top) / box().height * 400, pressure]);
    addEventListener("pointerdown", note, { capture: true });
    addEventListener("pointermove", (event) => {
        if (event.buttons === 0) return;
        const together = event.getCoalescedEvents();
        window.batches += together.length > 1;
        window.predicted += event.getPredictedEvents().length;
        together.forEach(note);
    }, { capture: true });
}"""
# Notes whether, after a move, the newest point is inked in the next frame.
CHECK_NEXT_FRAME = """() => {
    window.frames = [];
    const pad = document.querySelector("ink-recognizer").shadowRoot.querySelector("#pad");
    const upper = pad.parentElement.querySelector(".upper");
    pad.addEventListener("pointermove", ({ offsetX, offsetY }) => {
        const isInked = () => upper.getContext("2d").getImageData(
            offsetX / pad.clientWidth * upper.width,
            offsetY / pad.clientHeight * upper.height, 1, 1).data[3] > 0;
        requestAnimationFrame(() => window.frames.push(isInked()));
    });
}"""


@pytest.fixture
def page(touch_page: Page) -> Page:
    """The page on a touch screen."""
    return touch_page


@pytest.mark.parametrize("pointer", ["mouse", "touch", "pen"])
def test_each_digit_is_read(page: Page, pointer: Pointer) -> None:
    device = PointingDevice(page, pointer)
    for form in READ_GLYPHS:
        for stroke in scripted_strokes(form):
            device.write(stroke)
        expect_answer(page, "final", form[0])
        page.keyboard.press("Escape")
        expect_answer(page, "empty")


def test_a_pens_pressure_is_kept_and_makes_the_line_wider(page: Page) -> None:
    pen, now_s, steps = PointingDevice(page, "pen"), time.time(), 40
    pen.down((40, 200), pressure=0.1, at_s=now_s)
    for step in range(1, steps + 1):
        pen.move((40 + 8 * step, 200), pressure=0.1 + 0.8 * step / steps, at_s=now_s + 0.016 * step)
    pen.up(at_s=now_s + 0.016 * steps)
    [stroke] = ink_of(page)
    assert stroke["p"] == pytest.approx(
        [0.1 + 0.8 * step / steps for step in range(steps + 1)], abs=ROUNDING
    )
    assert line_width(page, 300) > 1.5 * line_width(page, 100)


@pytest.mark.parametrize("pointer", ["mouse", "touch"])
def test_devices_without_pressure_report_none(page: Page, pointer: Pointer) -> None:
    draw(page, SEVEN[0], pointer=pointer)
    assert [set(stroke) & {"p"} for stroke in ink_of(page)] == [set()]


def test_a_slow_line_is_wider_than_a_fast_one(page: Page) -> None:
    mouse, now_s, steps = PointingDevice(page), time.time(), 20
    for y, units_a_second in ((100, 200), (300, 2_000)):
        step_s = 320 / steps / units_a_second
        mouse.down((40, y), at_s=now_s)
        for step in range(1, steps + 1):
            mouse.move((40 + 16 * step, y), at_s=now_s + step_s * step)
        now_s += step_s * steps
        mouse.up(at_s=now_s)
    widths = [
        sum(
            alpha > 127 for alpha in ink_opacity(page, [(200, y) for y in range(first, first + 60)])
        )
        for first in (70, 270)
    ]
    assert widths[0] > 1.25 * widths[1]


def test_coalesced_points_become_ink_and_predicted_ones_do_not(server: Server) -> None:
    """A pen's points of one frame come as one event, with the browser's predicted points."""
    [sent] = scripted_strokes("8-from-right", "wide")

    async def drawn() -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Draw a stroke and return its points."""
        async with (
            running_async_chromium() as browser,
            open_recording_page(browser, server.http, "pen") as (page, device),
        ):
            await page.evaluate(COLLECT_PEN_EVENTS)
            await device.draw(sent)
            await page.wait_for_selector("#answers[data-state=final]")
            found = await page.evaluate("({ reported, predicted, batches })")
            return await page.evaluate("document.querySelector('ink-recognizer').ink"), found

    with ThreadPoolExecutor(1) as own_thread:
        [stroke], found = own_thread.submit(lambda: asyncio.run(drawn())).result()
    assert found["batches"] > 0
    assert found["predicted"] > 0
    assert len(stroke["x"]) == len(found["reported"]) == len(sent)
    for kept, reported, point in zip(
        zip(stroke["x"], stroke["y"], stroke["p"], strict=True),
        found["reported"],
        sent,
        strict=True,
    ):
        assert kept == pytest.approx(reported, abs=ROUNDING)
        assert kept == pytest.approx((point.x, point.y, point.pressure), abs=2 * ROUNDING)


def test_the_line_is_under_the_pen_in_the_next_frame_without_any_server(
    browser: Browser, tmp_path: Path
) -> None:
    with ExitStack() as visit:
        with serve(tmp_path / "log") as server:
            page = visit.enter_context(open_page(browser, server.http))
        expect(page.locator("#status")).not_to_have_attribute("data-state", "open")
        page.evaluate(CHECK_NEXT_FRAME)
        PointingDevice(page, "pen").stroke(SEVEN[0], steps=6)
        frames = page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => done(window.frames)))"
        )
    assert len(frames) >= 20
    assert all(frames)
