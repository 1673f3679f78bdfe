"""The page, its manifest, its service worker and the element below a sub-path of a real nginx."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN, open_session
from tests.support.embedding import expect_read
from tests.support.nginx import SUB_PATH, serve_behind_nginx, serve_shipped_nginx
from tests.support.page import Visitor, draw, expect_answer, expect_status, new_visitor
from tests.support.server import Server, serve
from tests.support.third_party_site import ThirdPartySite

# How people put a service below a path: as it is shipped, for which nginx itself adds the slash; of
# the others the first leaves two at the beginning of each path.
CONFIGURATIONS = {
    "shipped": "",
    "no slash": "location /ink {{ proxy_pass {http}/; }}",
    "rewrite": "location /ink {{ rewrite ^/ink/?(.*)$ /$1 break; proxy_pass {http}; }}",
    # A location that sets a header inherits none.
    "script name": (
        "location /ink {{ proxy_pass {http}; proxy_set_header SCRIPT_NAME /ink; "
        "proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; "
        "proxy_set_header Connection $http_connection; }}"
    ),
    "deep": "location /a/b/ink {{ rewrite ^/a/b/ink/?(.*)$ /$1 break; proxy_pass {http}; }}",
}


@pytest.fixture(scope="module")
def allowing_server(
    third_party_site: ThirdPartySite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The service, for nginx on this machine and for pages of another site."""
    with serve(
        tmp_path_factory.mktemp("below") / "log",
        INK_PROXIES="127.0.0.1",
        INK_ORIGINS=third_party_site.origin,
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module", params=CONFIGURATIONS)
def base(
    request: pytest.FixtureRequest,
    allowing_server: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of the page behind nginx, without its last slash."""
    folder = tmp_path_factory.mktemp("nginx")
    if request.param == "shipped":
        nodes = [f"127.0.0.1:{allowing_server.port}"]
        with serve_shipped_nginx(folder, nodes, edits=SUB_PATH) as nginx:
            yield f"{nginx.origin}/ink"
        return
    locations = CONFIGURATIONS[request.param].format(http=allowing_server.http)
    with serve_behind_nginx(folder, locations) as origin:
        yield origin + ("/a/b/ink" if request.param == "deep" else "/ink")


@pytest.mark.parametrize("rest", ["", "/", "?lang=en", "/index.html", "/?lang=en"])
def test_the_page_answers(browser: Browser, base: str, rest: str) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(base + rest)
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
        forget_what_was_not_found(visitor)


def test_the_address_keeps_its_query_and_its_fragment(browser: Browser, base: str) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(f"{base}?a=b%20c&d#e=f")
        assert page.url.startswith(f"{base}/?a=b%20c&d")
        page.go_back()
        assert page.url == "about:blank", "the address without the slash is in the way back"
        forget_what_was_not_found(visitor)


def test_a_program_connects(base: str) -> None:
    with open_session(base.replace("http", "ws", 1) + "/ws") as client:
        assert client.draw(SEVEN)["top"][0]["label"] == "7"


def test_routes_are_found_and_answered_with_the_right_status(base: str) -> None:
    with urllib.request.urlopen(f"{base}/readyz") as answer:  # noqa: S310
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{base}/nowhere")  # noqa: S310
    refused.value.close()
    assert refused.value.code == 404


def test_the_manifest_names_the_sub_path(browser: Browser, base: str) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(base)
        session = page.context.new_cdp_session(page)
        manifest = session.send("Page.getAppManifest")
        assert manifest["url"] == f"{base}/manifest.webmanifest"
        assert manifest["errors"] == []
        assert json.loads(manifest["data"])["start_url"] == "."
        assert manifest["manifest"]["startUrl"] == f"{base}/"
        assert manifest["manifest"]["scope"] == f"{base}/"
        forget_what_was_not_found(visitor)


def forget_what_was_not_found(visitor: Visitor) -> None:
    """Leave out what the browser had begun to load before the page moved to its own address."""
    visitor.errors = [error for error in visitor.errors if "Failed to load" not in error]


def worker_scope(page: Page) -> str:
    """The scope of the page's service worker, once it is active."""
    scope: str = page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => scope)")
    return scope


def test_the_service_worker_has_the_sub_path_and_opens_it_offline(
    browser: Browser, base: str
) -> None:
    with new_visitor(browser, service_workers="allow") as visitor:
        page = visitor.open(base)
        assert worker_scope(page) == f"{base}/"
        page.reload()
        expect_status(page, "open")
        visitor.context.set_offline(True)
        page.goto(f"{base}/")
        expect_status(page, "offline")
        draw(page, *SEVEN)
        expect(page.locator("#pad")).to_be_visible()
        forget_what_was_not_found(visitor)


def test_the_element_of_a_sub_path_works_in_a_page_elsewhere(
    browser: Browser, base: str, third_party_site: ThirdPartySite
) -> None:
    script = f'<script type="module" src="{base}/js/recognizer.js"></script>'
    source = base.replace("http", "ws", 1) + "/ws"
    element = f'<ink-recognizer id="one" src="{source}"></ink-recognizer>'
    with new_visitor(browser) as visitor:
        page = visitor.open(third_party_site.add_page(script, element, name="below"))
        draw(page, *SEVEN)
        expect_read(page, "one", "7")


def test_the_embedding_example_works(browser: Browser, base: str) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(f"{base}/embed.html")
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
