"""Pages that use the Handwriting Recognition API, and printed letters as ink for it."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.support.drawing import Point
from tests.support.letter_glyphs import LETTERS
from tests.support.page import new_visitor
from tests.support.pens import WRITING_STYLES, write_glyph
from tests.support.server import Server

SCRIPT = "js/handwriting.js"
GRID = 100.0  # units of a glyph from the top of a capital to the baseline
HEIGHT = 120.0  # the same in px
GAP = 30.0  # px between letters

# What pages of these tests call: strokes of [x, y] or [x, y, t], and the name of what is thrown.
FUNCTIONS = """() => {
    globalThis.strokeOf = (points) => {
        const stroke = new HandwritingStroke();
        for (const [x, y, t] of points) stroke.addPoint(t === undefined ? { x, y } : { x, y, t });
        return stroke;
    };
    globalThis.drawingOf = (recognizer, strokes, hints) => {
        const drawing = recognizer.startDrawing(hints);
        for (const points of strokes) drawing.addStroke(strokeOf(points));
        return drawing;
    };
    globalThis.create = () => navigator.createHandwritingRecognizer({ languages: ["en"] });
    globalThis.thrown = async (act) => {
        try { await act(); } catch (error) { return error.name; }
        return "nothing";
    };
}"""


@contextmanager
def open_api_page(
    browser: Browser, server: Server, *, url: str = "", before: str = "", loads: bool = True
) -> Iterator[Page]:
    """A page that has loaded the API and nothing else.

    Args:
        browser: where it is opened, for a new visitor.
        server: the service that the API comes from.
        url: where the page is; on the service by default.
        before: a script that runs first.
        loads: whether it loads the API.
    """
    with new_visitor(browser) as visitor:
        page = visitor.context.new_page()
        page.on("pageerror", lambda error: visitor.errors.append(f"the page threw: {error}"))
        if before:
            page.add_init_script(before)
        page.goto(url or f"{server.http}/healthz")
        page.evaluate(FUNCTIONS)
        if loads:
            load_api(page, server)
        yield page


def load_api(page: Page, server: Server) -> None:
    """Load the API from a service, and wait until it is known whose recognizer is there."""
    script = "async (script) => { globalThis.api = await import(script); }"
    page.evaluate(script, f"{server.http}/{SCRIPT}")


def printed(text: str) -> list[list[Point]]:
    """The strokes of print letters side by side on a baseline, in px."""
    style = dataclasses.replace(WRITING_STYLES["neat"], height=HEIGHT)
    strokes: list[list[Point]] = []
    left = 40.0
    for letter in text:
        drawn = [
            [(point.x, point.y) for point in stroke.points]
            for stroke in write_glyph(letter, style, f"printed {letter}")
        ]
        x0 = min(x for stroke in drawn for x, _ in stroke)
        y0 = min(y for stroke in drawn for _, y in stroke)
        top = 60.0 + HEIGHT * _grid_top(letter) / GRID
        strokes += [[(left + x - x0, top + y - y0) for x, y in stroke] for stroke in drawn]
        left = GAP + max(x for stroke in strokes for x, _ in stroke)
    return strokes


def _grid_top(letter: str) -> float:
    points: Sequence[str] = [point for stroke in LETTERS[letter] for point in stroke.split()]
    return min(float(point.rstrip("!").split(",")[1]) for point in points)
