"""Tests of "your ink is kept": drawings outlive the server, the page and the browser's process."""

import contextlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.support.drawing import ONE, SEVEN
from tests.support.embedding import element_html, script_html
from tests.support.history_page import DENY_STORAGE, OPEN_HISTORY
from tests.support.page import FOUR, Visitor, draw, expect_answer, expect_status, new_visitor
from tests.support.pointer import PointingDevice
from tests.support.server import free_port, serve, wait_until
from tests.support.third_party_site import ThirdPartySite

STORED = "kept.all().then((all) => all.map(({ strokes }) => strokes.length))"
POINTS_STORED = """kept.all().then((all) => all.flatMap(({ strokes }) => strokes)
    .reduce((count, { x }) => count + x.length, 0))"""


@pytest.fixture
def port() -> int:
    """The port of a service that stops and starts again."""
    return free_port()


@pytest.fixture
def running(tmp_path: Path, port: int) -> Iterator[ExitStack]:
    """A running service; closing the stack stops it."""
    with ExitStack() as stack:
        stack.enter_context(serve(tmp_path / "log", port=port))
        yield stack


@pytest.fixture
def page(visitor: Visitor, running: ExitStack, port: int) -> Page:  # noqa: ARG001  # it serves
    """The connected page of a service that a test may stop."""
    return visitor.open(f"http://127.0.0.1:{port}")


def stop(service: ExitStack, page: Page) -> None:
    """Stop the service and wait until the page has noticed."""
    service.close()
    expect_status(page, "closed", re.compile("your ink is kept"))


def expect_gallery(page: Page, *labels: str) -> None:
    """Wait for the drawings in the gallery, newest first; "–" is one without an answer."""
    expect(page.locator("#drawings span")).to_have_text(list(labels))


def watcher(page: Page, port: int) -> Page:
    """A second page of the same visitor, which reads what is stored."""
    other = page.context.new_page()
    other.goto(f"http://127.0.0.1:{port}/healthz")
    other.evaluate(OPEN_HISTORY)
    page.bring_to_front()
    return other


def test_drawings_made_without_a_server_are_kept_and_answered_later(
    page: Page, running: ExitStack, port: int, tmp_path: Path
) -> None:
    stop(running, page)
    expect(page.locator(".caption")).to_have_text("draw something")
    draw(page, *FOUR)
    expect(page.locator(".caption")).to_be_hidden()
    expect_gallery(page, "–")
    page.keyboard.press("Escape")
    expect(page.locator(".caption")).to_be_visible()
    draw(page, *SEVEN)
    expect_gallery(page, "–", "–")
    with serve(tmp_path / "log", port=port):
        expect_status(page, "open")
        expect_answer(page, "final", "7")
        expect_gallery(page, "7", "4")


@pytest.mark.parametrize("way", ["reload", "close", "back"])
def test_a_drawing_outlives_its_page(
    visitor: Visitor, page: Page, running: ExitStack, port: int, tmp_path: Path, way: str
) -> None:
    stop(running, page)
    draw(page, *FOUR)
    if way == "close":
        page.close()
    elif way == "back":
        page.goto("about:blank")
    else:
        with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
            page.reload()
    with serve(tmp_path / "log", port=port) as server:
        if way == "close":
            page = visitor.open(server.http)
        elif way == "back":
            page.go_back()
        else:
            # Chromium reloads its error page by itself, too; whichever comes first ends the other.
            with contextlib.suppress(Error):
                page.reload()
        expect_status(page, "open")
        expect_gallery(page, "4")


def test_what_is_cleared_at_once_is_kept_with_its_answer(page: Page) -> None:
    for _ in range(5):
        draw(page, *SEVEN)
        page.keyboard.press("Escape")
    expect_gallery(page, *"77777")


@pytest.mark.parametrize("way", ["leave", "close"])
def test_a_stroke_under_way_is_kept_when_the_page_is_left(
    visitor: Visitor, page: Page, port: int, way: str
) -> None:
    draw(page, FOUR[0])
    PointingDevice(page).stroke(FOUR[1], lift=False)
    if way == "leave":
        page.goto("about:blank")
    else:
        page.close(run_before_unload=True)
    again = visitor.open(f"http://127.0.0.1:{port}")
    expect_gallery(again, "4")


def test_a_stroke_under_way_outlives_a_crash(visitor: Visitor, page: Page, port: int) -> None:
    other = watcher(page, port)
    PointingDevice(page).stroke(ONE[0], lift=False)
    wait_until(lambda: bool(other.evaluate(POINTS_STORED) > 5))
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")
    again = visitor.open(f"http://127.0.0.1:{port}")
    expect_gallery(again, "1")


def test_a_stroke_that_is_taken_back_leaves_nothing(page: Page, port: int) -> None:
    other = watcher(page, port)
    mouse = PointingDevice(page)
    mouse.stroke(ONE[0], lift=False)
    wait_until(lambda: bool(other.evaluate(STORED) == [1]))
    page.keyboard.press("Control+z")
    wait_until(lambda: bool(other.evaluate(STORED) == []))
    mouse.up()
    draw(page, *SEVEN)
    expect_gallery(page, "7")


def test_undoing_a_restored_drawing_overwrites_none(page: Page) -> None:
    draw(page, *FOUR)
    expect_gallery(page, "4")
    page.keyboard.press("Escape")
    draw(page, *SEVEN)
    expect_gallery(page, "7", "4")
    # The 4 takes the place of the 7 on the pad, and gives it back.
    page.locator("#drawings button").nth(1).click()
    expect_answer(page, "final", "4")
    page.keyboard.press("Control+z")
    expect_answer(page, "final", "7")
    expect_gallery(page, "7", "4")
    page.keyboard.press("Control+Shift+Z")
    expect_answer(page, "final", "4")
    expect_gallery(page, "7", "4")


def test_an_answer_that_is_known_outlives_a_look_without_a_server(
    page: Page, running: ExitStack
) -> None:
    draw(page, *FOUR)
    expect_gallery(page, "4")
    page.keyboard.press("Escape")
    stop(running, page)
    page.locator("#drawings button").click()
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+z")
    draw(page, *ONE)
    expect_gallery(page, "–", "4")


@pytest.mark.parametrize("is_third_party", [True, False], ids=["third party", "no storage"])
def test_what_is_not_stored_is_not_promised(
    browser: Browser, third_party_site: ThirdPartySite, tmp_path: Path, is_third_party: bool
) -> None:
    """Where nothing outlives the page, the words say that the ink lasts as long as the page."""
    with ExitStack() as service, new_visitor(browser) as visitor:
        server = service.enter_context(serve(tmp_path / "log", INK_ORIGINS=third_party_site.origin))
        if not is_third_party:
            visitor.context.add_init_script(DENY_STORAGE)
        page = visitor.open(
            third_party_site.add_page(script_html(server), element_html(server))
            if is_third_party
            else server.http
        )
        service.close()
        expect_status(page, "closed", re.compile("your ink stays until you leave this page$"))


def test_a_full_disk_is_told(visitor: Visitor, running: ExitStack, port: int) -> None:
    page = visitor.context.new_page()
    page.goto(f"http://127.0.0.1:{port}/healthz")
    devtools = visitor.context.new_cdp_session(page)
    quota = {"origin": f"http://127.0.0.1:{port}", "quotaSize": 1}
    devtools.send("Storage.overrideQuotaForOrigin", quota)
    page.goto(f"http://127.0.0.1:{port}")
    expect_status(page, "open")
    draw(page, *FOUR)
    expect(page.locator("main > #notice")).to_contain_text("This device has no room")
    running.close()
    expect_status(page, "closed", re.compile("your ink stays until you leave this page$"))
