"""Third-party pages that embed the component."""

import re
import urllib.request

from playwright.sync_api import Locator, Page, expect

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
    draw_on(page.locator(f"#{name} #pad"), stroke)


def draw_on(pad: Locator, stroke: list[Point]) -> None:
    """Draw one stroke with the mouse on this pad, whatever document it is in."""
    box = pad.bounding_box()
    assert box is not None
    mouse = pad.page.mouse
    places = [
        (box["x"] + x / CANVAS * box["width"], box["y"] + y / CANVAS * box["height"])
        for x, y in stroke
    ]
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place, steps=5)
    mouse.up()


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
