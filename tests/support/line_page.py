"""Lines on the page: the switch turned to them, written, and read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from re import Pattern
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.drawing import Json, Point
from tests.support.line_ink import written_points
from tests.support.page import TIMEOUT_MS, draw, expect_answer, expect_status, open_page
from tests.support.pens import Pointer
from tests.support.pointer import SHOWN

# Where a line is written on the board, and how much larger than its ink of 100 units, so that it
# is as high as a hand would write it there.
LEFT, TOP, SCALE = 30.0, 120.0, 1.5
# Every so many points are drawn, as the browser takes in one of a pointer's a frame.
STRIDE = 5
# Resolves when a board has been where it is for a dozen frames, and so has come to rest: on a busy
# machine a frame takes long.
AT_REST = f"""(pad) => new Promise((resolve) => {{
    const shown = {SHOWN};
    let [before, still] = [null, 0];
    const look = () => {{
        const [left] = shown(pad);
        still = left === before ? still + 1 : 0;
        before = left;
        if (still === 12) resolve();
        else requestAnimationFrame(look);
    }};
    look();
}})"""

# A stroke right of a line of two digits, between a 1 and a 7: whichever it is read as, with doubt.
ONE_OR_SEVEN: list[Point] = [(458, 140), (500, 125), (490, 200), (480, 270)]


@contextmanager
def open_line_page(browser: Browser, url: str, **options: Any) -> Iterator[Page]:  # noqa: ANN401
    """A page of a new visitor that reads lines."""
    with open_page(browser, url, **options) as page:
        turn_to_lines(page)
        yield page


def turn_to_lines(page: Page) -> None:
    """Choose lines, and wait until the page is connected and has loaded what lines need."""
    page.click("#mode-line")
    expect(page.locator(".marks")).to_have_count(1, timeout=TIMEOUT_MS)
    expect_status(page, "open")


def line_strokes(text: str, *, left: float = LEFT, top: float = TOP) -> list[list[Point]]:
    """The strokes of a line in canvas units of the board."""
    return [
        [(left + SCALE * x, top + SCALE * y) for x, y in (*stroke[:-1:STRIDE], stroke[-1])]
        for stroke in written_points(text)
    ]


def write_line(
    page: Page, text: str, *, left: float = LEFT, pointer: Pointer | None = None
) -> None:
    """Write a line of digits: at once, or with a pointer as fast as the browser takes it."""
    draw(page, *line_strokes(text, left=left), pointer=pointer)


def expect_text(page: Page, text: str, state: str | Pattern[str] = re.compile("^final$")) -> None:
    """Wait until the final answer to the ink as it is has this text, character by character."""
    expect(page.locator(".text .glyph")).to_have_text(list(text), timeout=TIMEOUT_MS)
    expect_answer(page, state)


def wait_for_rest(page: Page) -> None:
    """Wait until the board has come to rest where it scrolls to."""
    page.locator(".pad").evaluate(AT_REST)


def character(page: Page, index: int) -> Locator:
    """The button of a character."""
    return page.locator(".text button").nth(index)


def property_of(page: Page, name: str) -> Any:  # noqa: ANN401
    """A property of the recognizer element."""
    return page.evaluate(f"document.querySelector('ink-recognizer').{name}")


def segments_of(page: Page) -> list[Json]:
    """The characters of the last answer."""
    segments: list[Json] = property_of(page, "segments")
    return segments
