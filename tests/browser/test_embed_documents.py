"""Tests of the component's definition, and of its life in documents of all kinds."""

import pytest
from playwright.sync_api import expect

from tests.support.drawing import ONE, SEVEN, point_columns
from tests.support.embedding import draw_on, element_html, open_sessions, script_html
from tests.support.page import TIMEOUT_MS, Visitor, draw, expect_answer, expect_status, ink_of
from tests.support.server import Server, wait_until
from tests.support.third_party_site import ThirdPartySite

STROKE = point_columns(SEVEN[0])
# Classic scripts run before the module that defines the element.
SET_EARLY = """<script>
    window.one = document.querySelector("ink-recognizer");
    one.ink = %s;
    one.label = "7";
    one.answer = "made up";
    one.note = "the page's own";
</script>"""
ELEMENT = "document.querySelector('ink-recognizer')"
MOVE_INTO_FRAME = """async () => {
    const frame = document.createElement("iframe");
    frame.style = "width: 700px; height: 900px; border: 0";
    document.body.prepend(frame);
    frame.contentDocument.body.append(document.querySelector("ink-recognizer"));
}"""
# How the pad looks: its style, the pixels of its layer, and how many of them are inked.
LOOK = """(pad) => {
    const { backgroundColor, borderTopLeftRadius } = getComputedStyle(pad.parentElement);
    const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
    return {
        style: [backgroundColor, borderTopLeftRadius, getComputedStyle(pad).position],
        isSharp: pad.width === Math.round(pad.clientWidth * devicePixelRatio),
        inked: data.filter((value, i) => i % 4 === 3 && value > 127).length / data.length * 4,
    };
}"""


def test_properties_set_before_the_definition_are_taken(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(
            script_html(embeddable_server),
            element_html(embeddable_server) + SET_EARLY % [STROKE],
        )
    )
    expect_answer(page, "final", "7")
    assert ink_of(page) == [{"number": 0, **STROKE}]
    assert page.evaluate("[one.label, one.session.label, one.note]") == [
        "7",
        "7",
        "the page's own",
    ]
    wait_until(lambda: page.evaluate("one.answer?.label") == "7")
    draw(page, *ONE)
    assert len(ink_of(page)) == 2
    page.evaluate("one.clear()")
    assert ink_of(page) == []


def test_ink_refused_before_the_definition_is_reported_and_breaks_nothing(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(
            "<script>window.fields = []; addEventListener('error', (event) =>"
            " fields.push(event.error.values.field))</script>" + script_html(embeddable_server),
            element_html(embeddable_server) + SET_EARLY % "[{ x: [1], y: [2] }]",
        )
    )
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    assert page.evaluate("[fields, one.label]") == [["strokes[0].t"], "7"]
    assert [error for error in visitor.errors if "strokes[0].t" not in error] == []
    visitor.errors.clear()


def test_it_is_defined_where_pages_require_trusted_types(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(
            script_html(embeddable_server),
            element_html(embeddable_server, "guide=8"),
            policy="require-trusted-types-for 'script'; trusted-types 'none'",
        )
    )
    expect(page.locator(".guide .ghost")).to_have_count(1)
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")


def test_a_script_that_is_loaded_twice_defines_it_once(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    """Two parts of a page bring their own copies, here of two addresses."""
    copy = script_html(embeddable_server).replace(".js", ".js?copy")
    page = visitor.open(
        third_party_site.add_page(
            script_html(embeddable_server) + copy, element_html(embeddable_server)
        )
    )
    page.wait_for_load_state()
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")


def test_moved_into_a_frame_and_back_it_looks_and_works_the_same(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(script_html(embeddable_server), element_html(embeddable_server))
    )
    page.evaluate(f"window.one = {ELEMENT}")
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    before = page.locator("#pad").evaluate(LOOK)
    assert before["inked"] > 0
    page.evaluate(MOVE_INTO_FRAME)
    frame = page.frames[1]
    expect(frame.locator("#answers")).to_have_attribute("data-state", "final", timeout=TIMEOUT_MS)
    moved = frame.locator("#pad").evaluate(LOOK)
    assert moved["style"] == before["style"]
    assert moved["isSharp"]
    assert moved["inked"] == pytest.approx(before["inked"], rel=0.1)
    page.evaluate("one.clear()")
    draw_on(frame.locator("#pad"), ONE[0])
    expect(frame.locator(".answer").first).to_have_attribute("data-label", "1", timeout=TIMEOUT_MS)
    # The frame's own window tells of its size.
    page.evaluate("document.querySelector('iframe').style.width = '420px'")
    wait_until(lambda: frame.locator("#pad").evaluate(LOOK)["isSharp"])
    page.evaluate("document.body.append(one)")
    expect_answer(page, "final", "1")
    assert page.locator("#pad").evaluate(LOOK)["style"] == before["style"]
    wait_until(lambda: open_sessions(embeddable_server) == 1)


def test_in_a_document_without_a_window_it_rests(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(script_html(embeddable_server), element_html(embeddable_server))
    )
    draw(page, *SEVEN)
    page.evaluate(f"""() => {{
        window.one = {ELEMENT};
        document.implementation.createHTMLDocument().body.append(one);
    }}""")
    wait_until(lambda: open_sessions(embeddable_server) == 0)
    page.evaluate("document.body.append(one)")
    expect_status(page, "open")
    expect_answer(page, "final", "7")
