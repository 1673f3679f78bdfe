"""Tests of reduced motion, colour schemes and contrast."""

from playwright.sync_api import Browser, Page

from tests.support.drawing import SEVEN
from tests.support.page import answer_bar, draw, expect_answer, open_page
from tests.support.server import Server

TRANSITIONS = """() => [document, document.querySelector("ink-recognizer").shadowRoot]
    .flatMap((root) => [...root.querySelectorAll("*")])
    .filter((element) => getComputedStyle(element).transitionDuration.split(", ")
        .some((duration) => duration !== "0s"))
    .map((element) => element.id || element.className)"""


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
    assert page.locator("#pad").evaluate(brightness, at) > 200


def test_contrast_is_enough_in_both_schemes(page: Page) -> None:
    """WCAG 2.2 requires 4.5 to 1 for text."""
    draw(page, SEVEN[0])
    expect_answer(page, "final", "7")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shown = page.evaluate(COLOURS)
        assert len(shown) >= 8
        assert [name for name, text, paper in shown if contrast(text, paper) < 4.5] == []


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
