"""Texts on the page: the switch turned to them, written, and read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import Point
from tests.support.page import SETTLED, TIMEOUT_MS, draw, expect_answer, expect_status, open_page
from tests.support.pens import Pointer

# Corners of print letters, in heights of a small one, y upwards from the baseline.
_LETTERS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "L": (((0.0, 1.9), (0.0, 0.0), (1.0, 0.0)),),
    "N": (((0.0, 0.0), (0.0, 1.9), (1.1, 0.0), (1.1, 1.9)),),
    "T": (((0.0, 1.9), (1.2, 1.9)), ((0.6, 1.9), (0.6, 0.0))),
    "i": (((0.0, 1.0), (0.0, 0.0)), ((0.0, 1.5), (0.03, 1.55))),
    "k": (((0.0, 1.9), (0.0, 0.0)), ((0.7, 1.0), (0.05, 0.4), (0.75, 0.0))),
    "n": (((0.0, 1.0), (0.0, 0.0), (0.0, 0.7), (0.2, 0.95), (0.45, 1.0), (0.6, 0.8), (0.6, 0.0)),),
    "t": (((0.35, 1.7), (0.35, 0.0)), ((0.0, 1.1), (0.7, 1.1))),
    "v": (((0.0, 1.0), (0.4, 0.0), (0.8, 1.0)),),
    "x": (((0.0, 1.0), (0.8, 0.0)), ((0.8, 1.0), (0.0, 0.0))),
    "z": (((0.0, 1.0), (0.8, 1.0), (0.0, 0.0), (0.8, 0.0)),),
}
BASELINE, HEIGHT, LEFT = 230.0, 75.0, 60.0
GAP, WORD_GAP = 0.4, 1.8
# A corner drawn as one jump of the pointer is sharper than any hand's.
_STEPS = 4


@contextmanager
def open_text_page(browser: Browser, url: str, **options: Any) -> Iterator[Page]:  # noqa: ANN401
    """A page of a new visitor that reads texts."""
    with open_page(browser, url, **options) as page:
        turn_to_texts(page)
        yield page


def turn_to_texts(page: Page) -> None:
    """Choose texts, and wait until the page is connected and has loaded what they need."""
    page.click("#mode-text")
    expect(page.locator(".printed-text")).to_have_count(1, timeout=TIMEOUT_MS)
    expect_status(page, "open")


def text_strokes(text: str, *, left: float = LEFT) -> list[list[Point]]:
    """The strokes of words in print letters, in canvas units."""
    strokes: list[list[Point]] = []
    for letter in text:
        if letter == " ":
            left += WORD_GAP * HEIGHT
            continue
        drawn = [_even(corners, left) for corners in _LETTERS[letter]]
        strokes += drawn
        left = max(x for stroke in drawn for x, _ in stroke) + GAP * HEIGHT
    return strokes


def _even(corners: Sequence[Point], left: float) -> list[Point]:
    placed = [(left + HEIGHT * x, BASELINE - HEIGHT * y) for x, y in corners]
    between = [
        (x0 + (x1 - x0) * step / _STEPS, y0 + (y1 - y0) * step / _STEPS)
        for (x0, y0), (x1, y1) in pairwise(placed)
        for step in range(_STEPS)
    ]
    return [*between, placed[-1]]


def write_words(page: Page, text: str, pointer: Pointer | None = None) -> None:
    """Write a text, and wait for its answer; see `draw`."""
    draw(page, *text_strokes(text), pointer=pointer)
    expect_answer(page, SETTLED)
