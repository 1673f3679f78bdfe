"""Takes the README's screenshots of the page: `python -m tools.screenshots FOLDER`."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, StorageState

from tests.support.browser import running_chromium
from tests.support.page import (
    DESKTOP,
    PHONE,
    answer_bar,
    expect_answer,
    new_visitor,
    open_page,
    scripted_strokes,
)
from tests.support.pointer import PointingDevice
from tests.support.server import Server, serve

HISTORY_GLYPHS = (
    "0-looped",
    "9-curved",
    "4-open",
    "6-curled",
    "2-looped",
    "8-from-right",
    "5-hat",
    "3-round",
)
SHOWN_GLYPH = "7-barred"
STYLE = "slanted"
BETWEEN_STROKES_S = 0.3
SCREENSHOTS: dict[str, dict[str, Any]] = {
    "page": {"viewport": DESKTOP},
    "page-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True},
    "phone-dark": {
        "viewport": PHONE,
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
        "color_scheme": "dark",
    },
    "phone-zh": {
        "viewport": PHONE,
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
        "locale": "zh-CN",
    },
}


def write_digit(page: Page, glyph: str) -> None:
    """Write a digit with pressure in its own time, and wait for the answer."""
    pen, now_s = PointingDevice(page, "pen"), time.time()
    for stroke in scripted_strokes(glyph, STYLE):
        pen.down(stroke[0][:2], pressure=stroke[0].pressure, at_s=now_s)
        for point in stroke[1:]:
            pen.move(point[:2], pressure=point.pressure, at_s=now_s + point.t_ms / 1000)
        now_s += stroke[-1].t_ms / 1000
        pen.up(at_s=now_s)
        now_s += BETWEEN_STROKES_S
    expect_answer(page, "final", glyph[0])


def history_of_drawings(browser: Browser, server: Server) -> StorageState:
    """The storage of a browser in which some digits were drawn."""
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        for number, glyph in enumerate(HISTORY_GLYPHS):
            write_digit(page, glyph)
            page.locator("#drawings li").nth(number).wait_for()
            page.keyboard.press("Escape")
            expect_answer(page, "empty")
        return visitor.context.storage_state(indexed_db=True)


def take_screenshot(browser: Browser, server: Server, path: Path, **screen: Any) -> None:  # noqa: ANN401
    """Take a screenshot of the page with a digit on it and others in its history."""
    with open_page(browser, server.http, **screen) as page:
        write_digit(page, SHOWN_GLYPH)
        page.locator("#drawings li").nth(len(HISTORY_GLYPHS)).wait_for()
        # The bars move by a transition.
        answer_bar(page).evaluate(
            "(bar) => Promise.all(bar.getAnimations().map(({ finished }) => finished))"
        )
        page.mouse.move(0, 0)
        page.screenshot(path=path)


def main() -> None:
    """Take the screenshots into the folder named on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    with (
        tempfile.TemporaryDirectory() as temporary,
        serve(Path(temporary) / "log") as server,
        running_chromium() as browser,
    ):
        before = history_of_drawings(browser, server)
        for name, screen in SCREENSHOTS.items():
            take_screenshot(browser, server, folder / f"{name}.png", storage_state=before, **screen)


if __name__ == "__main__":
    main()
