"""Draws the recordings anew in Chromium: `python -m tools.record_sessions [NAME ...]`.

The command starts the service and a browser, draws the drawings of
`tests.support.scripted_drawings`, or those named, in real time, each on a new page, and stores the
session file that the page saves as tests/recordings/NAME.json. Only its line breaks are changed.
What the page has no mode for is drawn over the stream instead, and recorded by the service. Lines
with characters that the service does not know are left out. The exit status is 1 if a final answer
is not the drawing's label.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Browser

from tests.support.drawing import Client, open_session
from tests.support.files import ROOT
from tests.support.pens import CANVAS, PenStroke
from tests.support.scripted_drawings import Press, ScriptedDrawing, scripted_drawings
from tests.support.server import Server, serve, wait_until
from tools.recording_page import open_recording_page, running_async_chromium

RECORDINGS_FOLDER = ROOT / "tests" / "recordings"
# The time of a quick hand from the end of one stroke to the beginning of the next.
BETWEEN_STROKES_S = 0.12
# As much of a stroke as the page sends in a message.
MESSAGE_S = 0.04
# What the page reads; all else is drawn over the stream.
PAGE_MODES = ("digit", "line")


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
    async with open_recording_page(
        browser, f"{url}/?{query}", drawing.pointer, recognize=drawing.recognize
    ) as (page, device):
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


def record_over_stream(server: Server, folder: Path, drawing: ScriptedDrawing) -> dict[str, Any]:
    """Send a drawing to a service that records into a folder, as fast as it was drawn.

    Returns:
        The session file that the service wrote, with the drawing's label.
    """
    known = set(folder.glob("*.json"))
    canvas = {"width": CANVAS, "height": CANVAS}
    with open_session(server.ws) as client:
        client.send({"type": "config", "recognize": drawing.recognize, "canvas": canvas, "top": 5})
        for stroke, action in enumerate(drawing.actions):
            if isinstance(action, Press):
                client.ask(action.button)
            else:
                _send_stroke(client, stroke, action)
            time.sleep(BETWEEN_STROKES_S)
    wait_until(lambda: set(folder.glob("*.json")) > known)
    [file] = set(folder.glob("*.json")) - known
    session: dict[str, Any] = json.loads(file.read_text())
    return {**session, "label": drawing.label, "canvas": canvas}


def _send_stroke(client: Client, stroke: int, action: PenStroke) -> None:
    """Send a stroke in messages as a page does."""
    points = list(action.points)
    while points:
        until_ms = points[0].t_ms + 1000 * MESSAGE_S
        some = [point for point in points if point.t_ms < until_ms]
        del points[: len(some)]
        time.sleep(MESSAGE_S)
        columns = {
            "x": [round(point.x, 2) for point in some],
            "y": [round(point.y, 2) for point in some],
            "t": [round(point.t_ms) for point in some],
        }
        client.ask("points", stroke=stroke, **columns, end=not points)


async def is_known(browser: Browser, url: str, drawing: ScriptedDrawing) -> bool:
    """Whether the service knows all characters of a drawing."""
    async with open_recording_page(browser, url, drawing.pointer, recognize=drawing.recognize) as (
        page,
        _,
    ):
        labels = await page.evaluate("document.querySelector('ink-recognizer').labels")
    return set(drawing.label or "") <= set(labels)


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
    best = answer["top"][0]["label"] if answer["top"] else None
    return not answer["rejected"] and best == session["label"]


def write_session(session: dict[str, Any], path: Path) -> None:
    """Write a session file with one message a line, so that a diff is readable."""

    def compact(value: Any) -> str:  # noqa: ANN401
        return json.dumps(value, separators=(",", ":"))

    head = {key: value for key, value in session.items() if key != "messages"}
    messages = ",\n".join(compact(entry) for entry in session["messages"])
    path.write_text(f'{compact(head)[:-1]},"messages":[\n{messages}\n]}}\n')


async def record_all(names: Sequence[str]) -> tuple[int, list[str]]:
    """Record the drawings of these names and print their final answers.

    Returns:
        How many were recorded, and the names of those whose answer is wrong.
    """
    known = {drawing.name: drawing for drawing in scripted_drawings()}
    recorded, wrong = 0, []
    print(f"{'name':<28} label  final answer")
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as recorded_folder,
        serve(Path(folder) / "server.log", INK_RECORDINGS=recorded_folder) as server,
    ):
        async with running_async_chromium() as browser:
            for name in names:
                if known[name].recognize not in PAGE_MODES:
                    session = record_over_stream(server, Path(recorded_folder), known[name])
                elif await is_known(browser, server.http, known[name]):
                    session = await record(browser, server.http, known[name])
                else:
                    print(f"{name:<28} left out: the service does not know all of its characters")
                    continue
                recorded += 1
                write_session(session, RECORDINGS_FOLDER / f"{name}.json")
                answer, right = final_answer(session), is_right(session)
                if not right:
                    wrong.append(name)
                best = (answer["top"] or [{"label": "-", "p": 0.0}])[0]
                line = f"{name:<28} {session['label'] or '-':<5}  {best['label']} {best['p']:.3f}"
                rejected = "  rejected" if answer["rejected"] else ""
                print(line + rejected + ("" if right else "  WRONG"), flush=True)
    return recorded, wrong


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
    recorded, wrong = asyncio.run(record_all(names))
    print(
        f"{recorded - len(wrong)} of {recorded} right"
        + "".join(f"\nwrong: {name}" for name in wrong)
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
