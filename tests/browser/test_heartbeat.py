"""The page sends back what keeps a silent connection open, and nothing on one that closes."""

from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket

from tests.support.drawing import SEVEN
from tests.support.page import FOUR, Visitor, draw, expect_answer, new_visitor
from tests.support.server import Server, serve

HEARTBEAT = '{"type":"heartbeat"}'
REMEMBER_SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
    constructor(...service) { super(...service); window.sockets.push(this); }
};"""


def test_a_page_sends_heartbeats_back(browser: Browser, tmp_path: Path) -> None:
    sockets: list[WebSocket] = []
    received: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        sockets.append(socket)
        socket.on("framereceived", lambda frame: received.append(frame))

    def watch(page: Page) -> None:
        page.on("websocket", listen)

    with serve(tmp_path / "log", INK_PING_S="1") as server, new_visitor(browser) as visitor:
        visitor.context.on("page", watch)
        page = visitor.open(server.http)
        [socket] = sockets
        for _ in range(3):
            socket.wait_for_event("framesent", lambda frame: frame == HEARTBEAT)
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
        assert received.count(HEARTBEAT) >= 3
        assert server.log.count("session_open") == 1


def test_what_changes_while_the_connection_closes_is_told_to_the_next(
    visitor: Visitor, server: Server
) -> None:
    """The page has not heard of the close; Chromium logs an error for what is sent all the same."""
    visitor.context.add_init_script(REMEMBER_SOCKETS)
    page = visitor.open(server.http)
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    page.evaluate("sockets[0].close(), document.querySelector('ink-recognizer').clear()")
    expect_answer(page, "empty")
    draw(page, *FOUR)
    expect_answer(page, "final", "4")
    assert page.evaluate("sockets.length") == 2
