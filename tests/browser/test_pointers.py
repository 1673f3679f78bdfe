"""Tests of mouse, touch and pen input: what becomes ink, and how it looks."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN
from tests.support.page import (
    PHONE,
    draw,
    expect_answer,
    ink_of,
    ink_opacity,
    line_width,
    open_page,
    positions,
    scripted_strokes,
)
from tests.support.pens import Pointer
from tests.support.pointer import PointingDevice, canvas_to_window
from tests.support.server import Server, serve, wait_until
from tools.record_sessions import open_recording_page, running_async_chromium

FORMS = (
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
PALM_S = 0.7
ROUNDING = 0.011  # canvas units: ink is kept to hundredths
# Collects the pen's events before the page handles them.
LISTEN = """() => {
    window.reported = [];
    window.foreseen = 0;
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
        window.foreseen += event.getPredictedEvents().length;
        together.forEach(note);
    }, { capture: true });
}"""
# Notes whether, after a move, the newest point is inked in the next frame.
WATCH = """() => {
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
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page on a touch screen."""
    with open_page(browser, server.http, has_touch=True) as page:
        yield page


@pytest.mark.parametrize("pointer", ["mouse", "touch", "pen"])
def test_each_digit_is_read(page: Page, pointer: Pointer) -> None:
    device = PointingDevice(page, pointer)
    for form in FORMS:
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
            await page.evaluate(LISTEN)
            await device.draw(sent)
            await page.wait_for_selector("#answers[data-state=final]")
            found = await page.evaluate("({ reported, foreseen, batches })")
            return await page.evaluate("document.querySelector('ink-recognizer').ink"), found

    with ThreadPoolExecutor(1) as own_thread:
        [stroke], found = own_thread.submit(lambda: asyncio.run(drawn())).result()
    assert found["batches"] > 0
    assert found["foreseen"] > 0
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
        page.evaluate(WATCH)
        PointingDevice(page, "pen").stroke(SEVEN[0])
        frames = page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => done(window.frames)))"
        )
    assert len(frames) >= 20
    assert all(frames)


def test_a_palm_is_ignored_while_a_pen_draws_and_just_after(page: Page) -> None:
    pen, palm, now_s = PointingDevice(page, "pen"), PointingDevice(page, "touch"), time.time()
    pen.down((100, 100), at_s=now_s)
    palm.down((300, 300), at_s=now_s + 0.01)
    pen.move((150, 100), at_s=now_s + 0.02)
    palm.move((320, 320), at_s=now_s + 0.03)
    palm.up(at_s=now_s + 0.04)
    pen.move((200, 100), at_s=now_s + 0.05)
    pen.up(at_s=now_s + 0.06)
    palm.down((300, 300), at_s=now_s + 0.06 + 0.9 * PALM_S)
    palm.move((350, 350), at_s=now_s + 0.06 + 0.95 * PALM_S)
    palm.up(at_s=now_s + 0.06 + PALM_S)
    assert [positions(stroke) for stroke in ink_of(page)] == [
        [near(100, 100), near(150, 100), near(200, 100)]
    ]
    # The pen counts as put away.
    palm.down((300, 300), at_s=now_s + 0.06 + 1.1 * PALM_S)
    palm.move((350, 350), at_s=now_s + 0.06 + 1.2 * PALM_S)
    palm.up(at_s=now_s + 0.06 + 1.3 * PALM_S)
    assert len(ink_of(page)) == 2


def test_a_palm_before_its_pen_leaves_no_ink(page: Page) -> None:
    palm, pen = PointingDevice(page, "touch"), PointingDevice(page, "pen")
    palm.down((300, 300))
    palm.move((330, 330), steps=3)
    pen.down((100, 100))
    palm.move((350, 350))
    pen.move((200, 100))
    palm.up()
    pen.move((200, 300))
    pen.up()
    assert [positions(stroke) for stroke in ink_of(page)] == [
        [near(100, 100), near(200, 100), near(200, 300)]
    ]
    assert ink_opacity(page, [(300, 300), (315, 315), (330, 330)]) == [0, 0, 0]


def test_a_second_finger_draws_nothing(page: Page) -> None:
    where, touch = canvas_to_window(page), fingers(page)
    touch("touchStart", where((100, 100)))
    touch("touchMove", where((150, 100)))
    touch("touchStart", where((150, 100)), where((300, 300)))
    touch("touchMove", where((200, 100)), where((350, 300)))
    touch("touchMove", where((200, 100)))
    touch("touchMove", where((200, 150)))
    touch("touchEnd")
    assert [positions(stroke) for stroke in ink_of(page)] == [
        [near(100, 100), near(150, 100), near(200, 100), near(200, 150)]
    ]


def test_a_finger_on_the_pad_draws_nothing_while_another_is_beside_it(page: Page) -> None:
    """Two fingers begin to zoom, one of which is on the pad."""
    where, touch = canvas_to_window(page), fingers(page)
    beside = where((-40, 200))
    touch("touchStart", beside)
    touch("touchStart", beside, where((200, 200)))
    touch("touchMove", beside, where((300, 200)))
    touch("touchEnd")
    assert ink_of(page) == []


def test_a_cancelled_finger_leaves_its_stroke_where_it_got_to(page: Page) -> None:
    finger = PointingDevice(page, "touch")
    finger.down((100, 100))
    finger.move((200, 100))
    finger.cancel()
    assert [positions(stroke) for stroke in ink_of(page)] == [[near(100, 100), near(200, 100)]]


def test_a_finger_scrolls_and_zooms_beside_the_pad_and_draws_on_it(
    browser: Browser, server: Server
) -> None:
    lying = {"width": PHONE["height"], "height": PHONE["width"]}
    with open_page(
        browser, server.http, viewport=lying, has_touch=True, is_mobile=True, device_scale_factor=2
    ) as page:
        touch = fingers(page)
        on_pad, beside = canvas_to_window(page)((200, 340)), canvas_to_window(page)((600, 340))
        swipe(touch, on_pad)
        pinch(touch, on_pad)
        assert page.evaluate("[scrollY, visualViewport.scale]") == [0, 1]
        assert len(ink_of(page)) == 2
        swipe(touch, beside)
        wait_until(lambda: page.evaluate("scrollY") > 40)
        page.evaluate("scrollTo(0, 0)")
        pinch(touch, beside)
        wait_until(lambda: page.evaluate("visualViewport.scale") > 1.3)
        assert len(ink_of(page)) == 2


def swipe(touch: Callable[..., None], start: tuple[float, float]) -> None:
    """Swipe upwards by 120 CSS px."""
    x, y = start
    touch("touchStart", (x, y))
    for way in range(0, 121, 12):
        touch("touchMove", (x, y - way))
    touch("touchEnd")


def pinch(touch: Callable[..., None], middle: tuple[float, float]) -> None:
    """Move two fingers apart, from 20 to 240 CSS px."""
    x, y = middle
    touch("touchStart", (x - 10, y))
    touch("touchStart", (x - 10, y), (x + 10, y))
    for way in range(10, 121, 10):
        touch("touchMove", (x - way, y), (x + way, y))
    touch("touchEnd")


def fingers(page: Page) -> Callable[..., None]:
    """A function that sends a touch event with all fingers that are down, in CSS px."""
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(at)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    return touch


def near(x: float, y: float) -> Any:  # noqa: ANN401
    """A point within the precision of CSS px and of hundredths."""
    return pytest.approx((x, y), abs=0.5)
