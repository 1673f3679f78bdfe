"""Checks every message that a client of the tests receives from the service, and HTTP answers.

All clients of the tests that are not browsers stand on `websockets`, whose frames are read in one
place. What is wrong there is told by the test that runs then (`tests/conftest.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, WebSocket
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from werkzeug.test import TestResponse

from realtime.protocol.client_messages import WEBSOCKET_PATH
from tests.support.answer_schemas import answer_violation
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

    def check_answer(self, method: str, path: str, status: int, body: bytes) -> None:
        """Check an answer of an HTTP route."""
        self.count += 1
        if wrong := answer_violation(method, path, status, body):
            self.violations.append(wrong)

    @contextmanager
    def watching_clients(self) -> Iterator[None]:
        """Check what all clients that use `websockets`, or Flask's, get until the block ends."""
        receive, request = ClientProtocol.recv_frame, FlaskClient.open

        def receive_and_check(protocol: ClientProtocol, frame: Frame) -> None:
            receive(protocol, frame)
            if frame.opcode is Opcode.TEXT and protocol.uri.path.endswith(WEBSOCKET_PATH):
                self.check(bytes(frame.data))

        def request_and_check(client: FlaskClient, *arguments: Any, **named: Any) -> TestResponse:  # noqa: ANN401  # Flask's own
            response = request(client, *arguments, **named)
            sent = response.request
            self.check_answer(sent.method, sent.path, response.status_code, response.data)
            return response

        FlaskClient.open = request_and_check  # type: ignore[method-assign,assignment]
        ClientProtocol.recv_frame = receive_and_check  # type: ignore[method-assign,assignment]
        try:
            yield
        finally:
            FlaskClient.open = request  # type: ignore[method-assign]
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
