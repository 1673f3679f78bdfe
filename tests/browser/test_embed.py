"""Tests of the component in third-party pages: origins, several instances, moves, removal."""

from playwright.sync_api import expect

from tests.support.drawing import ONE, SEVEN
from tests.support.embedding import draw_in, element_html, expect_read, script_html
from tests.support.page import (
    FOUR,
    TIMEOUT_MS,
    Visitor,
    draw,
    expect_answer,
)
from tests.support.server import Server
from tests.support.third_party_site import ThirdPartySite


def test_the_embedding_example_answers_and_clears(
    visitor: Visitor, embeddable_server: Server
) -> None:
    page = visitor.open(f"{embeddable_server.http}/embed.html")
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    expect(page.locator("output")).to_have_text("7")
    page.get_by_role("button", name="Clear").click()
    expect_answer(page, "empty")
    expect(page.locator("output")).to_have_text("nothing yet")


def test_a_page_of_an_allowed_origin_connects(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(script_html(embeddable_server), element_html(embeddable_server))
    )
    draw(page, *FOUR)
    expect_answer(page, "final", "4")


def test_several_on_a_page_do_not_disturb_each_other(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    style = "<style>body { display: flex } ink-recognizer { width: 360px }</style>"
    both = element_html(embeddable_server, "id=first") + element_html(
        embeddable_server, "id=second lang=zh"
    )
    page = visitor.context.new_page()
    page.goto(third_party_site.add_page(script_html(embeddable_server) + style, both))
    for name in ("first", "second"):
        expect(page.locator(f"#{name} #status")).to_have_attribute(
            "data-state", "open", timeout=TIMEOUT_MS
        )
    draw_in(page, "first", SEVEN[0])
    draw_in(page, "second", ONE[0])
    expect_read(page, "first", "7")
    expect_read(page, "second", "1")
    expect(page.locator("#second .words")).to_have_text("已连接")
    expect(page.locator("#first .words")).to_have_text("connected")
    page.locator("#first #pad").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#first #answers")).to_have_attribute("data-state", "empty")
    assert page.evaluate("[first.ink.length, second.ink.length]") == [0, 1]
