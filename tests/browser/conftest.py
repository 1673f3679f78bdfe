"""Fixtures of the browser tests."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import running_chromium
from tests.support.drawing import SEVEN
from tests.support.history_page import open_history_page
from tests.support.learning_page import teach
from tests.support.line_page import open_line_page
from tests.support.page import (
    TIMEOUT_MS,
    Visitor,
    expect_answer,
    new_visitor,
    open_page,
    scripted_strokes,
)
from tests.support.pointer import PointingDevice
from tests.support.received_messages import RECEIVED_MESSAGES
from tests.support.rewriting_proxy import RewritingProxy, serve_rewriting_proxy, unchanged
from tests.support.server import Server, serve
from tests.support.third_party_site import ThirdPartySite, serve_third_party_site

# Playwright's own five seconds are too short for a busy machine.
expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    with running_chromium() as running:
        running.on("context", RECEIVED_MESSAGES.watch_context)
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The connected page of a new visitor."""
    with open_page(browser, server.http) as page:
        yield page


@pytest.fixture
def line_page(browser: Browser, server: Server) -> Iterator[Page]:
    """The connected page of a new visitor, which reads lines."""
    with open_line_page(browser, server.http) as page:
        yield page


@pytest.fixture
def page_with_seven(page: Page) -> Page:
    """A page with a handwritten 7 and its answer."""
    for stroke in scripted_strokes("7-plain"):
        PointingDevice(page).write(stroke)
    expect_answer(page, "final", "7")
    return page


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """A new browser profile."""
    with new_visitor(browser) as running:
        yield running


@pytest.fixture(scope="session")
def third_party_site() -> Iterator[ThirdPartySite]:
    """A web site of another origin."""
    with serve_third_party_site() as running:
        yield running


@pytest.fixture(scope="session")
def embeddable_server(
    third_party_site: ThirdPartySite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The service, which allows the origin of `third_party_site`."""
    with serve(
        tmp_path_factory.mktemp("embeddable") / "log", INK_ORIGINS=third_party_site.origin
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A service with one worker, whose log nobody else writes to."""
    with serve(tmp_path / "log") as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture
def proxy(own_server: Server) -> Iterator[RewritingProxy]:
    """A proxy in front of `own_server`, which changes nothing yet."""
    with serve_rewriting_proxy(own_server.port, unchanged) as running:
        yield running


@pytest.fixture
def touch_page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page on a touch screen."""
    with open_page(browser, server.http, has_touch=True) as page:
        yield page


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A new browser profile in UTC."""
    context = browser.new_context(timezone_id="UTC")
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


@pytest.fixture
def open_blank(context: BrowserContext, server: Server) -> Callable[..., Page]:
    """Opens pages of the service's origin with a history and nothing else."""
    return partial(open_history_page, context, server)


@pytest.fixture
def taught(page: Page) -> Page:
    """A page that has learnt to take a 7 for a 1."""
    teach(page, SEVEN, "1")
    return page
