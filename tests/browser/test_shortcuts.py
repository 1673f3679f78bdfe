"""Tests of the keyboard with layouts and systems other than English ones."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.drawing import SEVEN
from tests.support.page import draw, expect_answer, ink_of, new_visitor
from tests.support.server import Server

# https://chromedevtools.github.io/devtools-protocol/tot/Input/#method-dispatchKeyEvent
CTRL, CMD, SHIFT = 2, 4, 8
# What the key beside the left Shift key says, or the one that Z is on.
UNDO: dict[str, dict[str, Any]] = {
    "Russian": {"key": "я", "code": "KeyZ", "modifiers": CTRL},
    "Greek": {"key": "ζ", "code": "KeyZ", "modifiers": CTRL},
    "Hebrew": {"key": "ז", "code": "KeyZ", "modifiers": CTRL},
    "Arabic": {"key": "ئ", "code": "KeyZ", "modifiers": CTRL},
    "Russian, Mac": {"key": "я", "code": "KeyZ", "modifiers": CMD},
    "French": {"key": "z", "code": "KeyW", "modifiers": CTRL},
    "French, Mac": {"key": "z", "code": "KeyW", "modifiers": CMD},
}


def press(page: Page, **key: Any) -> None:  # noqa: ANN401
    """Press and release a key of any layout."""
    devtools = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):
        devtools.send("Input.dispatchKeyEvent", {"type": kind, **key})


@pytest.mark.parametrize("focus", ["#pad", "#clear"])
def test_undo_and_redo_have_keys_on_every_layout(page_with_seven: Page, focus: str) -> None:
    page_with_seven.locator(focus).focus()
    for layout, keys in UNDO.items():
        press(page_with_seven, **keys)
        assert len(ink_of(page_with_seven)) == 0, layout
        press(page_with_seven, **keys | {"modifiers": keys["modifiers"] | SHIFT})
        assert len(ink_of(page_with_seven)) == 1, layout
        # On a French keyboard this key closes the window, or opens a file.
        press(page_with_seven, key="w", code="KeyZ", modifiers=CTRL)
        assert len(ink_of(page_with_seven)) == 1, layout


def test_the_space_bar_draws_with_an_input_method_on(page: Page) -> None:
    page.locator("#pad").focus()
    press(page, key="Process", code="Space")
    page.keyboard.press("ArrowDown")
    press(page, key="Process", code="Space")
    assert len(ink_of(page)) == 1


@pytest.mark.parametrize(
    ("platform", "names"),
    [
        ("MacIntel", ["Undo (⌘Z)", "Redo (⇧⌘Z)", "Clear (Esc)"]),
        ("Win32", ["Undo (Ctrl+Z)", "Redo (Ctrl+Shift+Z)", "Clear (Esc)"]),
    ],
)
def test_tooltips_name_the_keys_of_the_system(
    browser: Browser, server: Server, platform: str, names: list[str]
) -> None:
    with new_visitor(browser) as visitor:
        visitor.context.add_init_script(
            f"Object.defineProperty(Navigator.prototype, 'platform', {{ get: () => '{platform}' }})"
        )
        page = visitor.open(server.http)
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
        assert [
            page.locator(f"#{name}").get_attribute("title") for name in ("undo", "redo", "clear")
        ] == names
