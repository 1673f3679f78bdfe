"""A mouse, a finger or a pen on the page: real input of Chromium, or a script of its events."""

import math
from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from typing import Literal

from playwright.sync_api import Page

from tests.support.drawing import Point
from tests.support.pens import CANVAS, PenPoint, Pointer

# The browser draws a frame for each move, which takes it as long as all else that follows from it:
# from one point of a stroke to the next there is one for so many canvas units, and no more than so
# many.
MOVE_UNITS = 60.0
MOST_MOVES = 3
# From one point to the next of what a script draws.
POINT_MS = 20
# Every sixth of a pen's points is sent, since the browser takes in one a frame.
POINT_STRIDE = 6
# Where the part of the canvas begins that the board shows, and how wide it is, in canvas units.
SHOWN = """(pad) => {
    const shown = pad.querySelector(".marks")?.viewBox.baseVal;
    return shown ? [shown.x, shown.width] : [0, 400];
}"""
# That, and the box of the canvas in the window, once the board is laid out: that of a line is laid
# out anew when what lines need has been loaded.
PLACED = f"""async (pad) => {{
    const canvas = pad.querySelector("#pad");
    const isLaidOut = () => !pad.closest(".recognizer").classList.contains("reads-line")
        || Math.abs({CANVAS} * canvas.clientWidth / canvas.clientHeight
            - pad.querySelector(".marks")?.viewBox.baseVal.width) < 0.01;
    for (const start_ms = performance.now(); !isLaidOut();) {{
        if (performance.now() > start_ms + 30_000) throw new Error("the board is not laid out");
        await new Promise(requestAnimationFrame);
    }}
    const {{ x, y, width, height }} = canvas.getBoundingClientRect();
    return [...({SHOWN})(pad), {{ x, y, width, height }}];
}}"""
# A pointer that a script makes up is told to the page as a mouse is, but for the time of its
# events, which is given here. So is its place: between two calls the board may glide on.
DRAW_AT_ONCE = f"""async (pad, strokes) => {{
    const [left, shown, {{ x, y, width, height }}] = await ({PLACED})(pad);
    const count = strokes.reduce((sum, {{ length }}) => sum + length, 0);
    let timeStamp = performance.now() - {POINT_MS} * count;
    const send = (type, [across, down]) => {{
        const event = new PointerEvent(type, {{
            clientX: x + (across - left) / shown * width, clientY: y + down / {CANVAS} * height,
            button: type === "pointermove" ? -1 : 0, buttons: Number(type !== "pointerup"),
            pointerId: 1, pointerType: "mouse", isPrimary: true, pressure: 0.5,
            bubbles: true, cancelable: true, composed: true,
        }});
        Object.defineProperty(event, "timeStamp", {{ value: timeStamp }});
        pad.querySelector("#pad").dispatchEvent(event);
    }};
    for (const stroke of strokes) {{
        send("pointerdown", stroke[0]);
        for (const point of stroke.slice(1)) {{
            timeStamp += {POINT_MS};
            send("pointermove", point);
        }}
        timeStamp += {POINT_MS};
        send("pointerup", stroke.at(-1));
    }}
}}"""
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
        for place in _straight(self._at, point, steps):
            self._send("move", where(place), pressure, at_s)
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


def _straight(start: Point, end: Point, steps: int) -> list[Point]:
    (x0, y0), (x1, y1) = start, end
    shares = [step / steps for step in range(1, steps + 1)]
    return [(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share) for share in shares]


def _with_moves(stroke: Sequence[Point]) -> list[Point]:
    moved = [_straight(*ends, _moves(math.dist(*ends))) for ends in pairwise(stroke)]
    return [stroke[0], *chain.from_iterable(moved)]


def canvas_to_window(page: Page) -> ToWindow:
    """A function from canvas units to CSS px of the window."""
    left, width, box = _placed(page)
    return lambda point: (
        box["x"] + (point[0] - left) / width * box["width"],
        box["y"] + point[1] / CANVAS * box["height"],
    )


def board_shown(page: Page) -> tuple[float, float]:
    """Where the shown part of the canvas begins, and how wide it is, in canvas units."""
    left, width, _ = _placed(page)
    return left, width


def _placed(page: Page) -> tuple[float, float, dict[str, float]]:
    left, width, box = page.locator(".pad").evaluate(PLACED)
    return float(left), float(width), box


def draw_at_once(page: Page, strokes: Sequence[Sequence[Point]]) -> None:
    """Draw whole strokes by a script, without a frame of the browser for each of their points.

    A stroke of a real pointer takes the processor a third of a second and more.
    """
    page.locator(".pad").evaluate(DRAW_AT_ONCE, [_with_moves(stroke) for stroke in strokes])
