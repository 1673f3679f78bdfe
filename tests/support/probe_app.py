"""The real application with routes for tests: `/echo` and `/worker-state`."""

import dataclasses

import flask
import simple_websocket
from flask_sock import Sock
from websockets.frames import CloseCode, Frame, Opcode

from realtime.app import from_environment
from realtime.config import Settings
from realtime.errors import ReportedError
from realtime.setting_groups import ConnectionLimits
from realtime.websocket.close_codes import close_code
from realtime.websocket.connection import Connection
from realtime.websocket.handshake import check_handshake
from realtime.websocket.message_assembler import MessageAssembler
from realtime.websocket.writer import ConnectionClosed
from tests.support import worker_introspection
from tests.support.server import Server

APPLICATION = "tests.support.probe_app:app()"
ECHO_PATH = "/echo"
UNLIMITED_RATE = {"INK_MESSAGES_PER_S": "1000000000", "INK_MESSAGES_BURST": "1000000000"}
# For the Autobahn test suite: the size of its largest message, and time for a slow machine. The
# deadline of an HTTP request spares only `/ws`.
AUTOBAHN_SETTINGS = {
    **UNLIMITED_RATE,
    "INK_MESSAGE_BYTES": str(16 * 1024 * 1024),
    "INK_REQUEST_S": "300",
    "INK_SEND_S": "300",
}


class BinaryMessage(bytes):
    """A binary message; plain bytes are text."""

    __slots__ = ()


class BinaryAssembler(MessageAssembler):
    """The assembler of `/ws`, which here takes binary messages too."""

    _is_binary = False

    def _take_other(self, frame: Frame, messages: list[bytes]) -> None:
        if frame.opcode is Opcode.BINARY:
            # Fragments of a binary message are joined as those of a text are.
            self._is_binary = True
            frame = dataclasses.replace(frame, opcode=Opcode.TEXT)
        already = len(messages)
        super()._take_other(frame, messages)
        if self._is_binary and len(messages) > already:
            messages[-1] = BinaryMessage(messages[-1])
            self._is_binary = False


class EchoConnection(Connection):
    """The connection of `/ws`, which here receives and sends binary messages too."""

    def __init__(self, server: simple_websocket.Server, limits: ConnectionLimits) -> None:
        super().__init__(server, limits, BinaryAssembler(limits))

    def send(self, data: bytes) -> None:
        """Send one message as binary or text, by its type."""
        if isinstance(data, BinaryMessage):
            self._writer.write(Frame(Opcode.BINARY, data).serialize(mask=False))
        else:
            super().send(data)


def app() -> flask.Flask:
    """The application as gunicorn serves it, with the routes for tests."""
    application = from_environment()
    settings = Settings.from_environment()

    @application.before_request
    def check_echo_handshake() -> None:
        if flask.request.path == ECHO_PATH:
            check_handshake(flask.request, settings.access)

    worker_introspection.add_introspection_route(application)

    @Sock(application).route(ECHO_PATH)  # type: ignore[untyped-decorator]
    def echo(server: simple_websocket.Server) -> None:
        _echo(EchoConnection(server, settings.connection))

    return application


def echo_url(server: Server) -> str:
    """URL of the echo."""
    return f"ws://127.0.0.1:{server.port}{ECHO_PATH}"


def _echo(socket: EchoConnection) -> None:
    try:
        while True:
            for message in socket.receive():
                if not isinstance(message, BinaryMessage):
                    # `/ws` leaves this check to the decoder of messages.
                    message.decode()
                socket.send(message)
    except UnicodeDecodeError as error:
        socket.close(CloseCode.INVALID_DATA, str(error.reason))
    except ReportedError as error:
        socket.close(close_code(error) or CloseCode.INTERNAL_ERROR, error.message)
    except ConnectionClosed:
        pass
    finally:
        socket.release()
