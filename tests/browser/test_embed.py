"""Tests of the component in third-party pages: origins, several instances, moves, removal."""

import re
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import ONE, SEVEN, Point
from tests.support.page import (
    FOUR,
    TIMEOUT_MS,
    Visitor,
    draw,
    expect_answer,
    expect_status,
    ink_of,
    new_visitor,
)
from tests.support.pens import CANVAS
from tests.support.server import Server, serve, wait_until
from tests.support.third_party_site import ThirdPartySite

ROUNDS = 20


def loading(server: Server) -> str:
    """The part of a page's head that loads the component."""
    return f'<script type="module" src="{server.http}/js/recognizer.js"></script>'


def recognizer(server: Server, attributes: str = "") -> str:
    """The component's element."""
    return f'<ink-recognizer src="{server.ws}" {attributes}></ink-recognizer>'


def draw_in(page: Page, name: str, stroke: list[Point]) -> None:
    """Draw one stroke on the recognizer with this id."""
    box = page.locator(f"#{name} #pad").bounding_box()
    assert box is not None
    places = [
        (box["x"] + x / CANVAS * box["width"], box["y"] + y / CANVAS * box["height"])
        for x, y in stroke
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def expect_read(page: Page, name: str, label: str) -> None:
    """Wait for the final answer of the recognizer with this id."""
    expect(page.locator(f"#{name} .answer").first).to_have_attribute(
        "data-label", label, timeout=TIMEOUT_MS
    )
    expect(page.locator(f"#{name} #answers")).to_have_attribute(
        "data-state", "final", timeout=TIMEOUT_MS
    )


def open_sessions(server: Server) -> int:
    """The number of open sessions."""
    with urllib.request.urlopen(f"{server.http}/metrics", timeout=10) as response:  # noqa: S310
        found = re.search(r"^ink_sessions_open (\d+)", response.read().decode(), re.MULTILINE)
    assert found is not None
    return int(found[1])


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
        third_party_site.add_page(loading(embeddable_server), recognizer(embeddable_server))
    )
    draw(page, *FOUR)
    expect_answer(page, "final", "4")


def test_a_page_of_another_origin_does_not_connect(
    browser: Browser, third_party_site: ThirdPartySite, server: Server
) -> None:
    """Drawing works, and a message says that there is no connection."""
    with new_visitor(browser) as visitor:
        page = visitor.open(
            third_party_site.add_page(loading(server), recognizer(server)), state="closed"
        )
        expect_status(page, "closed", re.compile("^reconnecting .*your ink is kept$"))
        draw(page, *SEVEN)
        assert len(ink_of(page)) == 1
        # The browser logs the header that the service does not send to other origins. The page
        # itself logs nothing.
        visitor.errors = [
            error for error in visitor.errors if "Access-Control-Allow-Origin" not in error
        ]


def test_several_on_a_page_do_not_disturb_each_other(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    style = "<style>body { display: flex } ink-recognizer { width: 360px }</style>"
    both = recognizer(embeddable_server, "id=first") + recognizer(
        embeddable_server, "id=second lang=zh"
    )
    page = visitor.context.new_page()
    page.goto(third_party_site.add_page(loading(embeddable_server) + style, both))
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


def test_moved_in_the_document_it_keeps_its_ink_and_one_socket(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(
            loading(embeddable_server),
            f"<main></main><aside></aside>{recognizer(embeddable_server)}",
        )
    )
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    page.evaluate("document.querySelector('main').append(document.querySelector('ink-recognizer'))")
    expect_answer(page, "final", "7")
    draw(page, *ONE)
    assert len(ink_of(page)) == 2
    wait_until(lambda: open_sessions(embeddable_server) == 1)


def test_moved_in_the_midst_of_a_stroke_it_keeps_what_there_is_of_it(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(
            loading(embeddable_server), f"<main></main>{recognizer(embeddable_server)}"
        )
    )
    box = page.locator("#pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 160, steps=5)
    page.evaluate("document.querySelector('main').append(document.querySelector('ink-recognizer'))")
    page.mouse.up()
    expect_status(page, "open")
    draw(page, *SEVEN)
    assert len(ink_of(page)) == 2


def test_changes_while_detached_show_after_it_is_attached(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(loading(embeddable_server), recognizer(embeddable_server))
    )
    draw(page, *FOUR)
    expect_answer(page, "final", "4")
    page.evaluate("""() => {
        const one = document.querySelector("ink-recognizer");
        one.remove();
        one.clear();
        one.ink = [{ x: [200, 200], y: [60, 340], t: [0, 300] }];
        document.body.append(one);
    }""")
    expect_answer(page, "final", "1")
    alpha = """([x, y]) => {
        const pad = document.querySelector("ink-recognizer").shadowRoot.querySelector("#pad");
        const [column, row] = [x * pad.width / 400, y * pad.height / 400];
        return pad.getContext("2d").getImageData(column, row, 1, 1).data[3];
    }"""
    assert page.evaluate(alpha, [200, 200]) == 255
    assert page.evaluate(alpha, [120, 232]) == 0, "the 4 is still to be seen"


def test_created_and_removed_by_script_it_leaves_nothing(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.context.new_page()
    page.goto(third_party_site.add_page(loading(embeddable_server), "<main></main>"))
    devtools = visitor.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    one_round = """async ({ rounds, src }) => {
        for (let i = 0; i < rounds; i += 1) {
            const one = document.createElement("ink-recognizer");
            one.setAttribute("src", src);
            one.setAttribute("guide", "8");
            const read = new Promise((done) =>
                one.addEventListener("prediction", done, { once: true }));
            document.querySelector("main").append(one);
            one.ink = [{ x: [200, 200, 201], y: [60, 200, 340], t: [0, 150, 300] }];
            await read;
            one.remove();
        }
    }"""

    def object_counts() -> dict[str, float]:
        devtools.send("HeapProfiler.collectGarbage")
        metrics = {
            one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]
        }
        return {name: metrics[name] for name in ("Nodes", "JSEventListeners")}

    page.evaluate("customElements.whenDefined('ink-recognizer').then(() => true)")
    page.evaluate(one_round, {"rounds": 2, "src": embeddable_server.ws})
    before = object_counts()
    page.evaluate(one_round, {"rounds": ROUNDS, "src": embeddable_server.ws})
    wait_until(lambda: open_sessions(embeddable_server) == 0)
    # Pending work, such as a requested animation frame, ends a moment later.
    wait_until(
        lambda: all(count <= before[name] for name, count in object_counts().items()), timeout_s=5
    )


@pytest.mark.parametrize("kept", [False, True], ids=["loaded anew", "kept by the browser"])
def test_it_works_after_leaving_the_page_and_coming_back(
    browser: Browser, third_party_site: ThirdPartySite, embeddable_server: Server, kept: bool
) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(
            third_party_site.add_page(loading(embeddable_server), recognizer(embeddable_server))
        )
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
        if kept:
            # The event is that of the back/forward cache, which is off in the tests' browser.
            page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
            expect_status(page, "closed")
            wait_until(lambda: open_sessions(embeddable_server) == 0)
            page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
            expect_answer(page, "final", "7")
        else:
            page.goto("about:blank")
            wait_until(lambda: open_sessions(embeddable_server) == 0)
            page.go_back()
        expect_status(page, "open")
        draw(page, *ONE)
        expect(page.locator("#answers")).not_to_have_attribute("data-state", "interim")
        assert len(ink_of(page)) == 1 + kept


def test_the_ink_goes_to_another_service(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server, tmp_path: Path
) -> None:
    with serve(tmp_path / "log", INK_ORIGINS=third_party_site.origin) as other:
        page = visitor.open(
            third_party_site.add_page(loading(embeddable_server), recognizer(embeddable_server))
        )
        draw(page, *FOUR)
        draw(page, *ONE)
        page.evaluate("document.querySelector('ink-recognizer').undo()")
        expect_answer(page, "final", "4")
        page.evaluate(
            """src => {
            const element = document.querySelector("ink-recognizer");
            window.answered = new Promise((done) => element.addEventListener("prediction", done));
            element.setAttribute("src", src);
        }""",
            other.ws,
        )
        assert page.evaluate("answered.then(({ detail }) => [detail.label, detail.strokes])") == [
            "4",
            2,
        ]
        expect_answer(page, "final", "4")
        wait_until(lambda: open_sessions(embeddable_server) == 0 and open_sessions(other) == 1)
        draw(page, *ONE)
        assert len(ink_of(page)) == 3
        page.evaluate("document.querySelector('ink-recognizer').clear()")
        expect_answer(page, "empty")
