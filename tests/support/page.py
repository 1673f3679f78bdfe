"""The page in a real Chromium: opened, drawn on in canvas units, and read."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from re import Pattern
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.support.drawing import Json, Point
from tests.support.pens import CANVAS, WRITING_STYLES, PenPoint, PenStroke, Pointer, write_glyph
from tests.support.pointer import POINT_MS, PointingDevice, draw_at_once

FOUR: list[list[Point]] = [
    [(210, 60), (110, 230), (300, 235)],
    [(230, 150), (228, 200), (222, 370)],
]
SCRIBBLE: list[Point] = [
    (60, 60),
    (340, 340),
    (60, 340),
    (340, 60),
    (60, 60),
    (200, 390),
    (340, 20),
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
# The longest wait for a change of the page. A busy machine takes seconds.
TIMEOUT_MS = 30_000
# The states of the answer to the ink as it is.
SETTLED = re.compile("^(final|rejected)$")
# Of ink that is shown without being drawn.
BETWEEN_STROKES_MS = 500


class Visitor:
    """A browser profile: what one page stores, the next one finds."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.errors: list[str] = []
        context.set_default_timeout(TIMEOUT_MS)

    def open(self, url: str, *, state: str = "open") -> Page:
        """Open a page and wait for this state of its connection."""
        page = self.context.new_page()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(f"the page threw: {error}"))
        page.goto(url)
        expect_status(page, state)
        return page

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser logs failed connections by itself. `/ws` is also fetched by a page that asks
        # why its WebSocket was refused.
        is_of_network = (
            "WebSocket connection" in message.text
            or "net::ERR_" in message.text
            or urlsplit(message.location["url"]).path.endswith("/ws")
        )
        if message.type == "error" and not is_of_network:
            self.errors.append(f"the page logged: {message.text}")


@contextmanager
def new_visitor(browser: Browser, **options: Any) -> Iterator[Visitor]:  # noqa: ANN401
    """A visitor until the block ends; `options` are Playwright's, of a browser context.

    Raises:
        AssertionError: a page logged an error, or threw.
    """
    # The service worker would fetch all of the page once more. It has tests of its own.
    defaults: Any = {"viewport": DESKTOP, "locale": "en-GB", "service_workers": "block"}
    context = browser.new_context(**defaults | options)
    try:
        visitor = Visitor(context)
        yield visitor
        # The message is explicit, since pytest explains no assertion outside of test files.
        assert not visitor.errors, visitor.errors
    finally:
        context.close()


@contextmanager
def open_page(browser: Browser, url: str, **options: Any) -> Iterator[Page]:  # noqa: ANN401
    """A connected page of a new visitor."""
    with new_visitor(browser, **options) as visitor:
        yield visitor.open(url)


def draw(page: Page, *strokes: Sequence[Point], pointer: Pointer | None = None) -> None:
    """Draw whole strokes: at once, or with a pointer as fast as the browser takes it."""
    if pointer is None:
        draw_at_once(page, strokes)
        return
    device = PointingDevice(page, pointer)
    for stroke in strokes:
        device.stroke(stroke)


def show_ink(page: Page, strokes: Sequence[Sequence[Point]]) -> None:
    """Give the recognizer element ink, in canvas units, as a page that embeds it may."""
    ink = []
    for number, stroke in enumerate(strokes):
        x, y = ([float(part) for part in column] for column in zip(*stroke, strict=True))
        first_ms = number * BETWEEN_STROKES_MS
        times = [first_ms + POINT_MS * place for place in range(len(stroke))]
        ink.append({"x": x, "y": y, "t": times})
    page.evaluate("(ink) => { document.querySelector('ink-recognizer').ink = ink; }", ink)


def scripted_strokes(glyph: str, style: str = "neat") -> list[tuple[PenPoint, ...]]:
    """The strokes of a glyph of `tests.support.glyphs` in a style of `tests.support.pens`."""
    return [
        action.points
        for action in write_glyph(glyph, WRITING_STYLES[style], glyph)
        if isinstance(action, PenStroke)
    ]


def expect_status(page: Page, state: str, words: str | Pattern[str] | None = None) -> None:
    """Wait for a state of the connection, and for its text."""
    expect(page.locator("#status")).to_have_attribute("data-state", state, timeout=TIMEOUT_MS)
    if words is not None:
        expect(page.locator("#status .words")).to_have_text(words, timeout=TIMEOUT_MS)


def expect_answer(page: Page, state: str | Pattern[str], label: str | None = None) -> None:
    """Wait for an answer in this state, and for its most probable label."""
    expect(page.locator("#answers")).to_have_attribute("data-state", state, timeout=TIMEOUT_MS)
    if label is not None:
        expect(page.locator(".answer").first).to_have_attribute(
            "data-label", label, timeout=TIMEOUT_MS
        )


def ink_of(page: Page) -> list[Json]:
    """The finished strokes of the recognizer element, in canvas units."""
    strokes: list[Json] = page.evaluate("document.querySelector('ink-recognizer').ink")
    return strokes


def positions(stroke: Json) -> list[tuple[float, float]]:
    """The (x, y) of a stroke's points."""
    return list(zip(stroke["x"], stroke["y"], strict=True))


def ink_opacity(page: Page, points: Sequence[Point]) -> list[int]:
    """The opacity of the ink, from 0 to 255, at these points of the canvas, in either layer."""
    script = """(pad, points) => {
        const layers = [pad, pad.parentElement.querySelector(".upper")];
        const alpha = (layer, [x, y]) => layer.getContext("2d").getImageData(
            Math.floor(x / 400 * layer.width), Math.floor(y / 400 * layer.height), 1, 1).data[3];
        return points.map((point) => Math.max(...layers.map((layer) => alpha(layer, point))));
    }"""
    shown: list[int] = page.locator("#pad").evaluate(script, [list(point) for point in points])
    return shown


def line_width(page: Page, x: float) -> int:
    """The number of canvas units of the column at `x` that are inked."""
    return sum(alpha > 127 for alpha in ink_opacity(page, [(x, y) for y in range(int(CANVAS))]))


def answer_bar(page: Page) -> Locator:
    """The bar of the most probable label."""
    return page.locator(".answer").first.locator(".fill")


def near(x: float, y: float) -> Any:  # noqa: ANN401
    """A point within the precision of CSS px and of hundredths."""
    return pytest.approx((x, y), abs=0.5)
