"""Tests of the layout on screens of all sizes, of sharp ink, and of system preferences."""

from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.drawing import SEVEN, Point
from tests.support.line_page import expect_text, open_line_page, write_line
from tests.support.page import (
    FOUR,
    PHONE,
    draw,
    expect_answer,
    ink_of,
    ink_opacity,
    open_page,
    positions,
)
from tests.support.pointer import PointingDevice
from tests.support.server import Server, wait_until

# The second is a desktop at a page zoom of 400 %: https://www.w3.org/TR/WCAG22/#reflow.
SIZES = [(320, 568), (320, 256), (390, 844), (844, 390), (768, 1024), (1440, 900), (3840, 2160)]
# Widths below this are of phones held upright, CSS px.
NARROW = 700
# The least smaller side of a target, CSS px: https://www.w3.org/TR/WCAG22/#target-size-minimum.
TARGET = 24
# The least height of the tools on a phone, CSS px.
FINGER = 44
PHONE_SIDEWAYS = {"width": PHONE["height"], "height": PHONE["width"]}
# The boxes of the elements of the page. A text and its box are measured apart.
BOXES = """() => {
    const recognizer = document.querySelector("ink-recognizer").shadowRoot;
    const page = ["h1", "#language", "#correct-words", "#digits button", ".tools button",
        "#history-title", "#forget", "#drawings button"];
    const inner = ["#status", "#pad", ".best", ".top", ".saw", ".delay"];
    const all = (name) => [...document.querySelectorAll(name)].map((element) => [name, element]);
    const found = [...page.flatMap(all),
        ...inner.map((name) => [name, recognizer.querySelector(name)])];
    return found.map(([name, element]) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        const label = element.ariaLabel ?? element.textContent.slice(0, 12);
        return { name: `${name} ${label}`, left, top, right, bottom };
    });
}"""
# Elements that are wider than their boxes, except for the bars, which slide, and texts for screen
# readers.
TOO_WIDE = """() => [document, document.querySelector("ink-recognizer").shadowRoot]
    .flatMap((root) => [...root.querySelectorAll("body *, .recognizer *")])
    .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1
        && element.childElementCount === 0 && !element.matches(".fill, .unseen")
        && element.checkVisibility({ visibilityProperty: true }))
    .map((element) => `${element.id || element.className} ${element.textContent.slice(0, 12)}`)"""
TARGETS = """() => [...document.querySelectorAll("button, select, input, summary, a")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) =>
        [element.id || element.textContent, element.offsetWidth, element.offsetHeight])"""
LONGEST_STATUS = {
    "en": "reconnecting in 15 s · your ink is kept",
    "zh-Hans": "15 秒后重新连接 · 笔迹已保留",
}


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda length: str(length))
def test_nothing_overlaps_or_overflows(
    browser: Browser, server: Server, width: int, height: int
) -> None:
    is_phone = min(width, height) < NARROW
    screen = {
        "viewport": {"width": width, "height": height},
        "is_mobile": is_phone,
        "has_touch": is_phone,
    }
    with open_page(browser, server.http, **screen) as page:
        draw(page, SEVEN[0], pointer="touch" if is_phone else "mouse")
        for language in ("en", "zh-Hans"):
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect_answer(page, "final", "7")
            expect(page.locator("#correct")).to_be_visible()
            expect(page.locator("#drawings li")).to_have_count(1)
            assert_layout(page, width)
            page.locator("#status .words").evaluate(
                "(element, words) => { element.textContent = words; }", LONGEST_STATUS[language]
            )
            assert_layout(page, width)
            page.click("#language")


def assert_layout(page: Page, width: int) -> None:
    """Assert that nothing overflows or overlaps, and that targets are large enough."""
    boxes = page.evaluate(BOXES)
    assert page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    ) == [width, width]
    assert [box["name"] for box in boxes if box["left"] < 0 or box["right"] > width + 0.5] == []
    assert page.evaluate(TOO_WIDE) == []
    assert [
        (one["name"], other["name"])
        for one, other in combinations(boxes, 2)
        if is_overlapping(one, other)
    ] == []
    [pad] = [box for box in boxes if box["name"].startswith("#pad")]
    assert pad["right"] - pad["left"] == pytest.approx(pad["bottom"] - pad["top"], abs=1)
    assert pad["right"] - pad["left"] >= 200
    targets = page.evaluate(TARGETS)
    assert len(targets) >= 20
    assert [target for target in targets if min(target[1:]) < TARGET] == []
    if width < NARROW:
        tools = page.locator(".tools button:visible").evaluate_all(
            "(buttons) => buttons.map(({ clientHeight }) => clientHeight)"
        )
        assert min(tools) >= FINGER


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda length: str(length))
def test_nothing_of_a_line_overflows(
    browser: Browser, server: Server, width: int, height: int
) -> None:
    window: ViewportSize = {"width": width, "height": height}
    with open_line_page(browser, server.http, viewport=window) as page:
        write_line(page, "20")
        expect_text(page, "20")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        targets = page.evaluate(TARGETS)
        assert len(targets) >= 10
        assert [target for target in targets if min(target[1:]) < TARGET] == []


def is_overlapping(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two boxes share more than a border."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return bool(across > 1 and down > 1)


@pytest.mark.parametrize(
    ("width", "height"), [(390, 844), (1440, 900), (3840, 2160)], ids=lambda length: str(length)
)
def test_drawing_and_answer_are_in_view_together(
    browser: Browser, server: Server, width: int, height: int
) -> None:
    with open_page(browser, server.http, viewport={"width": width, "height": height}) as page:
        for selector in ("#status", "#pad", "#answers", ".tools"):
            expect(page.locator(selector)).to_be_in_viewport(ratio=0.99)
        # The pad is the page's main element.
        assert page.locator("#pad").evaluate("(pad) => pad.clientWidth") >= 0.4 * min(width, height)


def test_nothing_moves_when_an_answer_comes(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    names = ("#pad", "#answers", ".tools", "#history")
    before = [page.locator(name).bounding_box() for name in names]
    draw(page, SEVEN[0])
    expect_answer(page, "final", "7")
    expect(page.locator("#drawings li")).to_have_count(1)
    assert [page.locator(name).bounding_box() for name in names] == before


@pytest.mark.parametrize(
    "size",
    [(PHONE, PHONE_SIDEWAYS), (PHONE_SIDEWAYS, PHONE)],
    ids=["a phone is turned", "and back"],
)
def test_a_phone_is_turned_in_the_middle_of_a_stroke(
    browser: Browser, server: Server, size: tuple[ViewportSize, ViewportSize]
) -> None:
    with open_page(
        browser,
        server.http,
        viewport=size[0],
        has_touch=True,
        is_mobile=True,
        device_scale_factor=3,
    ) as page:
        finger = PointingDevice(page, "touch")
        finger.stroke(FOUR[0])
        finger.stroke(FOUR[1][:2], lift=False)
        page.set_viewport_size(size[1])
        expect_sharp_ink(page, FOUR[0])
        page.locator("#pad").scroll_into_view_if_needed()
        finger.move(FOUR[1][2], steps=6)
        finger.up()
        expect_answer(page, "final", "4")
        expect_same_positions(page, FOUR)


def test_a_window_is_resized_in_the_middle_of_a_stroke(page: Page) -> None:
    mouse = PointingDevice(page)
    mouse.stroke(FOUR[0])
    mouse.stroke(FOUR[1][:2], lift=False)
    for size in ((700, 640), (1900, 1000)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        expect_sharp_ink(page, FOUR[0])
    mouse.move(FOUR[1][2], steps=6)
    mouse.up()
    expect_answer(page, "final", "4")
    expect_same_positions(page, FOUR)


@pytest.mark.parametrize(("zoom", "ratio"), [(1, 2), (1.5, 1), (0.8, 1), (2, 1.25)])
def test_zoom_and_another_screen_keep_the_ink_sharp(page: Page, zoom: float, ratio: float) -> None:
    """Page zoom reduces the number of CSS pixels; a finer screen has more device pixels only."""
    mouse = PointingDevice(page)
    mouse.stroke(FOUR[0])
    # The width changes a little, without which this emulation sends the page no event. The pad,
    # whose size depends on the height, stays as large.
    metrics = {
        "width": int(1400 / zoom),
        "height": int(900 / zoom),
        "deviceScaleFactor": zoom * ratio,
        "mobile": False,
    }
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", metrics)
    expect_sharp_ink(page, FOUR[0])
    assert page.evaluate("devicePixelRatio") == pytest.approx(zoom * ratio)
    mouse.stroke(FOUR[1])
    expect_answer(page, "final", "4")
    expect_same_positions(page, FOUR)


def expect_sharp_ink(page: Page, stroke: list[Point]) -> None:
    """Wait until both layers have the screen's resolution, and assert where the ink is."""
    exact = """(pad) => [pad, pad.parentElement.querySelector(".upper")].every((layer) =>
        layer.width === Math.round(pad.clientWidth * devicePixelRatio)
        && layer.height === Math.round(pad.clientHeight * devicePixelRatio))"""
    wait_until(lambda: page.locator("#pad").evaluate(exact))
    assert min(ink_opacity(page, stroke)) > 0
    assert ink_opacity(page, [(x, y + 40) for x, y in stroke[:1]]) == [0]


def expect_same_positions(page: Page, strokes: list[list[Point]]) -> None:
    """Assert that the ink has each corner where it was drawn, in canvas units."""
    for kept, drawn in zip(ink_of(page), strokes, strict=True):
        for corner in drawn:
            assert min(abs(x - corner[0]) + abs(y - corner[1]) for x, y in positions(kept)) < 1.5, (
                corner
            )


def test_a_stroke_that_leaves_the_pad_goes_on(page: Page) -> None:
    mouse = PointingDevice(page)
    way: list[Point] = [(200, 200), (-20, 200), (200, 420)]
    mouse.down(way[0])
    for point in way[1:]:
        mouse.move(point)
    mouse.up()
    assert [positions(stroke) for stroke in ink_of(page)] == [
        [pytest.approx(point, abs=0.5) for point in way]
    ]
