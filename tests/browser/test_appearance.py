"""Tests of what people's settings ask for: colours, contrast, less motion or transparency."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.support.drawing import SEVEN
from tests.support.page import (
    DESKTOP,
    PHONE,
    answer_bar,
    draw,
    expect_answer,
    expect_status,
    open_page,
)
from tests.support.server import Server, serve, wait_until

TRANSITIONS = """() => [document, document.querySelector("ink-recognizer").shadowRoot]
    .flatMap((root) => [...root.querySelectorAll("*")])
    .filter((element) => getComputedStyle(element).transitionDuration.split(", ")
        .some((duration) => duration !== "0s"))
    .map((element) => element.id || element.className)"""

# WCAG 2.2 requires 3 to 1 of what is needed to understand controls.
LEAST_CONTRAST = 3
# How far from its box an element's edge may be, CSS px.
EDGE_PX = 2
COLOURS = """() => {
    const recognizer = document.querySelector("ink-recognizer").shadowRoot;
    const rgb = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const paper = rgb(getComputedStyle(document.body).backgroundColor);
    const names = ["#status", ".hint", ".answer .share", ".answer:last-child .share", ".delay",
        ".total", "figcaption"];
    const page = ["h1", "#language", "#correct-words", "#history-title", "#forget"];
    return [...page.map((name) => document.querySelector(name)),
        ...names.map((name) => recognizer.querySelector(name))]
        .map((element) => [element.id || element.className || element.tagName,
            rgb(getComputedStyle(element).color), paper]);
}"""


def test_reduced_motion_has_no_transitions(browser: Browser, server: Server) -> None:
    with open_page(browser, server.http, reduced_motion="reduce") as page:
        assert page.evaluate(TRANSITIONS) == []
        page.emulate_media(reduced_motion="no-preference")
        assert "fill" in page.evaluate(TRANSITIONS)
        assert (
            answer_bar(page).evaluate("(bar) => getComputedStyle(bar).transitionProperty")
            == "transform, opacity"
        )


def test_colours_follow_the_system_and_ink_with_them(page: Page) -> None:
    draw(page, SEVEN[0])
    brightness = """(pad, [x, y]) => {
        const scale = pad.width / 400;
        return pad.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data[0];
    }"""
    paper = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]"
    at = list(SEVEN[0][1])
    assert page.locator("#pad").evaluate(brightness, at) < 60
    assert page.evaluate(paper) > 200
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) < 60
    # The ink is drawn anew when the page hears of it.
    wait_until(lambda: page.locator("#pad").evaluate(brightness, at) > 200)


def test_contrast_is_enough_in_both_schemes(page: Page) -> None:
    """WCAG 2.2 requires 4.5 to 1 for text."""
    draw(page, SEVEN[0])
    expect_answer(page, "final", "7")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shown = page.evaluate(COLOURS)
        assert len(shown) >= 8
        assert [name for name, text, paper in shown if contrast(text, paper) < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_contrast_theme_shows_all_that_colours_say(
    browser: Browser, tmp_path: Path, viewport: dict[str, int], scheme: str
) -> None:
    """Such a theme takes backgrounds and shadows away, and sets all colours."""
    settings = {"forced_colors": "active", "color_scheme": scheme, "reduced_motion": "reduce"}
    with (
        serve(tmp_path / "log") as server,
        open_page(browser, server.http, viewport=viewport, **settings) as page,
    ):
        draw(page, SEVEN[0])
        expect_answer(page, "final", "7")
        assert has_edge(page, "#pad")
        assert has_edge(page, ".saw .frame")
        assert has_edge(page, "#digits button >> nth=0")
        assert has_edge(page, "#drawings button")
        # The first bar is full, the last one empty, and both have an edge.
        first, last = (picture_of(page, f".track >> nth={row}") for row in (0, 2))
        assert colour_contrast(middle(first), middle(last)) >= LEAST_CONTRAST
        assert has_edge(page, ".track >> nth=2")
        off = picture_of(page, "#eraser")
        page.click("#eraser")
        page.mouse.move(0, 0)
        on = picture_of(page, "#eraser")
        # Beside its icon.
        assert colour_contrast(off[5, off.shape[1] // 2], on[5, on.shape[1] // 2]) >= (
            LEAST_CONTRAST
        )
        # Which of the two is chosen, beside their words.
        chosen, other = (picture_of(page, name)[:, 5] for name in ("#mode-digit", "#mode-line"))
        assert colour_contrast(chosen[len(chosen) // 2], other[len(other) // 2]) >= LEAST_CONTRAST
        assert has_words(page, "#mode-digit")
        assert has_words(page, "#mode-line")
        page.click("#digits button >> nth=3")
        # First, since it goes again after a while.
        expect(page.locator("main > #notice")).not_to_be_empty()
        assert has_words(page, "main > #notice")
        assert has_words(page, "#digits button >> nth=3")
        page.click("#forget")
        assert has_words(page, "#forget-question .main")
        page.keyboard.press("Escape")
        connected = picture_of(page, ".light")
        server.stop()
        expect_status(page, "closed")
        closed = picture_of(page, ".light")
        paper = picture_of(page, "body")[2, 2]
        assert colour_contrast(middle(connected), paper) >= LEAST_CONTRAST
        assert colour_contrast(middle(closed), middle(connected)) >= LEAST_CONTRAST
        assert has_edge(page, ".light")


def test_ink_follows_a_contrast_theme_that_is_switched_on(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    draw(page, SEVEN[0])
    colour = """(pad, [x, y]) => [...pad.getContext("2d").getImageData(
        x / 400 * pad.width, y / 400 * pad.height, 1, 1).data]"""
    page.emulate_media(color_scheme="dark", forced_colors="active")
    wait_until(lambda: page.locator("#pad").evaluate(colour, list(SEVEN[0][1])) == [255] * 4)


def test_reduced_transparency_has_none(browser: Browser, server: Server) -> None:
    with open_page(browser, server.http) as page:
        devtools = page.context.new_cdp_session(page)
        look = """() => {
            const { shadowRoot } = document.querySelector("ink-recognizer");
            shadowRoot.querySelector("#answers").dataset.state = "interim";
            const dialog = document.querySelector("dialog");
            dialog.showModal();
            const found = [getComputedStyle(shadowRoot.querySelector(".fill")).opacity,
                getComputedStyle(dialog, "::backdrop").backgroundColor];
            dialog.close();
            return found;
        }"""
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(look) == ["0.55", "rgba(0, 0, 0, 0.4)"]
        features = [{"name": "prefers-reduced-transparency", "value": "reduce"}]
        devtools.send("Emulation.setEmulatedMedia", {"features": features})
        assert page.evaluate(look) == ["1", "rgb(246, 245, 241)"]


def picture_of(page: Page, selector: str, margin: int = 0) -> np.ndarray:
    """The pixels of an element on the screen, (height, width, BGR)."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    assert box is not None
    clip: FloatRect = {
        "x": box["x"] - margin,
        "y": box["y"] - margin,
        "width": box["width"] + 2 * margin,
        "height": box["height"] + 2 * margin,
    }
    png = np.frombuffer(page.screenshot(clip=clip), np.uint8)
    picture = cv2.imdecode(png, cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def middle(picture: np.ndarray) -> np.ndarray:
    """The pixel in the middle of a picture."""
    pixel: np.ndarray = picture[picture.shape[0] // 2, picture.shape[1] // 2]
    return pixel


def has_edge(page: Page, selector: str) -> bool:
    """Whether a line between an element and what is around it is seen on both sides of it."""
    picture = picture_of(page, selector, EDGE_PX)
    row = picture[picture.shape[0] // 2]
    paper = row[0]
    return all(
        max(colour_contrast(pixel, paper) for pixel in side) >= LEAST_CONTRAST
        for side in (row[: 2 * EDGE_PX], row[-2 * EDGE_PX :])
    )


def has_words(page: Page, selector: str) -> bool:
    """Whether what is written on an element is seen on it, and not only a patch behind it."""
    picture = picture_of(page, selector)
    height, width = picture.shape[:2]
    inner = picture[height // 4 : -height // 4, width // 4 : -width // 4].reshape(-1, 3)
    paper = picture[height // 2, 4]
    share = np.mean([colour_contrast(pixel, paper) >= LEAST_CONTRAST for pixel in inner])
    return bool(0.02 < share < 0.5)


def colour_contrast(one: np.ndarray, other: np.ndarray) -> float:
    """Contrast ratio of two pixels in OpenCV's order of colours."""
    return contrast([float(value) for value in one[::-1]], [float(value) for value in other[::-1]])


def contrast(one: list[float], other: list[float]) -> float:
    """Contrast ratio of two sRGB colours: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""

    def luminance(colour: list[float]) -> float:
        linear = [
            value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4
            for value in colour
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
