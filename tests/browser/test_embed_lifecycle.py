"""Tests of the component that is moved, detached, removed, left and reconnected."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.drawing import ONE, SEVEN
from tests.support.embedding import element_html, open_sessions, script_html
from tests.support.page import (
    FOUR,
    Visitor,
    draw,
    expect_answer,
    expect_status,
    ink_of,
    new_visitor,
)
from tests.support.server import Server, serve, wait_until
from tests.support.third_party_site import ThirdPartySite

ROUNDS = 20


def test_moved_in_the_document_it_keeps_its_ink_and_one_socket(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    page = visitor.open(
        third_party_site.add_page(
            script_html(embeddable_server),
            f"<main></main><aside></aside>{element_html(embeddable_server)}",
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
            script_html(embeddable_server), f"<main></main>{element_html(embeddable_server)}"
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
        third_party_site.add_page(script_html(embeddable_server), element_html(embeddable_server))
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
    page.goto(third_party_site.add_page(script_html(embeddable_server), "<main></main>"))
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
    wait_until(lambda: all(count <= before[name] for name, count in object_counts().items()))


@pytest.mark.parametrize("kept", [False, True], ids=["loaded anew", "kept by the browser"])
def test_it_works_after_leaving_the_page_and_coming_back(
    browser: Browser, third_party_site: ThirdPartySite, embeddable_server: Server, kept: bool
) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(
            third_party_site.add_page(
                script_html(embeddable_server), element_html(embeddable_server)
            )
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
            third_party_site.add_page(
                script_html(embeddable_server), element_html(embeddable_server)
            )
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
