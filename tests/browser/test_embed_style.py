"""Tests of the component's look in third-party pages: what their styles may change."""

from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.support.drawing import SEVEN
from tests.support.page import draw, expect_answer, ink_of, ink_opacity, new_visitor, positions
from tests.support.server import Server
from tests.support.third_party_site import ThirdPartySite

# Width of the element in all pages, CSS px.
WIDTH = 640
# The share of equal pixels. The edges of letters may differ.
SAME_PIXELS = 0.999
HOSTILE = """
    html { font-size: 5px !important; border: 0 !important }
    body { border: 0 !important }
    body div {
        direction: rtl !important; text-align: right; text-transform: uppercase; text-indent: 3em;
        word-spacing: 1em
    }
    * {
        box-sizing: content-box !important; margin: 20px !important; padding: 7px !important;
        border: 3px solid lime !important; font: italic 900 40px/4 cursive !important;
        letter-spacing: 0.5em !important; color: red !important; display: inline !important;
        position: static !important; float: none !important; white-space: pre !important;
        text-shadow: 2px 2px red !important; list-style: square !important; fill: red !important;
        stroke: red !important; cursor: wait !important; text-decoration: underline !important;
        -webkit-text-stroke: 1px red !important; transition: all 9s !important;
    }
    head, head * { display: none !important }
    ink-recognizer { all: unset !important; font-size: 50px !important }
    canvas, svg, img {
        width: 10px !important; height: 10px !important; display: none !important;
        image-rendering: auto !important
    }
    .pad, #pad, .answer, .digit, .recognizer, .container, #answers,
    p, ol, li, figure, section, span {
        display: none !important; width: 1px !important; position: fixed !important;
        background: lime !important
    }
    :root, * {
        --side: 3px; --digit: 1px; --line: lime; --ink: red; --surface: lime; --glide: 9s;
        --accent: lime;
    }
"""
BOXES = """() => {
    const host = document.querySelector("ink-recognizer");
    const { left, top } = host.getBoundingClientRect();
    const shown = [...host.shadowRoot.querySelectorAll("*")]
        .filter((element) => element.checkVisibility());
    return Object.fromEntries(shown.map((element, i) => {
        const box = element.getBoundingClientRect();
        const measures = [box.left - left, box.top - top, box.width, box.height];
        const rounded = measures.map((px) => Math.round(px * 10) / 10);
        return [`${i} ${element.id || element.className}`, rounded];
    }));
}"""


def page_with(
    third_party_site: ThirdPartySite,
    embeddable_server: Server,
    style: str = "",
    *,
    around: str = "{}",
    policy: str = "",
) -> str:
    """URL of a page with the component at the same position and width."""
    script = f'<script type="module" src="{embeddable_server.http}/js/recognizer.js"></script>'
    head = f"{script}<style>{style}</style>"
    # The position is a whole pixel, so that edges fall on the same pixels in all pages.
    place = f"display: block; position: absolute; left: 40px; top: 40px; width: {WIDTH}px"
    element = f'<ink-recognizer src="{embeddable_server.ws}"></ink-recognizer>'
    return third_party_site.add_page(
        head,
        around.format(
            f"<div id=place style='{place.replace(';', ' !important;')} !important'>{element}</div>"
        ),
        policy=policy,
    )


def boxes_and_picture(page: Page) -> tuple[dict[str, Any], np.ndarray]:
    """The component's boxes, relative to its own, and its picture, both without the delay."""
    page.evaluate(
        """document.querySelector("ink-recognizer")
            .shadowRoot.querySelector(".delay").style.display = "none" """
    )
    page.mouse.move(0, 0)
    boxes: dict[str, Any] = page.evaluate(BOXES)
    picture = cv2.imdecode(
        np.frombuffer(
            page.locator("ink-recognizer .recognizer").screenshot(animations="disabled"), np.uint8
        ),
        cv2.IMREAD_COLOR,
    )
    assert picture is not None
    return boxes, picture


def set_seven(page: Page) -> None:
    # The ink is set by script, so that the picture is the same each time.
    """Set a 7 and wait for its answer."""
    page.evaluate(
        "strokes => { document.querySelector('ink-recognizer').ink = strokes }",
        [{"x": [100, 300, 220], "y": [100, 100, 360], "t": [0, 200, 500]}],
    )
    expect_answer(page, "final", "7")


def test_a_hostile_style_changes_nothing_inside(
    browser: Browser, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    seen = []
    for style in ("", HOSTILE):
        with new_visitor(browser, reduced_motion="reduce") as visitor:
            page = visitor.open(page_with(third_party_site, embeddable_server, style))
            set_seven(page)
            seen.append(boxes_and_picture(page))
            if style:
                page.evaluate("document.querySelector('ink-recognizer').clear()")
                draw(page, *SEVEN)
                expect_answer(page, "final", "7")
                assert min(ink_opacity(page, SEVEN[0])) > 127
                assert positions(ink_of(page)[0])[0] == pytest.approx(SEVEN[0][0], abs=0.5)
    (plain, plain_picture), (boxes, picture) = seen
    assert boxes == plain
    assert picture.shape == plain_picture.shape
    same = np.abs(picture.astype(int) - plain_picture).max(axis=2) < 16
    assert same.mean() > SAME_PIXELS


@pytest.mark.parametrize(
    "transform", ["scale(0.5)", "scale(1.5, 0.75)", "rotate(30deg)", "skewX(20deg) rotate(-90deg)"]
)
def test_ink_is_under_the_pointer_in_a_transformed_page(
    browser: Browser, third_party_site: ThirdPartySite, embeddable_server: Server, transform: str
) -> None:
    position = "position: absolute; left: 300px; top: 100px; transform-origin: 360px 360px"
    around = f"<div style='{position}; transform: {transform}'>{{}}</div>"
    with new_visitor(browser, reduced_motion="reduce") as visitor:
        page = visitor.open(page_with(third_party_site, embeddable_server, around=around))
        # Dots placed by percentages show where the ink of these points has to be.
        page.evaluate("document.querySelector('ink-recognizer').setAttribute('guide', '7')")
        there = page.evaluate("""() => {
            const pad = document.querySelector("ink-recognizer").shadowRoot.querySelector(".pad");
            return [[100, 100], [300, 100], [220, 350]].map(([x, y]) => {
                const probe = document.createElement("i");
                probe.style.cssText =
                    `position: absolute; left: ${x / 4}%; top: ${y / 4}%; width: 0; height: 0`;
                pad.append(probe);
                const { left, top } = probe.getBoundingClientRect();
                probe.remove();
                return [left, top];
            });
        }""")
        page.mouse.move(*there[0])
        page.mouse.down()
        for place in there[1:]:
            page.mouse.move(*place, steps=5)
        page.mouse.up()
        drawn = positions(ink_of(page)[0])
        for wanted in [(100, 100), (300, 100), (220, 350)]:
            assert any(point == pytest.approx(wanted, abs=2) for point in drawn), (
                f"nothing at {wanted} but {drawn}"
            )
        expect_answer(page, "final", "7")


def test_parts_and_properties_are_for_pages_to_style(
    browser: Browser, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    style = """
        ink-recognizer {
            --ink-accent: rgb(1, 2, 3); --ink-color: rgb(4, 5, 6); --ink-surface: rgb(7, 8, 9);
            --ink-side: 300px; --ink-digit: 50px; --ink-font-size: 20px;
            --ink-line: rgb(10, 11, 12); --ink-color-scheme: dark
        }
        ink-recognizer::part(status) { color: rgb(13, 14, 15) }
        ink-recognizer::part(pad) { border-radius: 0px }
        ink-recognizer::part(delay), ink-recognizer::part(saw) { display: none }
        ink-recognizer::part(digit) { color: rgb(16, 17, 18) !important }
        ink-recognizer::part(top) { background: rgb(19, 20, 21) }
        ink-recognizer::part(answers) { outline: 1px solid rgb(22, 23, 24) }
        ink-recognizer::part(hint), ink-recognizer::part(caption), ink-recognizer::part(notice) {
            text-transform: uppercase
        }
        ink-recognizer::part(recognizer) { padding: 4px }
    """
    has = {
        ".answer:first-child .fill": ("backgroundColor", "rgb(1, 2, 3)"),
        "#pad": ("color", "rgb(4, 5, 6)"),
        ".pad": ("backgroundColor", "rgb(7, 8, 9)"),
        ".pad ": ("width", "300px"),
        " .pad": ("borderRadius", "0px"),
        ".digit": ("fontSize", "50px"),
        ".digit ": ("color", "rgb(16, 17, 18)"),
        ".recognizer": ("fontSize", "20px"),
        ".recognizer ": ("colorScheme", "dark"),
        " .recognizer": ("paddingTop", "4px"),
        ".guide .box": ("stroke", "rgb(10, 11, 12)"),
        "#status": ("color", "rgb(13, 14, 15)"),
        ".delay": ("display", "none"),
        ".saw": ("display", "none"),
        ".top": ("backgroundColor", "rgb(19, 20, 21)"),
        "#answers": ("outlineColor", "rgb(22, 23, 24)"),
        ".hint": ("textTransform", "uppercase"),
        ".caption": ("textTransform", "uppercase"),
        "#notice": ("textTransform", "uppercase"),
    }
    with new_visitor(browser, reduced_motion="reduce") as visitor:
        page = visitor.open(page_with(third_party_site, embeddable_server, style))
        page.evaluate("document.querySelector('ink-recognizer').setAttribute('guide', 'lines')")
        set_seven(page)
        for selector, (name, value) in has.items():
            found = page.locator(f"ink-recognizer {selector.strip()}").first.evaluate(
                "(element, name) => getComputedStyle(element)[name]", name
            )
            assert found == value, (selector, name)


def test_a_page_that_forbids_styles_shows_it_all_the_same(
    browser: Browser, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    policy = (
        f"default-src 'none'; script-src {embeddable_server.http}; "
        f"connect-src {embeddable_server.ws}; img-src data:; style-src 'none'"
    )
    seen = []
    for chosen in ("", policy):
        with new_visitor(browser, reduced_motion="reduce") as visitor:
            page = visitor.context.new_page()
            page.on("pageerror", lambda error: pytest.fail(f"the page threw: {error}"))
            page.goto(page_with(third_party_site, embeddable_server, policy=chosen))
            # The style is set by the object model, which no policy forbids.
            page.evaluate(
                """width => {
                    place.style.cssText =
                        `position: absolute; left: 40px; top: 40px; width: ${width}px`;
                }""",
                WIDTH,
            )
            set_seven(page)
            seen.append(boxes_and_picture(page)[0])
    assert seen[0] == seen[1]
