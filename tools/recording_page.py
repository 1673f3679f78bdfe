"""The page in Chromium, and a pointing device that draws on it in real time."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import (
    Browser,
    CDPSession,
    FloatRect,
    Page,
    ViewportSize,
    async_playwright,
)

from tests.support.browser import CHROMIUM_ARGUMENTS, system_browser
from tests.support.pens import CANVAS, PenPoint, Pointer
from tests.support.pointer import MOUSE_EVENTS, SHOWN, TOUCH_EVENTS

TIMEOUT_S = 30.0
# Sizes of the page's window, CSS px. For fingers it is a phone, otherwise one in which a canvas
# unit is about a pixel.
WINDOWS: dict[Pointer, ViewportSize] = {
    "mouse": {"width": 640, "height": 744},
    "pen": {"width": 715, "height": 1180},
    "touch": {"width": 390, "height": 844},
}
# A window in which a line fits on the board; a canvas unit of it is about half a pixel.
LINE_WINDOW: ViewportSize = {"width": 1440, "height": 640}


class RecordingDevice:
    """A pointing device over the canvas of a page.

    `box` is the canvas's box in the page (x, y, width, height, CSS px), `width` how wide it is in
    canvas units.
    """

    def __init__(
        self, devtools: CDPSession, pointer: Pointer, box: FloatRect, width: float
    ) -> None:
        self._devtools = devtools
        self._pointer = pointer
        self._box = box
        self._width = width

    @classmethod
    async def of(cls, page: Page, pointer: Pointer) -> "RecordingDevice":
        """The device for a page that has loaded.

        Raises:
            RuntimeError: the page shows no canvas.
        """
        box = await page.locator("#pad").bounding_box()
        if box is None:
            raise RuntimeError("the page shows no canvas")
        _, width = await page.locator(".pad").evaluate(SHOWN)
        return cls(await page.context.new_cdp_session(page), pointer, box, width)

    async def draw(self, points: Sequence[PenPoint]) -> None:
        """Draw one stroke in real time."""
        began_s = time.monotonic()
        # The browser handles a move only with its next frame. A real device does not wait for that,
        # and reports more often.
        async with asyncio.TaskGroup() as sending:
            for i, point in enumerate(points):
                await asyncio.sleep(began_s + point.t_ms / 1000 - time.monotonic())
                sending.create_task(self._send("move" if i else "down", point))
            sending.create_task(self._send("up", points[-1]))

    async def _send(self, what: Literal["down", "move", "up"], point: PenPoint) -> None:
        place = {
            "x": self._box["x"] + point.x / self._width * self._box["width"],
            "y": self._box["y"] + point.y / CANVAS * self._box["height"],
        }
        if self._pointer == "touch":
            touches = [] if what == "up" else [{**place, "force": point.pressure}]
            await self._devtools.send(
                "Input.dispatchTouchEvent", {"type": TOUCH_EVENTS[what], "touchPoints": touches}
            )
            return
        buttons = {"button": "left", "buttons": 0 if what == "up" else 1, "clickCount": 1}
        force = {"force": 0.0 if what == "up" else point.pressure} if self._pointer == "pen" else {}
        event = {
            "type": MOUSE_EVENTS[what],
            "pointerType": self._pointer,
            **place,
            **buttons,
            **force,
        }
        await self._devtools.send("Input.dispatchMouseEvent", event)


@asynccontextmanager
async def running_async_chromium() -> AsyncIterator[Browser]:
    """The browser of `tests.support.browser`, for callers that do not wait for each event."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=system_browser(), args=list(CHROMIUM_ARGUMENTS)
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_recording_page(
    browser: Browser, url: str, pointer: Pointer, *, recognize: str = "digit"
) -> AsyncIterator[tuple[Page, RecordingDevice]]:
    """A new connected page in a window that suits the pointer, and the device over it.

    Raises:
        playwright.async_api.TimeoutError: the page did not connect.
    """
    is_line = recognize == "line"
    context = await browser.new_context(
        viewport=LINE_WINDOW if is_line else WINDOWS[pointer],
        has_touch=pointer == "touch",
        service_workers="block",
    )
    async with context:
        page = await context.new_page()
        page.set_default_timeout(TIMEOUT_S * 1000)
        await page.goto(url)
        if is_line:
            await page.click("#mode-line")
            await page.wait_for_selector(".marks", state="attached")
        await page.wait_for_selector("#status[data-state=open]")
        yield page, await RecordingDevice.of(page, pointer)
