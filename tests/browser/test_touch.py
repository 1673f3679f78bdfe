"""Tests of fingers and palms: which draw, which scroll and zoom, and which are ignored."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN
from tests.support.embedding import element_html, expect_read, script_html
from tests.support.page import (
    PHONE,
    expect_answer,
    ink_of,
    ink_opacity,
    near,
    new_visitor,
    open_page,
    positions,
)
from tests.support.pens import CANVAS
from tests.support.pointer import PointingDevice, canvas_to_window
from tests.support.server import Server, wait_until
from tests.support.third_party_site import ThirdPartySite

PALM_S = 0.7


@pytest.fixture
def page(touch_page: Page) -> Page:
    """The page on a touch screen."""
    return touch_page


def test_a_palm_is_ignored_while_a_pen_draws_and_just_after(page: Page) -> None:
    pen, palm, now_s = PointingDevice(page, "pen"), PointingDevice(page, "touch"), time.time()
    pen.down((100, 100), at_s=now_s)
    palm.down((300, 300), at_s=now_s + 0.01)
    pen.move((150, 100), at_s=now_s + 0.02)
    palm.move((320, 320), at_s=now_s + 0.03)
    palm.up(at_s=now_s + 0.04)
    pen.move((200, 100), at_s=now_s + 0.05)
    pen.up(at_s=now_s + 0.06)
    palm.down((300, 300), at_s=now_s + 0.06 + 0.9 * PALM_S)
    palm.move((350, 350), at_s=now_s + 0.06 + 0.95 * PALM_S)
    palm.up(at_s=now_s + 0.06 + PALM_S)
    assert [positions(stroke) for stroke in ink_of(page)] == [
        [near(100, 100), near(150, 100), near(200, 100)]
    ]
    # The pen counts as put away.
    palm.down((300, 300), at_s=now_s + 0.06 + 1.1 * PALM_S)
    palm.move((350, 350), at_s=now_s + 0.06 + 1.2 * PALM_S)
    palm.up(at_s=now_s + 0.06 + 1.3 * PALM_S)
    assert len(ink_of(page)) == 2


def test_a_pen_does_not_erase_on_from_where_a_palm_was(page: Page) -> None:
    palm, pen = PointingDevice(page, "touch"), PointingDevice(page, "pen")
    palm.stroke([(200, 60), (200, 340)])
    page.click("#eraser")
    palm.down((60, 200))
    pen.down((340, 200))
    pen.up()
    palm.up()
    assert len(ink_of(page)) == 1


def test_a_palm_before_its_pen_leaves_no_ink(page: Page) -> None:
    palm, pen = PointingDevice(page, "touch"), PointingDevice(page, "pen")
    palm.down((300, 300))
    palm.move((330, 330), steps=3)
    pen.down((100, 100))
    palm.move((350, 350))
    pen.move((200, 100))
    palm.up()
    pen.move((200, 300))
    pen.up()
    assert [positions(stroke) for stroke in ink_of(page)] == [
        [near(100, 100), near(200, 100), near(200, 300)]
    ]
    assert ink_opacity(page, [(300, 300), (315, 315), (330, 330)]) == [0, 0, 0]


def test_a_second_finger_draws_nothing(page: Page) -> None:
    where, touch = canvas_to_window(page), fingers(page)
    touch("touchStart", where((100, 100)))
    touch("touchMove", where((150, 100)))
    touch("touchStart", where((150, 100)), where((300, 300)))
    touch("touchMove", where((200, 100)), where((350, 300)))
    touch("touchMove", where((200, 100)))
    touch("touchMove", where((200, 150)))
    touch("touchEnd")
    assert [positions(stroke) for stroke in ink_of(page)] == [
        [near(100, 100), near(150, 100), near(200, 100), near(200, 150)]
    ]


def test_a_thumb_beside_the_pad_keeps_no_finger_from_drawing(page: Page) -> None:
    """It holds the phone, and came down first."""
    where, touch = canvas_to_window(page), fingers(page)
    thumb, first, *others = where((-40, 200)), *SEVEN[0]
    touch("touchStart", thumb)
    touch("touchStart", thumb, where(first))
    for point in others:
        touch("touchMove", thumb, where(point))
    touch("touchEnd")
    assert [positions(stroke) for stroke in ink_of(page)] == [[near(*point) for point in SEVEN[0]]]
    expect_answer(page, "final", "7")
    assert page.evaluate("visualViewport.scale") == 1


def test_two_pads_are_drawn_on_by_two_fingers_at_once(
    browser: Browser, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    style = "<style>body { display: flex } ink-recognizer { width: 360px }</style>"
    both = element_html(embeddable_server, "id=left") + element_html(embeddable_server, "id=right")
    with new_visitor(browser, has_touch=True) as visitor:
        page = visitor.context.new_page()
        page.goto(third_party_site.add_page(script_html(embeddable_server) + style, both))
        for name in ("left", "right"):
            expect(page.locator(f"#{name} #status")).to_have_attribute("data-state", "open")
        boxes = [page.locator(f"#{name} #pad").bounding_box() for name in ("left", "right")]
        touch = fingers(page)

        def both_at(x: float, y: float) -> list[tuple[float, float]]:
            return [
                (box["x"] + x / CANVAS * box["width"], box["y"] + y / CANVAS * box["height"])
                for box in boxes
                if box is not None
            ]

        first, *others = SEVEN[0]
        touch("touchStart", both_at(*first)[0])
        touch("touchStart", *both_at(*first))
        for point in others:
            touch("touchMove", *both_at(*point))
        touch("touchEnd")
        for name in ("left", "right"):
            expect_read(page, name, "7")
        assert page.evaluate("[left.ink.length, right.ink.length]") == [1, 1]


def test_a_cancelled_finger_leaves_its_stroke_where_it_got_to(page: Page) -> None:
    finger = PointingDevice(page, "touch")
    finger.down((100, 100))
    finger.move((200, 100))
    finger.cancel()
    assert [positions(stroke) for stroke in ink_of(page)] == [[near(100, 100), near(200, 100)]]


def test_a_finger_scrolls_and_zooms_beside_the_pad_and_draws_on_it(
    browser: Browser, server: Server
) -> None:
    lying = {"width": PHONE["height"], "height": PHONE["width"]}
    with open_page(
        browser, server.http, viewport=lying, has_touch=True, is_mobile=True, device_scale_factor=2
    ) as page:
        touch = fingers(page)
        on_pad, beside = canvas_to_window(page)((200, 340)), canvas_to_window(page)((600, 340))
        swipe(touch, on_pad)
        pinch(touch, on_pad)
        assert page.evaluate("[scrollY, visualViewport.scale]") == [0, 1]
        assert len(ink_of(page)) == 2
        swipe(touch, beside)
        wait_until(lambda: page.evaluate("scrollY") > 40)
        page.evaluate("scrollTo(0, 0)")
        pinch(touch, beside)
        wait_until(lambda: page.evaluate("visualViewport.scale") > 1.3)
        assert len(ink_of(page)) == 2


def swipe(touch: Callable[..., None], start: tuple[float, float]) -> None:
    """Swipe upwards by 120 CSS px."""
    x, y = start
    touch("touchStart", (x, y))
    for way in range(0, 121, 12):
        touch("touchMove", (x, y - way))
    touch("touchEnd")


def pinch(touch: Callable[..., None], middle: tuple[float, float]) -> None:
    """Move two fingers apart, from 20 to 240 CSS px."""
    x, y = middle
    touch("touchStart", (x - 10, y))
    touch("touchStart", (x - 10, y), (x + 10, y))
    for way in range(10, 121, 10):
        touch("touchMove", (x - way, y), (x + way, y))
    touch("touchEnd")


def fingers(page: Page) -> Callable[..., None]:
    """A function that sends a touch event with all fingers that are down, in CSS px."""
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(at)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    return touch
