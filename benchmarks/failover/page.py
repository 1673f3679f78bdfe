"""A page in a real browser that draws through an event, and times its answer."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from playwright.sync_api import WebSocket

from tests.support.browser import running_chromium
from tests.support.drawing import SEVEN
from tests.support.page import Visitor, new_visitor
from tests.support.pointer import MOST_MOVES, PointingDevice

# How long a page may wait; then the answer counts as lost.
LOST_MS = 60_000
# Resolves to the milliseconds from when the pen is lifted to the final answer after it.
MEASURE = """(lost_ms) => { window.measured = new Promise((resolve, reject) => {
    let lifted = Infinity;
    const ending = new AbortController();
    const { signal } = ending;
    addEventListener("pointerup", () => { lifted = performance.now(); }, { capture: true, signal });
    for (const kind of ["prediction", "rejected"])
        document.querySelector("ink-recognizer").addEventListener(kind, ({ detail }) => {
            const wait = performance.now() - lifted;
            if (!detail.final || wait < 0) return;
            ending.abort();
            resolve(wait);
        }, { signal });
    setTimeout(() => reject(new Error("no answer")), lost_ms);
}); }"""


class MeasuredPage:
    """A page that is connected; `session` is the name of its newest session."""

    def __init__(self, visitor: Visitor, origin: str) -> None:
        self.session = ""
        visitor.context.on("page", lambda page: page.on("websocket", self._listen))
        self._page = visitor.open(origin)

    def draw_through(self, act: Callable[[], None]) -> float:
        """Draw a digit, with the act in the midst of its stroke; seconds that its answer took.

        Raises:
            playwright.sync_api.Error: there was no answer.
        """
        page = self._page
        page.evaluate("document.querySelector('ink-recognizer').clear()")
        page.evaluate(MEASURE, LOST_MS)
        pen = PointingDevice(page)
        [points] = SEVEN
        pen.stroke(points[:3], lift=False)
        acting = Thread(target=act)
        acting.start()
        for point in points[3:]:
            pen.move(point, steps=MOST_MOVES)
        pen.up()
        acting.join()
        wait_ms = float(page.evaluate("measured"))
        assert page.locator(".answer").first.get_attribute("data-label") == "7"
        return wait_ms / 1000

    def wait_s(self, seconds: float) -> None:
        """Let time go by, in which the page's news are taken."""
        self._page.wait_for_timeout(1000 * seconds)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self._receive(frame))

    def _receive(self, frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "ready":
            self.session = message["session"]


@contextmanager
def open_measured_page(origin: str) -> Iterator[MeasuredPage]:
    """A page of this site in a headless Chromium, until the block ends."""
    with running_chromium() as browser, new_visitor(browser) as visitor:
        yield MeasuredPage(visitor, origin)
        # What a node that was lost has not answered is an error to the browser, and none of ours.
        visitor.errors = [error for error in visitor.errors if "Failed to load" not in error]
