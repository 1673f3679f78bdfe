"""Tests of writing formulas: typeset while they are written, tapped, corrected and copied."""

import re
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.board_formulas import FORMULAS
from tests.support.formula_page import (
    leaf,
    open_formula_page,
    turn_to_formulas,
    typeset,
    write_formula,
)
from tests.support.line_page import property_of, segments_of
from tests.support.page import (
    PHONE,
    SETTLED,
    draw,
    expect_answer,
    ink_of,
    new_visitor,
)
from tests.support.server import Server

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def formula_page(browser: Browser, server: Server) -> Iterator[Page]:
    """The connected page of a new visitor, which reads formulas."""
    with open_formula_page(browser, server.http, permissions=CLIPBOARD) as page:
        yield page


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_typeset_and_worked_out(formula_page: Page, text: str) -> None:
    write_formula(formula_page, text, "mouse")
    value = FORMULAS[text][1]
    assert property_of(formula_page, "value") == value
    expect(formula_page.locator(".formula .value")).to_have_text(value or "")
    expect(formula_page.locator(".marks .result")).to_have_text(value or "")
    bars_and_roots = formula_page.locator(".formula :is(mfrac, msqrt)").count()
    assert len(segments_of(formula_page)) == len(typeset(formula_page)) + bars_and_roots
    said = "%" if value is None else rf"equals, .*%, result {value.replace('.', ' point ')}"
    expect(formula_page.locator("#announcement")).to_have_text(re.compile(rf"{said}$"))


def test_what_was_typeset_stays_until_the_next_formula_is(formula_page: Page) -> None:
    first, *others = FORMULAS["7×6="][0]()
    draw(formula_page, first)
    expect_answer(formula_page, SETTLED)
    formula_page.locator(".formula .math").evaluate(
        """(math) => {
            window.empty = 0;
            window.renewed = 0;
            new MutationObserver(() => {
                window.renewed += 1;
                if (math.childElementCount === 0) window.empty += 1;
            }).observe(math, { childList: true });
        }"""
    )
    draw(formula_page, *others, pointer="mouse")
    expect(leaf(formula_page, "=")).to_have_count(1)
    assert formula_page.evaluate("window.renewed") > 1
    assert formula_page.evaluate("window.empty") == 0
    formula_page.click("#clear")
    expect(formula_page.locator(".formula math")).to_have_count(0)


def test_a_sign_is_corrected_from_the_formula(formula_page: Page) -> None:
    write_formula(formula_page, "7×6=")
    leaf(formula_page, "6").click()
    chosen = formula_page.get_by_role("menuitemradio").nth(1)
    label = chosen.locator(".glyph").inner_text()
    chosen.click()
    expect(formula_page.locator(".formula .pinned")).to_have_text(label)
    (pin,) = property_of(formula_page, "pins")
    assert pin["label"] == label
    assert pin["strokes"] == segments_of(formula_page)[2]["strokes"]
    formula_page.click("#undo")
    expect(leaf(formula_page, "6")).to_have_count(1)
    expect(formula_page.locator(".formula .pinned")).to_have_count(0)


@pytest.mark.parametrize("drawn", ["mfrac", "msqrt"])
def test_the_bar_of_a_fraction_and_a_root_can_be_tapped(formula_page: Page, drawn: str) -> None:
    text, sign = {"mfrac": ("(3/4)=", "-"), "msqrt": ("√(9)=", "√")}[drawn]
    write_formula(formula_page, text)
    box = formula_page.locator(f".formula {drawn}").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    x = box["x"] + (box["width"] / 2 if drawn == "mfrac" else 3)
    formula_page.mouse.click(x, middle)
    chosen = formula_page.locator('[role="menuitemradio"][aria-checked="true"] .glyph')
    expect(chosen).to_have_text(sign)


def test_a_tap_on_ink_asks_what_else_it_may_be(formula_page: Page) -> None:
    write_formula(formula_page, "(3/4)=")
    strokes = ink_of(formula_page)
    bar = strokes[1]
    draw(formula_page, [(bar["x"][0] + 20, bar["y"][0] - 1)])
    menu = formula_page.get_by_role("menu")
    expect(menu).to_be_visible()
    expect(menu.locator('[aria-checked="true"] .glyph')).to_have_text("-")
    assert ink_of(formula_page) == strokes
    formula_page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect_answer(formula_page, "final")
    assert property_of(formula_page, "text") == "(3/4)="


def test_a_dot_beside_ink_is_ink(formula_page: Page) -> None:
    write_formula(formula_page, "7×6=")
    before = len(ink_of(formula_page))
    draw(formula_page, [(20, 300), (21, 301)])
    expect_answer(formula_page, SETTLED)
    assert len(ink_of(formula_page)) == before + 1
    expect(formula_page.get_by_role("menu")).to_be_hidden()


def test_signs_are_reached_by_keys(formula_page: Page) -> None:
    write_formula(formula_page, "7×6=")
    signs = formula_page.locator(".text button")
    expect(signs).to_have_count(4)
    signs.first.focus()
    formula_page.keyboard.press("ArrowRight")
    expect(signs.nth(1)).to_be_focused()
    expect(signs.nth(1)).to_have_attribute("aria-label", re.compile("^times, "))
    # The frame in the formula says where the focus is.
    halo, times = (formula_page.locator(".halo"), leaf(formula_page, "×"))
    expect(halo).to_be_visible()
    framed, framing = times.bounding_box(), halo.bounding_box()
    assert framed is not None
    assert framing is not None
    assert framing["x"] == pytest.approx(framed["x"], abs=2)
    formula_page.keyboard.press("Enter")
    expect(formula_page.get_by_role("menu")).to_be_visible()
    formula_page.keyboard.press("Escape")
    expect(signs.nth(1)).to_be_focused()
    formula_page.keyboard.press("Delete")
    expect(leaf(formula_page, "×")).to_have_count(0)


def test_another_reading_of_all_is_shown_and_copied(formula_page: Page) -> None:
    # An x or a cross, and the 2 over, beside or under it.
    write_formula(formula_page, "x^2")
    readings = formula_page.locator(".readings button")
    expect(readings.first).to_have_attribute("aria-pressed", "true")
    alternatives = property_of(formula_page, "answer")["alternatives"]
    before = formula_page.locator(".formula math").inner_html()
    readings.nth(1).click()
    expect(readings.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(readings.first).to_have_attribute("aria-pressed", "false")
    assert formula_page.locator(".formula math").inner_html() != before
    assert copied(formula_page, "latex") == alternatives[1]["latex"]
    assert property_of(formula_page, "text") == alternatives[0]["text"]


def copied(page: Page, kind: str) -> str:
    """What the clipboard has after a formula was copied."""
    page.click(".copy")
    page.click(f'[data-kind="{kind}"]')
    expect(page.locator(".copy")).to_have_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_formula_is_copied_as_latex_and_as_mathml(formula_page: Page) -> None:
    write_formula(formula_page, "(3/4)=")
    assert copied(formula_page, "latex") == r"\frac{3}{4}="
    mathml = copied(formula_page, "mathml")
    assert mathml.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML"')
    assert "<mfrac>" in mathml
    assert "data-segment" not in mathml
    # Other programs take it: it is well-formed.
    shown = formula_page.evaluate(
        """(text) => new DOMParser().parseFromString(text, "application/xml")
            .documentElement.textContent""",
        mathml,
    )
    assert shown == "34="


@pytest.mark.parametrize("kind", ["formula", "ink"])
def test_a_picture_is_copied_or_saved(browser: Browser, server: Server, kind: str) -> None:
    for permissions in (CLIPBOARD, []):
        with open_formula_page(browser, server.http, permissions=permissions) as page:
            write_formula(page, "(3/4)=")
            page.click(".copy")
            if permissions:
                page.click(f'[data-kind="{kind}"]')
                expect(page.locator(".copy")).to_have_text("Copied")
                data = bytes(
                    page.evaluate(
                        """async () => {
                            const [item] = await navigator.clipboard.read();
                            const blob = await item.getType("image/png");
                            return [...new Uint8Array(await blob.arrayBuffer())];
                        }"""
                    )
                )
            else:
                with page.expect_download() as saving:
                    page.click(f'[data-kind="{kind}"]')
                assert saving.value.suggested_filename == f"{kind}.png"
                data = saving.value.path().read_bytes()
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
            assert picture is not None
            dark = (picture < 128).mean()
            assert 0.005 < dark < 0.4


def test_formulas_alone_load_temml(browser: Browser, server: Server) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.http)
        expect_answer(page, "empty")
        page.click("#mode-line")
        expect(page.locator(".marks")).to_have_count(1)
        assert asked
        assert not [url for url in asked if "/math/" in url or "temml" in url]
        turn_to_formulas(page)
        assert [url for url in asked if "/math/" in url]
        assert not [url for url in asked if "temml" in url]
        write_formula(page, "7×6=")
        assert len([url for url in asked if url.endswith("vendor/temml.js")]) == 1


def test_a_phone_shows_all_of_a_formula(browser: Browser, server: Server) -> None:
    with open_formula_page(browser, server.http, viewport=PHONE, has_touch=True) as page:
        draw(page, *FORMULAS["(3/4)="][0](), pointer="touch")
        expect_answer(page, SETTLED)
        expect(page.locator(".line")).to_have_attribute("data-latex", "known")
        frame, row = (page.locator(one).bounding_box() for one in (".formula", ".formula .row"))
        assert frame is not None
        assert row is not None
        assert row["x"] + row["width"] <= frame["x"] + frame["width"] + 1
        assert row["y"] + row["height"] <= frame["y"] + frame["height"] + 1
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_value_is_shown_whole_where_there_is_no_room_beside_the_ink(
    browser: Browser, server: Server
) -> None:
    with open_formula_page(browser, server.http, viewport=PHONE, has_touch=True) as page:
        strokes = FORMULAS["(3/4)="][0]()
        shown = page.locator(".marks").evaluate("(marks) => marks.viewBox.baseVal.width")
        room = 0.78 * shown - max(x for stroke in strokes for x, _ in stroke)
        moved = [[(x + room, y) for x, y in stroke] for stroke in strokes]
        draw(page, *moved, pointer="touch")
        expect(page.locator(".marks .result")).to_have_text("0.75")
        value, board = (page.locator(one).bounding_box() for one in (".marks .result", ".pad"))
        assert value is not None
        assert board is not None
        assert board["x"] <= value["x"]
        assert value["x"] + value["width"] <= board["x"] + board["width"]
        assert board["y"] <= value["y"]
        assert value["y"] + value["height"] <= board["y"] + board["height"]
        assert not page.locator(".bracket").last.evaluate(
            """(bracket) => {
                const [one, other] = [bracket, bracket.closest("svg").querySelector(".result")]
                    .map((mark) => mark.getBoundingClientRect());
                return one.left < other.right && other.left < one.right
                    && one.top < other.bottom && other.top < one.bottom;
            }"""
        )


def test_formulas_are_remembered_and_speak_chinese(browser: Browser, server: Server) -> None:
    with new_visitor(browser, locale="zh-CN") as visitor:
        page = visitor.open(server.http)
        turn_to_formulas(page)
        expect(page).to_have_title("写公式")
        again = visitor.open(server.http)
        expect(again.locator("#mode-math")).to_have_attribute("aria-pressed", "true")
        expect(again.locator(".line-caption")).to_have_text("请写公式，可含分数、乘方和根号")
        expect(again.locator(".copy")).to_have_text("复制")
