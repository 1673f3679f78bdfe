"""Tests of the pad where a page hides, zooms or transforms it, or makes it part of a control."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import ONE, SEVEN
from tests.support.embedding import element_html, script_html
from tests.support.page import Visitor, draw, expect_answer, ink_of, near, open_page, positions
from tests.support.pens import Pointer
from tests.support.pointer import PointingDevice
from tests.support.server import Server, wait_until
from tests.support.third_party_site import ThirdPartySite

# What hides a panel, or leaves nothing of it.
HIDDEN = {
    "hidden": "panel.hidden = true",
    "display": "panel.style.display = 'none'",
    "no width": "panel.style.cssText = 'width: 0; overflow: hidden'",
    "scaled away": "panel.style.transform = 'scale(0)'",
    "edge on": "panel.style.transform = 'rotateY(90deg)'",
    "nearly edge on": "panel.style.transform = 'rotateY(89.9999deg)'",
    "zoomed away": "panel.style.zoom = '0.00001'",
}
LIMIT = 100_000
# Elements around the pad that act on a click.
CONTROLS = {
    "link": "<a href='/elsewhere'>{}</a>",
    "label": "<label>{}<input type=checkbox></label>",
    "summary": "<details><summary>{}</summary></details>",
}
# Pixels of the layer, and CSS px of its side on the screen.
SIDES = """(pad) => [pad.width, pad.getBoundingClientRect().width]"""


@pytest.fixture
def add_page(third_party_site: ThirdPartySite, embeddable_server: Server) -> Callable[[str], str]:
    """Adds a page with the component in this markup, and returns its URL."""

    def add(around: str) -> str:
        return third_party_site.add_page(
            script_html(embeddable_server), around.format(element_html(embeddable_server))
        )

    return add


@pytest.mark.parametrize("way", HIDDEN)
def test_a_panel_hidden_in_a_stroke_leaves_ink_that_is_read(
    visitor: Visitor, add_page: Callable[[str], str], way: str
) -> None:
    page = visitor.open(add_page("<div id=panel style='width: 400px'>{}</div>"))
    # The mouse is moved by the window's coordinates, since the pad has none meanwhile.
    box = page.locator("#pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 100, steps=5)
    page.evaluate(HIDDEN[way])
    page.mouse.move(box["x"] + 350, box["y"] + 150, steps=5)
    page.mouse.up()
    page.evaluate("panel.hidden = false, panel.style.cssText = 'width: 400px'")
    assert positions(ink_of(page)[0])[-1] == near(300, 100)
    assert all(abs(value) <= LIMIT for stroke in ink_of(page) for value in stroke["x"])
    draw(page, [(300, 100), (240, 230), (190, 380)])
    expect_answer(page, "final", "7")
    assert page.evaluate("document.querySelector('ink-recognizer').answer.strokes") == 2


@pytest.mark.parametrize("css", ["zoom: 2.5", "zoom: 0.5", "transform: scale(2)"])
def test_ink_is_sharp_and_under_the_pointer_where_a_page_is_zoomed(
    visitor: Visitor, add_page: Callable[[str], str], css: str
) -> None:
    page = visitor.open(
        add_page("<div id=panel style='width: 300px; transform-origin: 0 0'>{}</div>")
    )
    pad = page.locator("#pad")
    assert pad.evaluate(SIDES) == [300, 300]
    page.evaluate("css => { panel.style.cssText += css }", css)
    if css.startswith("zoom"):
        # A page that is only zoomed out is not drawn anew with less.
        wait_until(lambda: pad.evaluate(SIDES)[0] == max(300, 300 * float(css[6:])))
    draw(page, *SEVEN)
    pixels, side = pad.evaluate(SIDES)
    assert pixels >= side
    assert positions(ink_of(page)[0])[0] == near(*SEVEN[0][0])
    expect_answer(page, "final", "7")


def test_ink_has_no_more_pixels_than_browsers_can_hold(
    visitor: Visitor, add_page: Callable[[str], str]
) -> None:
    page = visitor.open(add_page("<div style='width: 500px; zoom: 20'>{}</div>"))
    assert page.locator("#pad").evaluate(SIDES) == [4096, 10_000]


@pytest.mark.parametrize("pointer", ["mouse", "touch"])
@pytest.mark.parametrize("control", CONTROLS)
def test_drawing_does_not_press_what_the_pad_is_in(
    browser: Browser, add_page: Callable[[str], str], control: str, pointer: Pointer
) -> None:
    url = add_page(CONTROLS[control])
    with open_page(browser, url, has_touch=True) as page:
        page.evaluate("""() => {
            window.clicks = 0;
            addEventListener("click", () => { window.clicks += 1; });
        }""")
        draw(page, *ONE, [(200, 200)], pointer=pointer)
        # The browser clicks after the finger is lifted.
        wait_until(lambda: page.evaluate("clicks") > 0)
        assert page.url == url
        assert len(ink_of(page)) == 2
        pressed = "document.querySelector(':checked, [open], input:focus')"
        assert page.evaluate(f"{pressed} === null")
        if control == "label":
            page.locator("label").evaluate("(label) => label.click()")
            expect(page.locator("input")).to_be_checked()


def test_a_drag_of_the_pad_in_a_draggable_card_draws(
    visitor: Visitor, add_page: Callable[[str], str]
) -> None:
    page: Page = visitor.open(add_page("<div draggable=true>{}</div>"))
    page.evaluate("addEventListener('dragstart', () => { window.isDragged = true })")
    PointingDevice(page).stroke(SEVEN[0])
    expect_answer(page, "final", "7")
    assert page.evaluate("window.isDragged === undefined")
