"""The page sends back the messages that keep a silent connection open."""

from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket

from tests.support.drawing import SEVEN
from tests.support.page import draw, expect_answer, new_visitor
from tests.support.server import serve

HEARTBEAT = '{"type":"heartbeat"}'


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
