"""The Handwriting Recognition API beside browsers' own, and when its service is not there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.support.api_page import load_api, open_api_page, printed
from tests.support.browser import launch
from tests.support.drawing import SEVEN
from tests.support.embedding import open_sessions
from tests.support.server import Server, free_port, serve, wait_until
from tests.support.third_party_site import ThirdPartySite

TOKEN = "a.token-of_pages"  # noqa: S105
# Chromium has the interfaces of systems whose recognizer it has not.
NATIVE_SWITCH = "--enable-blink-features=HandwritingRecognition"
# Names of what is thrown and values that come back, of a stroke and of what it is made of. Chromium
# has times of an older IDL, as whole numbers: there is no time here that is none.
CALLS = """async () => {
    const { prototype } = HandwritingStroke;
    const describe = (object) => Object.entries(Object.getOwnPropertyDescriptors(object))
        .map(([key, { value, ...rest }]) => [key, typeof value, value?.length, value?.name, rest])
        .sort(([one], [other]) => one < other ? -1 : 1);
    const points = [
        {}, { x: 1 }, { x: 1, y: "2" }, { x: 1, y: 2, t: null }, { x: 1, y: 2, t: undefined },
        { x: true, y: [] }, { x: 1, y: {} }, { x: 1n, y: 1 }, { x: 1, y: Symbol() }, null, 5, "x",
        undefined, { x: 1e308, y: -0 }, { x: Infinity, y: 1 },
        Object.assign(() => {}, { x: 1, y: 2 }),
    ];
    const stroke = new HandwritingStroke();
    const results = await Promise.all(points.map((point) => thrown(() => stroke.addPoint(point))));
    return JSON.stringify([
        describe(HandwritingStroke), describe(prototype), results, stroke.getPoints(),
        await thrown(() => HandwritingStroke()), await thrown(() => prototype.clear()),
        await thrown(() => stroke.addPoint()), `${stroke}`,
        await thrown(() => navigator.queryHandwritingRecognizer({})),
        await thrown(() => navigator.createHandwritingRecognizer()),
        await thrown(() => navigator.createHandwritingRecognizer({ languages: [] })),
        await navigator.queryHandwritingRecognizer({ languages: [] }),
        describe(Object.getPrototypeOf(navigator)).filter(([key]) => key.includes("Handwriting")),
    ]);
}"""
# A browser's own recognizer that answers (or does not) as `answer` says.
OWN_RECOGNIZER = """
    globalThis.HandwritingStroke = class HandwritingStroke { addPoint() {} };
    globalThis.own = { languages: [], finished: 0 };
    Navigator.prototype.createHandwritingRecognizer = async ({ languages }) => {
        own.languages.push(...languages);
        return {
            startDrawing: () => ({ addStroke() {}, getPrediction: () => ANSWER }),
            finish() { own.finished += 1; },
        };
    };
    globalThis.ownCreate = navigator.createHandwritingRecognizer;
"""
IS_OWN = "navigator.createHandwritingRecognizer === ownCreate"
READ = """async ([strokes, hints]) =>
    (await drawingOf(recognizer, strokes, hints).getPrediction())[0].text"""
READ_ABC = """async (strokes) => {
    const [{ text }] = await drawingOf(await create(), strokes).getPrediction();
    return text;
}"""
REFUSAL = "() => create().then(() => null, ({ name, message }) => [name, message])"
QUERY = "navigator.queryHandwritingRecognizer({ languages: ['en'] })"


def test_a_browsers_own_recognizer_that_answers_is_left_alone(
    browser: Browser, server: Server
) -> None:
    before = OWN_RECOGNIZER.replace("ANSWER", "Promise.resolve([])")
    with open_api_page(browser, server, before=before) as page:
        assert page.evaluate(IS_OWN)
        assert page.evaluate("'HandwritingDrawing' in globalThis") is False
        # It was asked for English, and for the language of the browser's user.
        assert page.evaluate("own") == {"languages": ["en", "en-GB"], "finished": 2}


@pytest.mark.parametrize("answer", ["Promise.reject(new Error('no'))", "new Promise(() => {})"])
def test_one_that_fails_or_is_silent_is_replaced(
    browser: Browser, server: Server, answer: str
) -> None:
    before = OWN_RECOGNIZER.replace("ANSWER", answer)
    with open_api_page(browser, server, before=before) as page:
        assert not page.evaluate(IS_OWN)
        assert page.evaluate(READ_ABC, printed("abc")) == "abc"


@pytest.fixture
def chromium_with_api(browser: Browser) -> Iterator[Browser]:
    """A Chromium that has the interfaces, on a system without a recognizer."""
    with launch(browser.browser_type, NATIVE_SWITCH) as running:
        yield running


def test_chromiums_own_without_a_recognizer_is_replaced_by_its_like(
    chromium_with_api: Browser, server: Server
) -> None:
    """Its stroke needs no recognizer, so that the same calls show the same of both."""
    with open_api_page(chromium_with_api, server, loads=False) as page:
        if page.evaluate("typeof HandwritingStroke") == "undefined":
            pytest.skip("this Chromium is built without handwriting recognition")
        assert page.evaluate("() => thrown(create)") == "NotSupportedError"
        native = page.evaluate(CALLS)
        page.evaluate("() => { globalThis.Native = HandwritingStroke; }")
        load_api(page, server)
        assert page.evaluate("HandwritingStroke !== Native")
        assert json.loads(page.evaluate(CALLS)) == json.loads(native)
        assert page.evaluate(READ_ABC, printed("abc")) == "abc"


def test_the_api_is_for_secure_contexts_alone(browser: Browser, server: Server) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        warnings: list[str] = []
        page.on("console", lambda message: warnings.append(message.text))

        def serve_page(route: Route) -> None:
            path = route.request.url.removeprefix("http://insecure.test/")
            if not path:
                route.fulfill(body="<!doctype html>", content_type="text/html")
            else:
                route.fulfill(response=route.fetch(url=f"{server.http}/{path}"))

        page.route("http://insecure.test/**", serve_page)
        page.goto("http://insecure.test/")
        page.evaluate("import('/js/handwriting.js')")
        assert page.evaluate("[isSecureContext, 'HandwritingStroke' in globalThis]") == [False] * 2
        assert page.evaluate("'createHandwritingRecognizer' in navigator") is False
        assert [text for text in warnings if "secure contexts" in text]


def test_a_page_of_an_allowed_origin_reads_by_it(
    browser: Browser, embeddable_server: Server, third_party_site: ThirdPartySite
) -> None:
    url = third_party_site.add_page("", "")
    with open_api_page(browser, embeddable_server, url=url) as page:
        assert page.evaluate(READ_ABC, printed("abc")) == "abc"


def test_a_page_of_another_origin_is_told_why_it_gets_no_recognizer(
    browser: Browser, server: Server, third_party_site: ThirdPartySite
) -> None:
    url = third_party_site.add_page("", "")
    with open_api_page(browser, server, url=url) as page:
        name, message = page.evaluate(REFUSAL)
        assert name == "UnknownError"
        assert f"takes nothing from pages of {third_party_site.origin}" in message
        assert page.evaluate(QUERY) is None


@pytest.fixture
def page_of_token(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page with the API of a service that asks for a token."""
    with (
        serve(tmp_path / "log", INK_TOKEN=TOKEN) as server,
        open_api_page(browser, server) as page,
    ):
        page.evaluate("(src) => { globalThis.src = src; }", server.ws)
        yield page


def test_a_token_is_given_to_use_service(page_of_token: Page) -> None:
    name, message = page_of_token.evaluate(REFUSAL)
    assert name == "UnknownError"
    assert "useService()" in message
    page_of_token.evaluate("(token) => api.useService({ src, token })", TOKEN)
    assert page_of_token.evaluate(READ_ABC, printed("abc")) == "abc"


def test_a_service_that_reads_no_texts_has_no_recognizer(browser: Browser, tmp_path: Path) -> None:
    with (
        serve(tmp_path / "log", INK_MODELS="digit,line") as server,
        open_api_page(browser, server) as page,
    ):
        assert page.evaluate("() => thrown(create)") == "NotSupportedError"
        assert page.evaluate(QUERY) is None


# On a busy machine a start may take longer than an answer is waited for: an OperationError says so.
WAIT_FOR_NEXT = """async () => {
    for (let attempts = 3; attempts > 0; attempts -= 1) {
        try {
            return (await next)[0].text;
        } catch (error) {
            if (error.name !== "OperationError") throw error;
            globalThis.next = drawing.getPrediction();
        }
    }
    return "no answer";
}"""


def test_a_prediction_waits_out_a_restart_of_the_service(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    with serve(tmp_path / "log", port=port) as server, open_api_page(browser, server) as page:
        page.evaluate(
            "async (seven) => { globalThis.drawing = drawingOf(await create(), seven); }", SEVEN
        )
        text = "async () => (await drawing.getPrediction())[0].text"
        first = page.evaluate(text)
        server.stop()
        # Should the next start take longer than an answer is waited for, nobody listens yet.
        page.evaluate(
            "() => { globalThis.next = drawing.getPrediction(); next.catch(() => undefined); }"
        )
        with serve(tmp_path / "log", port=port):
            assert page.evaluate(WAIT_FOR_NEXT) == first
            # Also the connections of later recognizers.
            assert page.evaluate("() => thrown(create)") == "nothing"


def test_a_connection_that_ended_as_nobody_drew_comes_again(
    browser: Browser, tmp_path: Path
) -> None:
    with (
        serve(tmp_path / "log", INK_IDLE_S="1", INK_PING_S="0.3") as server,
        open_api_page(browser, server) as page,
    ):
        page.evaluate("async () => { globalThis.recognizer = await create(); }")
        wait_until(lambda: open_sessions(server) == 0)
        assert page.evaluate(READ, [printed("abc"), {}]) == "abc"


def test_finishing_a_recognizer_ends_its_connections(browser: Browser, own_server: Server) -> None:
    with open_api_page(browser, own_server) as page:
        page.evaluate("async () => { globalThis.recognizer = await create(); }")
        assert page.evaluate(READ, [printed("abc"), {}]) == "abc"
        assert page.evaluate(READ, [SEVEN, {"recognitionType": "digit"}]) == "7"
        assert open_sessions(own_server) == 2
        page.evaluate("recognizer.finish()")
        wait_until(lambda: open_sessions(own_server) == 0)


def test_without_a_service_there_is_no_recognizer(browser: Browser, server: Server) -> None:
    with open_api_page(browser, server) as page:
        page.evaluate("(src) => api.useService({ src })", f"ws://127.0.0.1:{free_port()}/ws")
        results = page.evaluate(f"() => Promise.all([thrown(create), {QUERY}])")
        assert results == ["OperationError", None]
        page.evaluate("() => api.useService({ src: 'nowhere://' })")
        assert page.evaluate(REFUSAL)[0] == "UnknownError"
