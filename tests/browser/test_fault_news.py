"""Tests of when a page tells what keeps it from connecting: once, and only what is true by now."""

import re
from itertools import count
from threading import Event

import pytest
from playwright.sync_api import Page
from playwright.sync_api import Request as PageRequest

from tests.support.connection_news import (
    collect_connection_events,
    failures,
    last_connection_event,
    leave_and_return,
    told_refusals,
    try_again,
)
from tests.support.page import Visitor, expect_status
from tests.support.rewriting_proxy import (
    Hangup,
    Request,
    Response,
    Rewriting,
    RewritingProxy,
    only_handshakes,
    only_ws,
    unchanged,
)
from tests.support.server import Server, wait_until

NO_WEBSOCKETS = only_handshakes(Response(400))


def mended_for_a_question(answer: Response) -> Rewriting:
    """A proxy that answers for `/ws`, but once lets a page ask why its handshake was refused."""
    questions = count(1)

    def rewrite(request: Request) -> Request | Response:
        is_passed = request.is_question and next(questions) == 1
        return request if is_passed or not request.target.startswith("/ws") else answer

    return rewrite


def ask_again(page: Page, number: int = 2) -> None:
    """Have the page be refused and ask why, so often, and wait until each question has ended."""
    ended: list[str] = []

    def note(request: PageRequest) -> None:
        if "/ws?" in request.url:
            ended.append(request.url)

    page.on("requestfinished", note)
    page.on("requestfailed", note)
    for _ in range(number):
        ended.clear()
        try_again(page)
        # Playwright hears of requests only while it does something.
        wait_until(lambda: page.evaluate("true") and len(ended) > 0)
    page.remove_listener("requestfinished", note)
    page.remove_listener("requestfailed", note)


@pytest.fixture
def page(visitor: Visitor, proxy: RewritingProxy) -> Page:
    """A page that is connected through the proxy."""
    page = visitor.open(proxy.http)
    collect_connection_events(page)
    return page


@pytest.fixture
def failed_page(page: Page, proxy: RewritingProxy) -> Page:
    """A page that was told that no WebSocket is let through."""
    proxy.rewrite = NO_WEBSOCKETS
    leave_and_return(page)
    expect_status(page, "failed", re.compile("lets no WebSocket through"))
    return page


def assert_told_once(page: Page, reason: str) -> None:
    assert [told for told, _ in failures(page)] == [reason]
    assert last_connection_event(page) == ("failed", reason)


@pytest.mark.parametrize("answer", [Response(502), Hangup()], ids=["away", "no answer"])
def test_not_to_know_for_once_is_no_news(
    failed_page: Page, proxy: RewritingProxy, answer: Response | Hangup
) -> None:
    proxy.rewrite = only_ws(answer)
    ask_again(failed_page)
    proxy.rewrite = NO_WEBSOCKETS
    ask_again(failed_page)
    assert_told_once(failed_page, "faultUpgrade")


def test_who_comes_back_to_a_page_is_not_told_again(failed_page: Page) -> None:
    leave_and_return(failed_page)
    ask_again(failed_page)
    assert_told_once(failed_page, "faultUpgrade")


def test_something_else_that_is_wrong_is_told(failed_page: Page, proxy: RewritingProxy) -> None:
    proxy.rewrite = only_ws(Response(404))
    expect_status(failed_page, "failed", re.compile("not as this server does"))
    ask_again(failed_page)
    assert [told for told, _ in failures(failed_page)] == ["faultUpgrade", "faultStranger"]


def test_an_answer_about_an_older_attempt_is_no_news(page: Page, proxy: RewritingProxy) -> None:
    questions, is_late = count(1), Event()

    def rewrite(request: Request) -> Request | Response | Hangup | None:
        if request.is_question and next(questions) == 1:
            is_late.wait()
        return NO_WEBSOCKETS(request)

    proxy.rewrite = rewrite
    try:
        leave_and_return(page)
        expect_status(page, "failed", re.compile("lets no WebSocket through"))
    finally:
        is_late.set()
    ask_again(page)
    assert_told_once(page, "faultUpgrade")


def test_an_answer_about_a_time_before_a_connection_is_no_news(
    page: Page, proxy: RewritingProxy
) -> None:
    questions, is_late, is_tried = count(1), Event(), Event()
    asked: list[int] = []

    def late_answers(request: Request) -> Request | Response | Hangup | None:
        if request.is_question:
            asked.append(next(questions))
            if asked[-1] > 1:
                is_late.wait()
        return NO_WEBSOCKETS(request)

    def late_handshakes(request: Request) -> Request:
        if request.is_handshake:
            is_tried.wait()
        return request

    proxy.rewrite = late_answers
    try:
        leave_and_return(page)
        wait_until(lambda: len(asked) > 1)
        proxy.rewrite = unchanged
        try_again(page)
        expect_status(page, "open")
        proxy.rewrite = late_handshakes
        leave_and_return(page)
        is_late.set()
        # Whatever was answered has arrived when another request was answered.
        page.evaluate("fetch('healthz').then((response) => response.text())")
    finally:
        is_late.set()
        is_tried.set()
    expect_status(page, "open")
    assert failures(page) == []


def test_what_is_mended_between_a_handshake_and_the_question_is_no_other_fault(
    page: Page, own_server: Server, proxy: RewritingProxy
) -> None:
    """The service says that nothing speaks against the handshake, which was refused before."""
    proxy.rewrite = only_ws(Response(404))
    leave_and_return(page)
    expect_status(page, "failed", re.compile("not as this server does"))
    proxy.rewrite = mended_for_a_question(Response(404))
    ask_again(page, 3)
    assert_told_once(page, "faultStranger")
    assert told_refusals(own_server) == []


def test_a_server_that_comes_back_between_a_handshake_and_the_question_is_no_fault(
    page: Page, own_server: Server, proxy: RewritingProxy
) -> None:
    proxy.rewrite = only_ws(Response(502))
    leave_and_return(page)
    expect_status(page, "closed")
    ask_again(page, 3)
    proxy.rewrite = mended_for_a_question(Response(502))
    ask_again(page, 3)
    proxy.rewrite = unchanged
    try_again(page)
    expect_status(page, "open")
    assert failures(page) == []
    assert told_refusals(own_server) == []


def test_an_address_that_cannot_work_is_told_once_also_without_words(
    page: Page, proxy: RewritingProxy
) -> None:
    """The module that has the words is loaded only now, and cannot be."""

    def rewrite(request: Request) -> Request | Hangup:
        return Hangup() if "diagnosis" in request.target else request

    proxy.rewrite = rewrite
    page.evaluate("document.querySelector('ink-recognizer').setAttribute('src', 'ftp://x/ws')")
    expect_status(page, "failed", re.compile("^no connection"))
    leave_and_return(page)
    assert_told_once(page, "failed")
    expect_status(page, "failed", re.compile("^no connection"))
