"""The page in a real browser, against the real service."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from realtime.recording import read, verdict
from tests.drawing import SEVEN, Point
from tests.server import Server, free_port, serve

CANVAS = 400  # side of the page's canvas, canvas units
FOUR: list[list[Point]] = [[(210, 60), (110, 230), (300, 235)], [(230, 150), (228, 200), (222, 370)]]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
ANSWER_MS = 10_000


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESKTOP, accept_downloads=True)  # type: ignore[arg-type]
    context.set_default_timeout(ANSWER_MS)
    yield context
    context.close()


def opened(context: BrowserContext, url: str) -> Page:
    """The page, connected; it fails the test if the page complains."""
    page = context.new_page()

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error" and "WebSocket" not in message.text:
            pytest.fail(f"the page logged: {message.text}")

    page.on("console", complain)
    page.on("pageerror", lambda error: pytest.fail(f"the page threw: {error}"))
    page.goto(url)
    expect(page.locator("#status")).to_have_attribute("data-state", "open", timeout=ANSWER_MS)
    return page


def placed(page: Page) -> Callable[[Point], tuple[float, float]]:
    """From canvas units to where they are on the screen."""
    box = page.locator("#pad").bounding_box()
    assert box is not None
    return lambda point: (box["x"] + point[0] / CANVAS * box["width"], box["y"] + point[1] / CANVAS * box["height"])


def draw(page: Page, stroke: list[Point], *, lift: bool = True) -> None:
    """Draw one stroke with the mouse, with the real events that a hand makes."""
    where = placed(page)
    page.mouse.move(*where(stroke[0]))
    page.mouse.down()
    for point in stroke[1:]:
        page.mouse.move(*where(point), steps=6)
    if lift:
        page.mouse.up()


def expect_answer(page: Page, state: str, label: str | None = None) -> None:
    expect(page.locator("#answers")).to_have_attribute("data-state", state, timeout=ANSWER_MS)
    if label is not None:
        expect(page.locator(".answer").first).to_have_attribute("data-label", label, timeout=ANSWER_MS)


def test_a_drawn_seven_is_read_off_the_page(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.http)
    expect_answer(page, "empty")
    draw(page, SEVEN[0], lift=False)
    expect_answer(page, "interim", "7")
    page.mouse.up()
    expect_answer(page, "final", "7")
    rows = page.locator(".answer")
    assert rows.count() == 3
    shares = [float(rows.nth(i).get_attribute("data-p") or "nan") for i in range(3)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.9
    assert sum(shares) <= 1.000_01
    expect(rows.first).to_contain_text(re.compile(r"7.*%", re.DOTALL))


def test_undo_redo_and_clear(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.http)
    expect(page.locator("#undo")).to_be_disabled()
    draw(page, SEVEN[0])
    expect_answer(page, "final", "7")
    draw(page, [(60, 60), (340, 340), (60, 340), (340, 60), (60, 60), (200, 390), (340, 20)])
    expect(page.locator("#answers")).not_to_have_attribute("data-state", "interim")
    page.keyboard.press("Control+z")
    expect_answer(page, "final", "7")
    page.keyboard.press("Control+z")
    expect_answer(page, "empty")
    page.click("#redo")
    expect_answer(page, "final", "7")
    page.keyboard.press("Escape")
    expect_answer(page, "empty")
    page.click("#undo")
    expect_answer(page, "final", "7")


def test_nothing_drawn_is_lost_by_a_lost_connection(context: BrowserContext, tmp_path: Path) -> None:
    """The service dies in the middle of the second stroke of a 4; a third is drawn, and taken back, while it is away."""
    port = free_port()
    with serve(tmp_path / "log", port=port) as server:
        page = opened(context, server.http)
        draw(page, FOUR[0])
        expect(page.locator("#answers")).to_have_attribute("data-seq", re.compile(r"\d+"))
        draw(page, FOUR[1][:2], lift=False)
    expect(page.locator("#status")).not_to_have_attribute("data-state", "open")
    where = placed(page)
    page.mouse.move(*where(FOUR[1][2]), steps=8)
    page.mouse.up()
    draw(page, [(20, 20), (380, 380)])
    page.click("#undo")
    with serve(tmp_path / "log", port=port) as server:
        expect_answer(page, "final", "4")
        expect(page.locator("#status")).to_have_attribute("data-state", "open")
        page.click("#undo")
        page.click("#redo")
        expect_answer(page, "final", "4")
        assert "Traceback" not in server.log


def test_the_session_can_be_saved(context: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(context, f"{server.http}/?label=7")
    draw(page, SEVEN[0])
    expect_answer(page, "final", "7")
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(tmp_path / "session.json")
    recording = read(tmp_path / "session.json")
    assert recording.label == "7"
    assert json.loads(recording.sent[0][1])["type"] == "config"
    answers = recording.finals
    assert verdict(answers[max(answers)]) == "7"


def test_a_finger_draws_on_a_phone_without_scrolling(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=3)  # type: ignore[arg-type]
    try:
        page = opened(context, server.http)
        where, touch = placed(page), context.new_cdp_session(page)

        def send(kind: str, point: Point | None) -> None:
            touches = [] if point is None else [dict(zip("xy", where(point), strict=True))]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

        send("touchStart", SEVEN[0][0])
        for point in SEVEN[0][1:]:
            send("touchMove", point)
        send("touchEnd", None)
        expect_answer(page, "final", "7")
        assert page.evaluate("[scrollX, scrollY]") == [0, 0]
        # Canvas and answers are in view together, and nothing sticks out sideways.
        for selector in ("#pad", "#answers"):
            expect(page.locator(selector)).to_be_in_viewport(ratio=0.99)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        # Ink is as sharp as the screen.
        assert page.evaluate("document.querySelector('#pad').width / document.querySelector('#pad').clientWidth") == pytest.approx(
            3, abs=0.05
        )
    finally:
        context.close()


def test_a_resize_keeps_the_drawing(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.http)
    draw(page, FOUR[0])
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    draw(page, FOUR[1])
    expect_answer(page, "final", "4")
    inked = page.evaluate(
        "() => { const pad = document.querySelector('#pad'); const data = pad.getContext('2d')"
        ".getImageData(0, 0, pad.width, pad.height).data; let n = 0;"
        "for (let i = 3; i < data.length; i += 4) n += data[i] > 0; return n; }"
    )
    assert inked > 500
