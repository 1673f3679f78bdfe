"""Here a stroke point becomes real input: Chromium gets the pens' events, and what its page saves becomes a recording.

`python -m tools.record_sessions [NAME ...]` starts the service and a browser, draws the samples of `tests.support.pens` (or those named) at the speed
of a hand, each on a page of its own, and keeps what the page's Save button gives as tests/recordings/NAME.json. Nothing in such a
file is made up here; only the line breaks are. The exit status is 1 if a final answer is not what the drawing means.
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
from tests.support.pens import CANVAS, Draw, PenPoint, Pointer
from tests.support.scripted_drawings import Press, ScriptedDrawing, scripted_drawings
from tests.support.server import serve

RECORDINGS = ROOT / "tests" / "recordings"
TIMEOUT_S = 10.0
BETWEEN_STROKES_S = (
    0.12  # a quick hand's way from the end of one stroke to the beginning of the next
)
# Sizes of the page's window, CSS px: a phone for fingers, elsewhere one in which a canvas unit is a pixel or nearly so.
WINDOWS: dict[Pointer, ViewportSize] = {
    "mouse": {"width": 640, "height": 744},
    "pen": {"width": 715, "height": 1180},
    "touch": {"width": 390, "height": 844},
}
MOUSE_EVENTS = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}
TOUCH_EVENTS = {"down": "touchStart", "move": "touchMove", "up": "touchEnd"}


class AsyncDevice:
    """A pointing device over a page's canvas, which is `box` of the page (x, y, width, height, CSS px)."""

    def __init__(self, devtools: CDPSession, pointer: Pointer, box: FloatRect) -> None:
        self._devtools = devtools
        self._pointer = pointer
        self._box = box

    @classmethod
    async def of(cls, page: Page, pointer: Pointer) -> "AsyncDevice":
        """The device for a page that has loaded."""
        box = await page.locator("#pad").bounding_box()
        if box is None:
            raise RuntimeError("the page shows no canvas")
        return cls(await page.context.new_cdp_session(page), pointer, box)

    async def draw(self, points: Sequence[PenPoint]) -> None:
        """Draw one stroke in real time."""
        began_s = time.monotonic()
        # The browser takes in a move only with its next frame. A device does not wait for that, and reports the pen more often.
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
) -> AsyncIterator[tuple[Page, AsyncDevice]]:
    """A fresh page in a window as such pointers meet it, connected, and the device over it.

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
        yield page, await AsyncDevice.of(page, pointer)


async def record(browser: Browser, url: str, sample: ScriptedDrawing) -> dict[str, Any]:
    """Draw a sample on a fresh page.

    Returns:
        The session file that the page saved.

    Raises:
        playwright.async_api.TimeoutError: the page did not connect, or there was no final answer.
        RuntimeError: the file ends before the final answer.
    """
    # To the page no label at all would mean that nobody has said what is drawn.
    query = urlencode({"label": sample.label or ""})
    async with open_recording_page(browser, f"{url}/?{query}", sample.pointer) as (page, device):
        for action in sample.actions:
            match action:
                case Draw(points):
                    await device.draw(points)
                case Press(button):
                    await page.click(f"#{button}")
            await asyncio.sleep(BETWEEN_STROKES_S)
        # Every change to the ink takes the state back from these two, until the answer to the newest one has come.
        await page.wait_for_selector("#answers[data-state=final], #answers[data-state=rejected]")
        await page.click("#files")
        async with page.expect_download() as download:
            await page.click("#save")
        session: dict[str, Any] = json.loads((await (await download.value).path()).read_text())
    last_sent = max(entry["send"].get("seq", 0) for entry in session["messages"] if "send" in entry)
    if final_answer(session)["seq"] != last_sent:
        raise RuntimeError(
            f"{sample.name}: the page saved before message {last_sent} had its final answer"
        )
    return session


def final_answer(session: dict[str, Any]) -> dict[str, Any]:
    """The last final prediction in a session file."""
    answers = [entry["recv"] for entry in session["messages"] if "recv" in entry]
    return next(
        answer for answer in reversed(answers) if answer["type"] == "prediction" and answer["final"]
    )


def is_right(session: dict[str, Any]) -> bool:
    """Whether the final answer is what the drawing means."""
    answer = final_answer(session)
    if session["label"] is None:
        return bool(answer["rejected"])
    return not answer["rejected"] and bool(answer["top"][0]["label"] == session["label"])


def write(session: dict[str, Any], path: Path) -> None:
    """Write a session file with one message a line, so that a difference can be read."""

    def compact(value: Any) -> str:  # noqa: ANN401
        return json.dumps(value, separators=(",", ":"))

    head = {key: value for key, value in session.items() if key != "messages"}
    messages = ",\n".join(compact(entry) for entry in session["messages"])
    path.write_text(f'{compact(head)[:-1]},"messages":[\n{messages}\n]}}\n')


async def record_all(names: Sequence[str]) -> list[str]:
    """Record the samples of these names and print their final answers.

    Returns:
        The names of those whose answer is wrong.
    """
    known = {sample.name: sample for sample in scripted_drawings()}
    wrong = []
    print(f"{'name':<28} label  final answer")
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "server.log") as server:
        async with running_async_chromium() as browser:
            for name in names:
                session = await record(browser, server.http, known[name])
                write(session, RECORDINGS / f"{name}.json")
                answer, right = final_answer(session), is_right(session)
                if not right:
                    wrong.append(name)
                best = answer["top"][0]
                remarks = ("  rejected" if answer["rejected"] else "") + (
                    "" if right else "  WRONG"
                )
                print(
                    f"{name:<28} {session['label'] or '-':<5}  {best['label']} {best['p']:.3f}{remarks}",
                    flush=True,
                )
    return wrong


def main() -> int:
    """Record what the command line names."""
    known = [sample.name for sample in scripted_drawings()]
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
    RECORDINGS.mkdir(exist_ok=True)
    wrong = asyncio.run(record_all(names))
    print(
        f"{len(names) - len(wrong)} of {len(names)} right"
        + "".join(f"\nwrong: {name}" for name in wrong)
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
