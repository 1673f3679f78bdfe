"""The page as people meet it: opened in a real Chromium, drawn on with mouse, touch and pen in canvas units, and read off again."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from re import Pattern
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.support.drawing import Json, Point
from tests.support.pens import CANVAS, WRITING_STYLES, Draw, PenPoint, Pointer, write_glyph

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
TIMEOUT_MS = 10_000
SETTLED = re.compile("^(final|rejected)$")  # the answer to the ink as it is, whatever it says
STEPS = 6  # moves from one corner of a stroke to the next
POINT_STRIDE = 6  # each how many of a hand's points is sent: the browser takes in one a frame
PointerAction = Literal["down", "move", "up", "cancel"]
MOUSE_EVENTS = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}
TOUCH_EVENTS = {
    "down": "touchStart",
    "move": "touchMove",
    "up": "touchEnd",
    "cancel": "touchCancel",
}


class Visitor:
    """Somebody with a browser: what one page keeps, the next one finds."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        context.set_default_timeout(TIMEOUT_MS)

    def open(self, url: str, *, state: str = "open") -> Page:
        """A page in the state of connection that is waited for."""
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"the page threw: {error}"))
        page.goto(url)
        expect_status(page, state)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser itself, not the page, says that a server is not there, or what it says to a page that asks why it was refused.
        is_of_network = (
            "WebSocket connection" in message.text
            or "net::ERR_" in message.text
            or message.location["url"].endswith("/ws")
        )
        if message.type == "error" and not is_of_network:
            self.complaints.append(f"the page logged: {message.text}")


@contextmanager
def new_visitor(browser: Browser, **wishes: Any) -> Iterator[Visitor]:  # noqa: ANN401
    """A visitor whose browser has these settings (Playwright's, of a context), until the block ends.

    Raises:
        AssertionError: a page logged an error, or threw.
    """
    # Without a service worker, which would fetch all of the page once more; it has tests of its own.
    wished: Any = {"viewport": DESKTOP, "locale": "en-GB", "service_workers": "block"} | wishes
    context = browser.new_context(**wished)
    try:
        visitor = Visitor(context)
        yield visitor
        assert not visitor.complaints, (
            visitor.complaints
        )  # pytest says nothing of what is compared outside of test files
    finally:
        context.close()


@contextmanager
def open_page(browser: Browser, url: str, **wishes: Any) -> Iterator[Page]:  # noqa: ANN401
    """The page, connected, for a visitor of its own."""
    with new_visitor(browser, **wishes) as visitor:
        yield visitor.open(url)


class Device:
    """A mouse, a finger or a pen over the pad; places are in canvas units, and the browser gets what it would get of a real one."""

    def __init__(self, page: Page, pointer: Pointer = "mouse") -> None:
        self._page = page
        self._pointer = pointer
        self._devtools = page.context.new_cdp_session(page)
        self._at: Point = (0, 0)

    def stroke(self, points: Sequence[Point], *, lift: bool = True) -> None:
        """Draw through these points, straight from one to the next."""
        self.down(points[0])
        for point in points[1:]:
            self.move(point, steps=STEPS)
        if lift:
            self.up()

    def write(self, points: Sequence[PenPoint]) -> None:
        """Draw one stroke as a hand does, with its pressure, as fast as the browser takes it."""
        where = canvas_to_window(self._page)
        for i, point in enumerate([*points[:-1:POINT_STRIDE], points[-1]]):
            self._at = point[:2]
            self._send("move" if i else "down", where(self._at), point.pressure)
        self.up()

    def down(self, point: Point, *, pressure: float = 0.5, at_s: float | None = None) -> None:
        """Touch the pad; `at_s`, in seconds since 1970, is when that was, if not now."""
        self._at = point
        self._send("down", canvas_to_window(self._page)(point), pressure, at_s)

    def move(
        self, point: Point, *, steps: int = 1, pressure: float = 0.5, at_s: float | None = None
    ) -> None:
        """Go straight to a place, reporting on the way as often as is said."""
        where = canvas_to_window(self._page)
        (x0, y0), (x1, y1) = self._at, point
        for step in range(1, steps + 1):
            self._send(
                "move",
                where((x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps)),
                pressure,
                at_s,
            )
        self._at = point

    def up(self, *, at_s: float | None = None) -> None:
        """Lift it where it is."""
        self._send("up", canvas_to_window(self._page)(self._at), 0.0, at_s)

    def cancel(self) -> None:
        """The system takes a finger away, as for a gesture of its own."""
        self._send("cancel", (0, 0), 0.0)

    def _send(
        self, what: PointerAction, place: tuple[float, float], pressure: float, at_s: float | None = None
    ) -> None:
        x, y = place
        when = {} if at_s is None else {"timestamp": at_s}
        if self._pointer == "touch":
            touches = [] if what in ("up", "cancel") else [{"x": x, "y": y, "force": pressure}]
            self._devtools.send(
                "Input.dispatchTouchEvent",
                {"type": TOUCH_EVENTS[what], "touchPoints": touches, **when},
            )
            return
        force = {"force": pressure} if self._pointer == "pen" else {}
        event = {
            "type": MOUSE_EVENTS[what],
            "x": x,
            "y": y,
            "pointerType": self._pointer,
            **force,
            **when,
        }
        self._devtools.send(
            "Input.dispatchMouseEvent",
            event | {"button": "left", "buttons": int(what != "up"), "clickCount": 1},
        )


def canvas_to_window(page: Page) -> Callable[[Point], tuple[float, float]]:
    """From canvas units to where they are in the window, CSS px."""
    box = page.locator("#pad").bounding_box()
    assert box is not None
    return lambda point: (
        box["x"] + point[0] / CANVAS * box["width"],
        box["y"] + point[1] / CANVAS * box["height"],
    )


def draw(page: Page, *strokes: Sequence[Point], pointer: Pointer = "mouse") -> None:
    """Draw whole strokes."""
    device = Device(page, pointer)
    for stroke in strokes:
        device.stroke(stroke)


def scripted_strokes(form: str, hand: str = "neat") -> list[tuple[PenPoint, ...]]:
    """The strokes of a form of `tests.support.glyphs` by a hand of `tests.support.pens`."""
    return [action.points for action in write_glyph(form, WRITING_STYLES[hand], form) if isinstance(action, Draw)]


def expect_status(page: Page, state: str, words: str | Pattern[str] | None = None) -> None:
    """Wait for a state of the connection, and for words (text or pattern) that say so."""
    expect(page.locator("#status")).to_have_attribute("data-state", state, timeout=TIMEOUT_MS)
    if words is not None:
        expect(page.locator("#status .words")).to_have_text(words, timeout=TIMEOUT_MS)


def expect_answer(page: Page, state: str | Pattern[str], label: str | None = None) -> None:
    """Wait for an answer in this state, and for its likeliest label."""
    expect(page.locator("#answers")).to_have_attribute("data-state", state, timeout=TIMEOUT_MS)
    if label is not None:
        expect(page.locator(".answer").first).to_have_attribute(
            "data-label", label, timeout=TIMEOUT_MS
        )


def ink_of(page: Page) -> list[Json]:
    """The finished strokes that the recognizer has, in canvas units."""
    strokes: list[Json] = page.evaluate("document.querySelector('ink-recognizer').ink")
    return strokes


def positions(stroke: Json) -> list[tuple[float, float]]:
    """Where a stroke's points are."""
    return list(zip(stroke["x"], stroke["y"], strict=True))


def ink_opacity(page: Page, points: Sequence[Point]) -> list[int]:
    """How much ink, from 0 to 255, the screen shows at these places of the canvas, in either layer."""
    script = """(pad, points) => {
        const layers = [pad, pad.parentElement.querySelector(".upper")];
        const alpha = (layer, [x, y]) => layer.getContext("2d").getImageData(
            Math.floor(x / 400 * layer.width), Math.floor(y / 400 * layer.height), 1, 1).data[3];
        return points.map((point) => Math.max(...layers.map((layer) => alpha(layer, point))));
    }"""
    shown: list[int] = page.locator("#pad").evaluate(script, [list(point) for point in points])
    return shown


def line_width(page: Page, x: float) -> int:
    """How many canvas units of the column at `x` are inked."""
    return sum(alpha > 127 for alpha in ink_opacity(page, [(x, y) for y in range(int(CANVAS))]))


def answer_bar(page: Page) -> Locator:
    """The bar of the likeliest label."""
    return page.locator(".answer").first.locator(".fill")
