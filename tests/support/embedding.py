"""Third-party pages that embed the component."""

import re
import urllib.request

from playwright.sync_api import Page, expect

from tests.support.drawing import Point
from tests.support.page import TIMEOUT_MS
from tests.support.pens import CANVAS
from tests.support.server import Server


def script_html(server: Server) -> str:
    """The part of a page's head that loads the component."""
    return f'<script type="module" src="{server.http}/js/recognizer.js"></script>'


def element_html(server: Server, attributes: str = "") -> str:
    """The component's element."""
    return f'<ink-recognizer src="{server.ws}" {attributes}></ink-recognizer>'


def draw_in(page: Page, name: str, stroke: list[Point]) -> None:
    """Draw one stroke on the recognizer with this id."""
    box = page.locator(f"#{name} #pad").bounding_box()
    assert box is not None
    places = [
        (box["x"] + x / CANVAS * box["width"], box["y"] + y / CANVAS * box["height"])
        for x, y in stroke
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def expect_read(page: Page, name: str, label: str) -> None:
    """Wait for the final answer of the recognizer with this id."""
    expect(page.locator(f"#{name} .answer").first).to_have_attribute(
        "data-label", label, timeout=TIMEOUT_MS
    )
    expect(page.locator(f"#{name} #answers")).to_have_attribute(
        "data-state", "final", timeout=TIMEOUT_MS
    )


def open_sessions(server: Server) -> int:
    """The number of open sessions."""
    with urllib.request.urlopen(f"{server.http}/metrics", timeout=10) as response:  # noqa: S310
        found = re.search(r"^ink_sessions_open (\d+)", response.read().decode(), re.MULTILINE)
    assert found is not None
    return int(found[1])
