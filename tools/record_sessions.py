"""Draws the recordings anew in Chromium: `python -m tools.record_sessions [NAME ...]`.

The command starts the service and a browser, draws the drawings of
`tests.support.scripted_drawings`, or those named, in real time, each on a new page, and stores the
session file that the page saves as tests/recordings/NAME.json. Only its line breaks are changed.
The exit status is 1 if a final answer is not the drawing's label.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from playwright.async_api import (
    Browser,
    CDPSession,
    FloatRect,
    Page,
    ViewportSize,
    async_playwright,
)

from tests.support.browser import CHROMIUM_ARGUMENTS, system_browser
from tests.support.files import ROOT
from tests.support.pens import CANVAS, PenPoint, PenStroke, Pointer
from tests.support.pointer import MOUSE_EVENTS, TOUCH_EVENTS
from tests.support.scripted_drawings import Press, ScriptedDrawing, scripted_drawings
from tests.support.server import serve

RECORDINGS_FOLDER = ROOT / "tests" / "recordings"
TIMEOUT_S = 30.0
# The time of a quick hand from the end of one stroke to the beginning of the next.
BETWEEN_STROKES_S = 0.12
# Sizes of the page's window, CSS px. For fingers it is a phone, otherwise one in which a canvas
# unit is about a pixel.
WINDOWS: dict[Pointer, ViewportSize] = {
    "mouse": {"width": 640, "height": 744},
    "pen": {"width": 715, "height": 1180},
    "touch": {"width": 390, "height": 844},
}


class RecordingDevice:
    """A pointing device over the canvas of a page.

    `box` is the canvas's box in the page (x, y, width, height, CSS px).
    """

    def __init__(self, devtools: CDPSession, pointer: Pointer, box: FloatRect) -> None:
        self._devtools = devtools
        self._pointer = pointer
        self._box = box

    @classmethod
    async def of(cls, page: Page, pointer: Pointer) -> "RecordingDevice":
        """The device for a page that has loaded.

        Raises:
            RuntimeError: the page shows no canvas.
        """
        box = await page.locator("#pad").bounding_box()
        if box is None:
            raise RuntimeError("the page shows no canvas")
        return cls(await page.context.new_cdp_session(page), pointer, box)

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
            "x": self._box["x"] + point.x / CANVAS * self._box["width"],
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
    browser: Browser, url: str, pointer: Pointer
) -> AsyncIterator[tuple[Page, RecordingDevice]]:
    """A new connected page in a window that suits the pointer, and the device over it.

    Raises:
        playwright.async_api.TimeoutError: the page did not connect.
    """
    context = await browser.new_context(
        viewport=WINDOWS[pointer], has_touch=pointer == "touch", service_workers="block"
    )
    async with context:
        page = await context.new_page()
        page.set_default_timeout(TIMEOUT_S * 1000)
        await page.goto(url)
        await page.wait_for_selector("#status[data-state=open]")
        yield page, await RecordingDevice.of(page, pointer)


async def record(browser: Browser, url: str, drawing: ScriptedDrawing) -> dict[str, Any]:
    """Draw a drawing on a new page.

    Returns:
        The session file that the page saved.

    Raises:
        playwright.async_api.TimeoutError: the page did not connect, or there was no final answer.
        RuntimeError: the file ends before the final answer.
    """
    # Without a label in the query the page would record that none was given.
    query = urlencode({"label": drawing.label or ""})
    async with open_recording_page(browser, f"{url}/?{query}", drawing.pointer) as (page, device):
        for action in drawing.actions:
            match action:
                case PenStroke(points):
                    await device.draw(points)
                case Press(button):
                    await page.click(f"#{button}")
            await asyncio.sleep(BETWEEN_STROKES_S)
        # A change to the ink leaves these two states until the answer to the newest change has
        # come.
        await page.wait_for_selector("#answers[data-state=final], #answers[data-state=rejected]")
        await page.click("#files")
        async with page.expect_download() as download:
            await page.click("#save")
        session: dict[str, Any] = json.loads((await (await download.value).path()).read_text())
    last_sent = max(entry["send"].get("seq", 0) for entry in session["messages"] if "send" in entry)
    if final_answer(session)["seq"] != last_sent:
        raise RuntimeError(
            f"{drawing.name}: the page saved before message {last_sent} had its final answer"
        )
    return session


def final_answer(session: dict[str, Any]) -> dict[str, Any]:
    """The last final prediction in a session file."""
    answers = [entry["recv"] for entry in session["messages"] if "recv" in entry]
    return next(
        answer for answer in reversed(answers) if answer["type"] == "prediction" and answer["final"]
    )


def is_right(session: dict[str, Any]) -> bool:
    """Whether the final answer is the drawing's label."""
    answer = final_answer(session)
    if session["label"] is None:
        return bool(answer["rejected"])
    return not answer["rejected"] and bool(answer["top"][0]["label"] == session["label"])


def write_session(session: dict[str, Any], path: Path) -> None:
    """Write a session file with one message a line, so that a diff is readable."""

    def compact(value: Any) -> str:  # noqa: ANN401
        return json.dumps(value, separators=(",", ":"))

    head = {key: value for key, value in session.items() if key != "messages"}
    messages = ",\n".join(compact(entry) for entry in session["messages"])
    path.write_text(f'{compact(head)[:-1]},"messages":[\n{messages}\n]}}\n')


async def record_all(names: Sequence[str]) -> list[str]:
    """Record the drawings of these names and print their final answers.

    Returns:
        The names of those whose answer is wrong.
    """
    known = {drawing.name: drawing for drawing in scripted_drawings()}
    wrong = []
    print(f"{'name':<28} label  final answer")
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "server.log") as server:
        async with running_async_chromium() as browser:
            for name in names:
                session = await record(browser, server.http, known[name])
                write_session(session, RECORDINGS_FOLDER / f"{name}.json")
                answer, right = final_answer(session), is_right(session)
                if not right:
                    wrong.append(name)
                best = answer["top"][0]
                line = f"{name:<28} {session['label'] or '-':<5}  {best['label']} {best['p']:.3f}"
                rejected = "  rejected" if answer["rejected"] else ""
                print(line + rejected + ("" if right else "  WRONG"), flush=True)
    return wrong


def main() -> int:
    """Record what the command line names."""
    known = [drawing.name for drawing in scripted_drawings()]
    parser = argparse.ArgumentParser(
        prog="python -m tools.record_sessions",
        description="Draw the samples in a real browser and keep the sessions.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="of a sample; without any, all are drawn"
    )
    names = parser.parse_args().names or known
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no such sample: {', '.join(unknown)}")
    RECORDINGS_FOLDER.mkdir(exist_ok=True)
    wrong = asyncio.run(record_all(names))
    print(
        f"{len(names) - len(wrong)} of {len(names)} right"
        + "".join(f"\nwrong: {name}" for name in wrong)
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
