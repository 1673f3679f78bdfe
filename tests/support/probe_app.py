"""The real application with routes for tests: `/echo` and `/worker-state`."""

import dataclasses

import flask
import simple_websocket
from flask_sock import Sock
from websockets.frames import Frame, Opcode

from realtime.access import check_handshake
from realtime.app import from_environment
from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import INTERNAL, NOT_UTF8
from realtime.socket import Socket
from realtime.writer import Closed
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


class EchoSocket(Socket):
    """The connection of `/ws`, which here receives and sends binary messages too."""

    _is_binary = False

    def send(self, data: bytes) -> None:
        """Send one message as binary or text, by its type."""
        if isinstance(data, BinaryMessage):
            self._writer.write(Frame(Opcode.BINARY, data).serialize(mask=False))
        else:
            super().send(data)

    def _take_other(self, frame: Frame, complete: list[bytes]) -> None:
        if frame.opcode is Opcode.BINARY:
            # Fragments of a binary message are joined as those of a text are.
            self._is_binary = True
            frame = dataclasses.replace(frame, opcode=Opcode.TEXT)
        already = len(complete)
        super()._take_other(frame, complete)
        if self._is_binary and len(complete) > already:
            complete[-1] = BinaryMessage(complete[-1])
            self._is_binary = False


def app() -> flask.Flask:
    """The application as gunicorn serves it, with the routes for tests."""
    application = from_environment()
    config = Config.from_environment()

    @application.before_request
    def check_echo_handshake() -> None:
        if flask.request.path == ECHO_PATH:
            check_handshake(flask.request, config)

    worker_introspection.add_introspection_route(application)

    @Sock(application).route(ECHO_PATH)  # type: ignore[untyped-decorator]
    def echo(server: simple_websocket.Server) -> None:
        _echo(EchoSocket(server, config))

    return application


def echo_url(server: Server) -> str:
    """URL of the echo."""
    return f"ws://127.0.0.1:{server.port}{ECHO_PATH}"


def _echo(socket: EchoSocket) -> None:
    try:
        while True:
            for message in socket.receive():
                if not isinstance(message, BinaryMessage):
                    # `/ws` leaves this check to the decoder of messages.
                    message.decode()
                socket.send(message)
    except UnicodeDecodeError as error:
        socket.close(NOT_UTF8, str(error.reason))
    except MessageError as error:
        socket.close(error.close_code or INTERNAL, error.message)
    except Closed:
        pass
    finally:
        socket.release()
