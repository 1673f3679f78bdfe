"""Tests of the service worker: the page opens offline, and never mixes two versions."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from realtime.http.web_files import ON_DEMAND, TYPES, WORKER, is_for_others
from realtime.package_data import WEB_FOLDER
from tests.support.files import ROOT
from tests.support.hosts import (
    LOGIN_COOKIE,
    serve_host_with_login,
    serve_host_without_service,
)
from tests.support.page import FOUR, draw, expect_status, ink_of
from tests.support.server import Server, free_port, serve, wait_until

CACHES = "caches.keys().then((names) => names.filter((name) => !name.endsWith('passing')))"
HAS_PASSING_CACHE = "caches.keys().then((names) => names.some((name) => name.endsWith('passing')))"
# The versions of main.js and pad.js in which a page runs.
VERSIONS = "[globalThis.mainVersion ?? 1, globalThis.padVersion ?? 1]"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A new browser profile."""
    context = browser.new_context()
    yield context
    context.close()


def visit_page(page: Page, server: Server) -> Page:
    """The page after a first visit, once its service worker has cached it."""
    page.goto(server.http)
    expect_status(page, "open")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    return page


def copy_project(folder: Path) -> Path:
    """A copy of the project whose page can be changed."""
    for part in ("realtime", "web"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "gunicorn.conf.py", folder)
    return folder


def update(folder: Path) -> None:
    """Change main.js and pad.js, so that each sets its version."""
    for path in ("page/main", "element/pad"):
        file = folder / "web" / f"{path}.js"
        file.write_text(file.read_text() + f"\nglobalThis.{file.stem}Version = 2;\n")


def test_the_page_opens_without_a_server_after_the_first_visit(
    context: BrowserContext, tmp_path: Path
) -> None:
    page = context.new_page()
    with serve(tmp_path / "log") as server:
        visit_page(page, server)
    for address in (server.http, f"{server.http}/?label=7"):
        page.goto(address)
        expect_status(page, "closed", re.compile("reconnecting"))
    context.set_offline(True)
    page.reload()
    expect_status(page, "offline", re.compile("offline"))
    draw(page, *FOUR)
    expect(page.locator("#undo")).to_be_enabled()
    assert len(ink_of(page)) == len(FOUR)


@pytest.fixture(scope="module")
def gone(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[BrowserContext, Server]]:
    """The profile of somebody who visited the page of a service that is gone, and the service."""
    with serve(tmp_path_factory.mktemp("gone") / "log") as server:
        context = browser.new_context()
        page = visit_page(context.new_page(), server)
        page.close()
    yield context, server
    context.close()


@pytest.mark.parametrize("status", [404, 410, 429, 502])
def test_a_host_whose_service_is_gone_does_not_hide_the_page(
    gone: tuple[BrowserContext, Server], status: int
) -> None:
    context, server = gone
    with serve_host_without_service(server.port, status), context.new_page() as page:
        page.goto(server.http)
        expect(page.locator("#pad")).to_be_visible()
        # The next one finds this drawing, which is kept.
        page.keyboard.press("Escape")
        assert ink_of(page) == []
        draw(page, *FOUR)
        assert len(ink_of(page)) == len(FOUR)


@pytest.mark.parametrize("status", [302, 401, 403])
def test_a_host_that_asks_for_a_login_shows_it(
    gone: tuple[BrowserContext, Server], status: int
) -> None:
    context, server = gone
    with serve_host_without_service(server.port, status), context.new_page() as page:
        page.goto(server.http)
        expect(page.get_by_text("Who are you?")).to_be_visible()


def test_what_a_host_has_answered_once_hides_nothing_that_comes_later(
    gone: tuple[BrowserContext, Server],
) -> None:
    """Browsers keep a 410 for ever."""
    context, server = gone
    with serve_host_without_service(server.port, 410), context.new_page() as page:
        page.goto(server.http)
        expect(page.locator("#pad")).to_be_visible()
    with serve_host_without_service(server.port, 401), context.new_page() as page:
        page.goto(server.http)
        expect(page.get_by_text("Who are you?")).to_be_visible()


def test_the_manifest_is_had_behind_a_login(context: BrowserContext, server: Server) -> None:
    name, value = LOGIN_COOKIE.split("=")
    with serve_host_with_login(server.http) as url:
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        page.goto(url)
        expect(page.locator("#pad")).to_be_visible()
        manifest = context.new_cdp_session(page).send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert json.loads(manifest["data"])["short_name"] == "Digits"


def test_all_files_and_nothing_else_are_cached(context: BrowserContext, server: Server) -> None:
    page = visit_page(context.new_page(), server)
    # The network is asked for the page and for none of its files.
    with page.expect_response(f"{server.http}/page/main.js") as of_worker:
        page.reload()
    assert of_worker.value.from_service_worker
    page.evaluate("Promise.all(['readyz', 'metrics', 'predict'].map((path) => fetch(path)))")
    (name,) = page.evaluate(CACHES)
    cached = page.evaluate(
        """name => caches.open(name)
            .then((cache) => cache.keys()).then((all) => all.map(({ url }) => url))""",
        name,
    )
    files = {
        file.relative_to(WEB_FOLDER).as_posix()
        for file in WEB_FOLDER.rglob("*")
        if file.suffix in TYPES
    }
    not_cached = {"index.html", WORKER, *ON_DEMAND, *filter(is_for_others, files)}
    assert {url.removeprefix(f"{server.http}/") for url in cached} == files - not_cached | {""}


def test_a_new_version_is_loaded_and_cached_completely(
    context: BrowserContext, tmp_path: Path
) -> None:
    folder, port = copy_project(tmp_path / "project"), free_port()
    log, weights = tmp_path / "log", str(ROOT / "weights")
    page = context.new_page()
    with serve(log, port=port, folder=folder, INK_WEIGHTS=weights) as server:
        visit_page(page, server)
        # After a reload the first service worker controls the page.
        page.reload()
        expect_status(page, "open")
        assert page.evaluate(VERSIONS) == [1, 1]
        (first,) = page.evaluate(CACHES)
    update(folder)
    # The old version is cached, and the new one is not yet.
    page.reload()
    expect(page.locator("#pad")).to_be_visible()
    assert page.evaluate(VERSIONS) == [1, 1]
    with serve(log, port=port, folder=folder, INK_WEIGHTS=weights) as server:
        page.reload()
        expect_status(page, "open")
        assert page.evaluate(VERSIONS) == [2, 2]
        assert page.evaluate(HAS_PASSING_CACHE)
        # The newer service worker waits until the last page of the older one is closed.
        page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
        wait_until(
            lambda: page.evaluate(
                "navigator.serviceWorker.getRegistration().then((found) => Boolean(found.waiting))"
            )
        )
        assert first in page.evaluate(CACHES)

        def caches_after_reopening() -> list[str]:
            page.goto("about:blank")
            page.goto(server.http)
            return list(page.evaluate(CACHES))

        wait_until(lambda: len(caches_after_reopening()) == 1)
        assert page.evaluate(CACHES) != [first]
        assert not page.evaluate(HAS_PASSING_CACHE)
    page.reload()
    expect(page.locator("#pad")).to_be_visible()
    assert page.evaluate(VERSIONS) == [2, 2]


@pytest.mark.parametrize(
    ("is_other", "state", "caches"), [(False, "installed", 1), (True, "redundant", 0)]
)
def test_an_incomplete_version_is_not_cached(
    context: BrowserContext, tmp_path: Path, is_other: bool, state: str, caches: int
) -> None:
    """Another service answers for one file, once with the same version and once not."""
    folder, weights = copy_project(tmp_path / "project"), str(ROOT / "weights")
    with ExitStack() as stack:
        first = stack.enter_context(serve(tmp_path / "first", folder=folder, INK_WEIGHTS=weights))
        if is_other:
            update(folder)
        second = stack.enter_context(serve(tmp_path / "second", folder=folder, INK_WEIGHTS=weights))
        context.route(
            "**/element/pad.js",
            lambda route: route.fulfill(response=route.fetch(url=f"{second.http}/element/pad.js")),
        )
        page = context.new_page()
        page.goto(f"{first.http}/embed.html")
        seen = page.evaluate(
            """navigator.serviceWorker.register("sw.js").then(({ installing }) =>
            new Promise((resolve) => {
                installing.onstatechange = () => resolve(installing.state);
            }))"""
        )
        assert seen == state
        assert len(page.evaluate(CACHES)) == caches
