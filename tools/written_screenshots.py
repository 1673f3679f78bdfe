"""Screenshots of texts, formulas and the gallery of signs; see `tools.screenshots`."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.board_formulas import FORMULAS
from tests.support.formula_page import turn_to_formulas
from tests.support.page import DESKTOP, PHONE, SETTLED, draw, expect_answer, open_page
from tests.support.server import Server
from tests.support.text_page import text_strokes, turn_to_texts

PHONE_OPTIONS: dict[str, Any] = {
    "viewport": PHONE,
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
ON_ITS_SIDE = PHONE_OPTIONS | {"viewport": {"width": PHONE["height"], "height": PHONE["width"]}}
DARK, CHINESE = {"color_scheme": "dark"}, {"locale": "zh-CN"}
FORMULA, SHORT, WORDS = "√(9)+(2/4)=", "(3/4)=", "Tin kit"
DOUBTFUL = ".printed-text span:nth-of-type(4)"  # A k, with or without its capital.
WRITTEN_SCREENSHOTS: dict[str, dict[str, Any]] = {
    "formula": {"formula": FORMULA, "viewport": DESKTOP},
    "formula-dark": {"formula": FORMULA, "viewport": DESKTOP, **DARK},
    "formula-menu": {"formula": FORMULA, "opened": "math mn", "viewport": DESKTOP},
    "formula-copied": {"formula": FORMULA, "opened": ".copy", "viewport": DESKTOP, **DARK},
    "formula-phone": {"formula": SHORT, **PHONE_OPTIONS},
    "formula-phone-dark-zh": {"formula": SHORT, **PHONE_OPTIONS, **DARK, **CHINESE},
    "formula-phone-side": {"formula": FORMULA, **ON_ITS_SIDE},
    "text": {"text": WORDS, "viewport": DESKTOP},
    "text-dark": {"text": WORDS, "viewport": DESKTOP, **DARK},
    "text-menu": {"text": WORDS, "opened": DOUBTFUL, "viewport": DESKTOP},
    "text-phone": {"text": "Tin", **PHONE_OPTIONS},
    "text-phone-dark-zh": {"text": "Tin", **PHONE_OPTIONS, **DARK, **CHINESE},
    "signs": {"formula": SHORT, "opened": "#signs", "viewport": DESKTOP},
    "signs-phone-dark": {"formula": SHORT, "opened": "#signs", **PHONE_OPTIONS, **DARK},
}
README_WRITTEN = ("formula",)


def write(page: Page, formula: str | None, text: str | None) -> None:
    """Write a formula of `FORMULAS`, or words, and wait until they are shown."""
    if formula is not None:
        turn_to_formulas(page)
        draw(page, *FORMULAS[formula][0]())
        expect_answer(page, SETTLED)
        expect(page.locator(".line")).to_have_attribute("data-latex", "known")
    if text is not None:
        turn_to_texts(page)
        draw(page, *text_strokes(text))
        expect_answer(page, SETTLED)


def take_written_screenshot(
    browser: Browser,
    server: Server,
    path: Path,
    *,
    formula: str | None = None,
    text: str | None = None,
    opened: str | None = None,
    **screen: Any,  # noqa: ANN401
) -> None:
    """Take a screenshot of a formula or a text, and of what a click on `opened` opens."""
    with open_page(browser, server.http, reduced_motion="reduce", **screen) as page:
        write(page, formula, text)
        if opened is not None:
            page.locator(opened).first.click()
            expect(page.locator(":popover-open, dialog[open]")).to_have_count(1)
        else:
            page.mouse.move(0, 0)
        page.screenshot(path=path)
