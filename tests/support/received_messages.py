"""Checks every message that a WebSocket client of the tests receives from the service.

All clients of the tests that are not browsers stand on `websockets`, whose frames are read in one
place. What is wrong there is told by the test that runs then (`tests/conftest.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, WebSocket
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode

from realtime.protocol.client_messages import WEBSOCKET_PATH
from tests.support.message_schemas import violation


class ReceivedMessages:
    """What was received, and what of it was no message as the schema says.

    Attributes:
        count: messages that were checked.
        count_of_pages: those of them that pages received.
        violations: what was wrong; whoever tells of them clears the list.
    """

    def __init__(self) -> None:
        self.count = 0
        self.count_of_pages = 0
        self.violations: list[str] = []

    def check(self, text: str | bytes) -> None:
        """Check one message."""
        self.count += 1
        if wrong := violation(text):
            self.violations.append(wrong)

    @contextmanager
    def watching_clients(self) -> Iterator[None]:
        """Check what all clients that use `websockets` receive, until the block ends."""
        receive = ClientProtocol.recv_frame

        def receive_and_check(protocol: ClientProtocol, frame: Frame) -> None:
            receive(protocol, frame)
            if frame.opcode is Opcode.TEXT and protocol.uri.path.endswith(WEBSOCKET_PATH):
                self.check(bytes(frame.data))

        ClientProtocol.recv_frame = receive_and_check  # type: ignore[method-assign,assignment]
        try:
            yield
        finally:
            ClientProtocol.recv_frame = receive  # type: ignore[method-assign]

    def watch_page(self, page: Page) -> None:
        """Check what a page receives."""

        def receive(text: str | bytes) -> None:
            self.count_of_pages += 1
            self.check(text)

        def watch(socket: WebSocket) -> None:
            if socket.url.partition("?")[0].endswith(WEBSOCKET_PATH):
                socket.on("framereceived", receive)

        page.on("websocket", watch)

    def watch_context(self, context: BrowserContext) -> None:
        """Check what all pages of a browser profile receive."""
        context.on("page", self.watch_page)


# Of the process that runs tests.
RECEIVED_MESSAGES = ReceivedMessages()
