"""Tests of connections that cannot come about: the page's reader and the operator are told why."""

import re
from pathlib import Path
from re import Pattern

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.certificate import make_certificate
from tests.support.connection_news import (
    collect_connection_events,
    failures,
    told_refusals,
    try_again,
)
from tests.support.drawing import SEVEN
from tests.support.embedding import element_html, script_html
from tests.support.page import Visitor, draw, expect_answer, expect_status, ink_of, new_visitor
from tests.support.server import Server, serve
from tests.support.third_party_site import ThirdPartySite, serve_third_party_site


def test_a_sandboxed_frame_is_told_that_it_is_one(
    browser: Browser, third_party_site: ThirdPartySite, tmp_path: Path
) -> None:
    with (
        serve(tmp_path / "log", INK_ORIGINS=third_party_site.origin) as server,
        new_visitor(browser) as visitor,
    ):
        third_party_site.add_page(script_html(server), element_html(server), name="inner")
        page = visitor.context.new_page()
        frame = "<iframe sandbox=allow-scripts src=inner width=600 height=700></iframe>"
        page.goto(third_party_site.add_page("", frame, name="outer"))
        status = page.frame_locator("iframe").locator("#status")
        expect(status).to_have_attribute("data-state", "failed")
        expect(status).to_contain_text("this page is shut in a frame")
        [line] = told_refusals(server)
        assert "origin='null'" in line
        assert "allow-same-origin" in line


def test_a_page_of_another_origin_is_told_so_in_its_language(
    browser: Browser, third_party_site: ThirdPartySite, server: Server
) -> None:
    with new_visitor(browser) as visitor:
        page = visitor.open(
            third_party_site.add_page(script_html(server), element_html(server, "lang=zh")),
            state="failed",
        )
        expect_status(
            page, "failed", re.compile(f"^服务器不接受来自 {third_party_site.origin} 的页面")
        )
        page.evaluate("document.querySelector('ink-recognizer').setAttribute('lang', 'en')")
        expect_status(page, "failed", re.compile("you leave this page$"))
        draw(page, *SEVEN)
        assert len(ink_of(page)) == 1


def test_a_security_policy_that_forbids_the_connection_is_named(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server
) -> None:
    policy = f"connect-src 'self'; script-src {embeddable_server.http}"
    page = visitor.open(
        third_party_site.add_page(
            script_html(embeddable_server),
            element_html(embeddable_server),
            policy=policy,
        ),
        state="failed",
    )
    expect_status(page, "failed", re.compile("security policy forbids the connection to 127.0.0.1"))
    # The browser logs what it forbids.
    visitor.errors = [error for error in visitor.errors if "Content Security Policy" not in error]


@pytest.mark.parametrize(
    ("src", "words"),
    [
        ("ws://[::1/ws", re.compile(r"this is no address of a server: ws://\[::1/ws")),
        ("ws://127.0.0.1:1/ws#part", re.compile("can have no “#”")),
        ("ftp://127.0.0.1/ws", re.compile("begins with wss: or ws:")),
        ("javascript:alert(1)", re.compile("begins with wss: or ws:")),
    ],
)
def test_an_address_that_cannot_work_is_told_and_mended(
    visitor: Visitor, server: Server, src: str, words: Pattern[str]
) -> None:
    page = visitor.open(f"{server.http}/embed.html")
    collect_connection_events(page)
    set_src(page, src)
    expect_status(page, "failed", words)
    draw(page, *SEVEN)
    # The browser is asked to try again, which cannot help, and nobody is told again.
    try_again(page)
    [(reason, message)] = failures(page)
    assert reason.startswith("address")
    assert words.search(message)
    set_src(page, server.ws)
    expect_answer(page, "final", "7")


def test_a_page_of_https_is_told_that_it_needs_wss(
    browser: Browser, embeddable_server: Server, tmp_path: Path
) -> None:
    with (
        serve_third_party_site(make_certificate(tmp_path, "localhost")) as site,
        new_visitor(browser, ignore_https_errors=True) as visitor,
    ):
        element = "<ink-recognizer src='ws://ink.example/ws'></ink-recognizer>"
        page = visitor.open(site.add_page(script_html(embeddable_server), element), state="failed")
        words = "^a page of https: can connect to wss: only, and not to ws://ink.example/ws$"
        expect_status(page, "failed", re.compile(words))
        # The browser logs what it blocks.
        visitor.errors = [error for error in visitor.errors if "Mixed Content" not in error]


@pytest.mark.parametrize("attribute", ["src='ws://[::1/ws'", "token='two words'"])
def test_an_element_that_begins_with_what_cannot_work(
    visitor: Visitor, third_party_site: ThirdPartySite, embeddable_server: Server, attribute: str
) -> None:
    element = element_html(embeddable_server, attribute)
    if attribute.startswith("src"):
        element = f"<ink-recognizer {attribute}></ink-recognizer>"
    page = visitor.open(
        third_party_site.add_page(script_html(embeddable_server), element), state="failed"
    )
    draw(page, *SEVEN)
    page.evaluate("document.querySelector('ink-recognizer').removeAttribute('token')")
    set_src(page, embeddable_server.ws)
    expect_answer(page, "final", "7")
    assert page.evaluate("document.querySelector('ink-recognizer').ink.length") == 1


def set_src(page: Page, src: str) -> None:
    """Give the element another address."""
    page.evaluate("src => document.querySelector('ink-recognizer').setAttribute('src', src)", src)
