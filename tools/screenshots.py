"""Takes the README's screenshots of the page: `python -m tools.screenshots FOLDER`.

Without a folder it takes those that the README shows, into docs/; with one, many more of lines,
texts and formulas.
Lines with characters that the service does not know are shown by what of them are digits.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, StorageState, expect

from tests.support.browser import running_chromium
from tests.support.line_page import open_line_page
from tests.support.page import (
    DESKTOP,
    PHONE,
    SETTLED,
    answer_bar,
    expect_answer,
    new_visitor,
    open_page,
    scripted_strokes,
)
from tests.support.pen_lines import write_text
from tests.support.pens import WRITING_STYLES
from tests.support.pointer import PointingDevice
from tests.support.server import Server, serve
from tools.written_screenshots import README_WRITTEN, WRITTEN_SCREENSHOTS, take_written_screenshot

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


PHONE_OPTIONS: dict[str, Any] = {
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
PHONE_ON_ITS_SIDE = {"width": PHONE["height"], "height": PHONE["width"]}
SUM, DATE = "12+30=", "26-11-2026"
LINE_SCREENSHOTS: dict[str, dict[str, Any]] = {
    "line": {"text": SUM, "viewport": DESKTOP},
    "line-dark": {"text": SUM, "viewport": DESKTOP, "color_scheme": "dark"},
    "line-date-zh": {"text": DATE, "viewport": DESKTOP, "locale": "zh-CN"},
    "line-corrected": {"text": SUM, "viewport": DESKTOP, "is_corrected": True},
    "line-phone": {"text": SUM, "viewport": PHONE, **PHONE_OPTIONS},
    "line-phone-zh": {"text": SUM, "viewport": PHONE, "locale": "zh-CN", **PHONE_OPTIONS},
    "line-phone-corrected-zh": {
        "text": SUM,
        "viewport": PHONE,
        "locale": "zh-CN",
        "is_corrected": True,
        **PHONE_OPTIONS,
    },
    "line-phone-side": {"text": DATE, "viewport": PHONE_ON_ITS_SIDE, **PHONE_OPTIONS},
    "line-phone-side-dark-zh": {
        "text": SUM,
        "viewport": PHONE_ON_ITS_SIDE,
        "locale": "zh-CN",
        "color_scheme": "dark",
        **PHONE_OPTIONS,
    },
}
README_LINES = ("line",)
# The hand of somebody whose 1 is like the 7 of others, and what each drawing is said to be.
LESSONS = (
    ("7-plain", "1"),
    ("4-hooked", "4"),
    ("7-serif", "1"),
    ("9-straight", "9"),
    ("4-open-one-stroke", "4"),
    ("7-barred", "7"),
)
LEARNT_GLYPH, LEARNT_LABEL = "7-plain", "1"
LEARNT_SCREENSHOTS: dict[str, dict[str, Any]] = {
    "learnt": {"viewport": DESKTOP},
    "learnt-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "learnt-phone": {"viewport": PHONE, **PHONE_OPTIONS},
    "learnt-phone-dark-zh": {
        "viewport": PHONE,
        "locale": "zh-CN",
        "color_scheme": "dark",
        **PHONE_OPTIONS,
    },
}
README_LEARNT = ("learnt",)
# A pause of the hand and the gliding of the board.
LINE_PAUSE_MS = 1_500


def write_digit(page: Page, glyph: str, label: str | None) -> None:
    """Write a digit with pressure in its own time, and wait for the answer, if it matters which."""
    pen, now_s = PointingDevice(page, "pen"), time.time()
    for stroke in scripted_strokes(glyph, STYLE):
        pen.down(stroke[0][:2], pressure=stroke[0].pressure, at_s=now_s)
        for point in stroke[1:]:
            pen.move(point[:2], pressure=point.pressure, at_s=now_s + point.t_ms / 1000)
        now_s += stroke[-1].t_ms / 1000
        pen.up(at_s=now_s)
        now_s += BETWEEN_STROKES_S
    expect_answer(page, SETTLED, label)


def history_of_drawings(browser: Browser, server: Server) -> StorageState:
    """The storage of a browser in which some digits were drawn."""
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        for number, glyph in enumerate(HISTORY_GLYPHS):
            write_digit(page, glyph, glyph[0])
            page.locator("#drawings li").nth(number).wait_for()
            page.keyboard.press("Escape")
            expect_answer(page, "empty")
        return visitor.context.storage_state(indexed_db=True)


def take_screenshot(browser: Browser, server: Server, path: Path, **screen: Any) -> None:  # noqa: ANN401
    """Take a screenshot of the page with a digit on it and others in its history."""
    with open_page(browser, server.http, **screen) as page:
        write_digit(page, SHOWN_GLYPH, SHOWN_GLYPH[0])
        page.locator("#drawings li").nth(len(HISTORY_GLYPHS)).wait_for()
        # The bars move by a transition.
        answer_bar(page).evaluate(
            "(bar) => Promise.all(bar.getAnimations().map(({ finished }) => finished))"
        )
        page.mouse.move(0, 0)
        page.screenshot(path=path)


def take_learnt_screenshot(browser: Browser, server: Server, path: Path, **screen: Any) -> None:  # noqa: ANN401
    """Take a screenshot of an answer that was learnt, and of what it was learnt from."""
    with open_page(browser, server.http, reduced_motion="reduce", **screen) as page:
        for number, (glyph, label) in enumerate(LESSONS):
            write_digit(page, glyph, None)
            page.locator(f'#digits button[value="{label}"]').click()
            page.locator("#learnt li li").nth(number).wait_for()
            page.keyboard.press("Escape")
            expect_answer(page, "empty")
        write_digit(page, LEARNT_GLYPH, LEARNT_LABEL)
        expect(page.locator(".best .caption")).not_to_be_empty()
        page.mouse.move(0, 0)
        page.screenshot(path=path, full_page=True)


def write_text_on(page: Page, text: str) -> None:
    """Write a line with pressure in its own time, and wait for its text."""
    known = set(page.evaluate("document.querySelector('ink-recognizer').labels"))
    text = "".join(character for character in text if character in known)
    pen, now_s = PointingDevice(page, "pen"), time.time()
    for stroke in write_text(text, WRITING_STYLES[STYLE], "screenshot"):
        pen.down(stroke.points[0][:2], pressure=stroke.points[0].pressure, at_s=now_s)
        for point in stroke.points[1:]:
            pen.move(point[:2], pressure=point.pressure, at_s=now_s + point.t_ms / 1000)
        now_s += stroke.points[-1].t_ms / 1000
        pen.up(at_s=now_s)
        now_s += BETWEEN_STROKES_S
    expect(page.locator(".text .glyph")).to_have_text(list(text))
    expect_answer(page, "final")


def correct_last_character(page: Page) -> None:
    """Choose another label for the last character, and open its menu again."""
    last = page.locator(".text button").last
    last.click()
    page.get_by_role("menuitemradio").nth(1).click()
    expect(page.locator(".text .pinned")).to_have_count(1)
    last.click()


def take_line_screenshot(
    browser: Browser,
    server: Server,
    path: Path,
    text: str,
    *,
    is_corrected: bool = False,
    **screen: Any,  # noqa: ANN401
) -> None:
    """Take a screenshot of a line, and of its last character's menu where it is corrected."""
    with open_line_page(browser, server.http, reduced_motion="reduce", **screen) as page:
        write_text_on(page, text)
        # The board scrolls in a pause of the hand.
        page.wait_for_timeout(LINE_PAUSE_MS)
        if is_corrected:
            correct_last_character(page)
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
        of_readme = {name: LINE_SCREENSHOTS[name] for name in README_LINES}
        for name, line in (LINE_SCREENSHOTS if len(sys.argv) > 1 else of_readme).items():
            take_line_screenshot(browser, server, folder / f"{name}.png", **line)
        learnt = {name: LEARNT_SCREENSHOTS[name] for name in README_LEARNT}
        for name, screen in (LEARNT_SCREENSHOTS if len(sys.argv) > 1 else learnt).items():
            take_learnt_screenshot(browser, server, folder / f"{name}.png", **screen)
        written = {name: WRITTEN_SCREENSHOTS[name] for name in README_WRITTEN}
        for name, screen in (WRITTEN_SCREENSHOTS if len(sys.argv) > 1 else written).items():
            take_written_screenshot(browser, server, folder / f"{name}.png", **screen)


if __name__ == "__main__":
    main()
