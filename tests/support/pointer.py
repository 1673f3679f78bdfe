"""A mouse, a finger or a pen on the page, as real input events of Chromium."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from playwright.sync_api import Page

from tests.support.drawing import Point
from tests.support.pens import CANVAS, PenPoint, Pointer

# The browser draws a frame for each move, which takes it as long as all else that follows from it:
# from one point of a stroke to the next there is one for so many canvas units, and no more than so
# many.
MOVE_UNITS = 60.0
MOST_MOVES = 3
# Every sixth of a pen's points is sent, since the browser takes in one a frame.
POINT_STRIDE = 6
# Where the part of the canvas begins that the board shows, and how wide it is, in canvas units. The
# board of a line is laid out anew once what lines need is loaded.
SHOWN = """async (pad) => {
    const { classList } = pad.closest(".recognizer");
    const shown = () => pad.querySelector(".marks")?.viewBox.baseVal;
    const canvas = pad.querySelector("#pad");
    const isLaidOut = () => !classList.contains("reads-line")
        || Math.abs(400 * canvas.clientWidth / canvas.clientHeight - shown()?.width) < 0.01;
    for (const start_ms = performance.now(); !isLaidOut();) {
        if (performance.now() > start_ms + 30_000) throw new Error("the board is not laid out");
        await new Promise(requestAnimationFrame);
    }
    return shown() ? [shown().x, shown().width] : [0, 400];
}"""
# Of a mouse, and of a finger or pen that nobody says more about.
PRESSURE = 0.5
# From canvas units to CSS px of the window.
ToWindow = Callable[[Point], tuple[float, float]]
PointerAction = Literal["down", "move", "up", "cancel"]
MOUSE_EVENTS = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}
TOUCH_EVENTS = {
    "down": "touchStart",
    "move": "touchMove",
    "up": "touchEnd",
    "cancel": "touchCancel",
}


class PointingDevice:
    """A mouse, a finger or a pen over the pad; points are in canvas units."""

    def __init__(self, page: Page, pointer: Pointer = "mouse") -> None:
        self._page = page
        self._pointer = pointer
        self._devtools = page.context.new_cdp_session(page)
        self._at: Point = (0, 0)

    def stroke(
        self, points: Sequence[Point], *, lift: bool = True, steps: int | None = None
    ) -> None:
        """Draw through these points, straight from one to the next, in so many moves each."""
        self.down(points[0])
        # Until the pointer is down the board may scroll.
        where = canvas_to_window(self._page)
        for point in points[1:]:
            self._move(point, where, steps=steps or _moves(math.dist(self._at, point)))
        if lift:
            self._send("up", where(self._at), 0.0)

    def write(self, points: Sequence[PenPoint]) -> None:
        """Draw a stroke with its pressure, as fast as the browser takes it."""
        where = canvas_to_window(self._page)
        for i, point in enumerate([*points[:-1:POINT_STRIDE], points[-1]]):
            self._at = point[:2]
            self._send("move" if i else "down", where(self._at), point.pressure)
        self.up()

    def down(self, point: Point, *, pressure: float = PRESSURE, at_s: float | None = None) -> None:
        """Touch the pad; `at_s` is the time of the event, in seconds since 1970, by default now."""
        self._at = point
        self._send("down", canvas_to_window(self._page)(point), pressure, at_s)

    def move(
        self, point: Point, *, steps: int = 1, pressure: float = PRESSURE, at_s: float | None = None
    ) -> None:
        """Move straight to a point, in so many steps."""
        where = canvas_to_window(self._page)
        self._move(point, where, steps=steps, pressure=pressure, at_s=at_s)

    def _move(
        self,
        point: Point,
        where: ToWindow,
        *,
        steps: int,
        pressure: float = PRESSURE,
        at_s: float | None = None,
    ) -> None:
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
        """Lift the pointer where it is."""
        self._send("up", canvas_to_window(self._page)(self._at), 0.0, at_s)

    def cancel(self) -> None:
        """Cancel a touch, as the system does for a gesture of its own."""
        self._send("cancel", (0, 0), 0.0)

    def _send(
        self,
        what: PointerAction,
        place: tuple[float, float],
        pressure: float,
        at_s: float | None = None,
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


def _moves(distance: float) -> int:
    return min(max(math.ceil(distance / MOVE_UNITS), 1), MOST_MOVES)


def canvas_to_window(page: Page) -> ToWindow:
    """A function from canvas units to CSS px of the window."""
    left, width = page.locator(".pad").evaluate(SHOWN)
    box = page.locator("#pad").bounding_box()
    assert box is not None
    return lambda point: (
        box["x"] + (point[0] - left) / width * box["width"],
        box["y"] + point[1] / CANVAS * box["height"],
    )
