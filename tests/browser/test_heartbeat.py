"""The page sends back the messages that keep a silent connection open."""

from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket

from tests.support.drawing import SEVEN
from tests.support.page import draw, expect_answer, new_visitor
from tests.support.server import serve

HEARTBEAT = '{"type":"heartbeat"}'


def test_a_page_sends_heartbeats_back(browser: Browser, tmp_path: Path) -> None:
    sent: list[str | bytes] = []
    received: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))
        socket.on("framereceived", lambda frame: received.append(frame))

    def watch(page: Page) -> None:
        page.on("websocket", listen)

    with serve(tmp_path / "log", INK_PING_S="0.4") as server, new_visitor(browser) as visitor:
        visitor.context.on("page", watch)
        page = visitor.open(server.http)
        while sent.count(HEARTBEAT) < 3:
            page.wait_for_timeout(50)
        draw(page, *SEVEN)
        expect_answer(page, "final", "7")
        assert received.count(HEARTBEAT) >= 3
        assert server.log.count("session_open") == 1
