"""Tests of the page on paper, and saved as PDF."""

import pytest
from playwright.sync_api import Browser, Page

from tests.support.drawing import SEVEN
from tests.support.page import draw, expect_answer, ink_opacity, open_page
from tests.support.pens import CANVAS
from tests.support.pointer import PointingDevice
from tests.support.printed_page import PrintedShape, printed_shapes
from tests.support.server import Server, wait_until

INK = (28, 27, 25)
ACCENT = (43, 74, 203)
# Canvas units of the 7, with the width of its line.
SEVEN_SIZE = (215, 295)
# CSS px. On neither paper is the pad as large as on the screen.
PAPERS = {"A4": (794, 1123), "A5": (559, 794)}
LEAST_PAD = 300


def print_page(page: Page, width: int, height: int) -> list[PrintedShape]:
    """Print without backgrounds, as browsers do by default; the size is in CSS px."""
    pdf = page.pdf(width=f"{width}px", height=f"{height}px", print_background=False)
    return list(printed_shapes(pdf))


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ink_is_printed_dark_and_whole(
    browser: Browser, server: Server, scheme: str, paper: str
) -> None:
    with open_page(browser, f"{server.http}/embed.html", color_scheme=scheme) as page:
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
        before = ink_opacity(page, SEVEN[0])
        shapes = print_page(page, *PAPERS[paper])
        [seven] = [shape for shape in shapes if shape.colour == INK]
        assert seven.width > SEVEN_SIZE[0] / CANVAS * LEAST_PAD
        assert seven.width / seven.height == pytest.approx(SEVEN_SIZE[0] / SEVEN_SIZE[1], rel=0.05)
        # The answer's bars keep their colour, which is what they say.
        assert ACCENT in [shape.colour for shape in shapes]
        # The screen is as before.
        wait_until(lambda: ink_opacity(page, SEVEN[0]) == before)


def test_a_stroke_under_way_is_printed_and_goes_on(browser: Browser, server: Server) -> None:
    with open_page(browser, f"{server.http}/embed.html") as page:
        device = PointingDevice(page)
        device.stroke(SEVEN[0][:2], lift=False)
        shapes = print_page(page, *PAPERS["A4"])
        assert [shape for shape in shapes if shape.colour == INK and shape.width > 100]
        for point in SEVEN[0][2:]:
            device.move(point, steps=6)
        device.up()
        expect_answer(page, "final", "7")


def test_the_page_is_printed_without_its_tools(browser: Browser, server: Server) -> None:
    with open_page(browser, server.http) as page:
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
        page.emulate_media(media="print")
        assert page.locator("button:visible:not(#drawings *)").count() == 0
