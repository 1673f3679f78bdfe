"""The real application with routes that only tests need: so far `/echo`, where a WebSocket sends each message back as it came."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
from tests.server import Server, free_port, launch

PATH = "/echo"
# The largest message that the Autobahn test suite wants back.
MESSAGE_BYTES = 16 * 1024 * 1024
UNLIMITED = "1000000000"
# A case may take long on a slow machine, and the time limit of an HTTP request spares only `/ws`.
PATIENCE_S = "300"


class Binary(bytes):
    """A binary message; plain bytes are text."""

    __slots__ = ()


class EchoSocket(Socket):
    """The socket of `/ws`, but it takes binary messages too, and sends them."""

    _is_binary = False

    def send(self, data: bytes) -> None:
        """Send one message of the kind that it is."""
        if isinstance(data, Binary):
            self._writer.write(Frame(Opcode.BINARY, data).serialize(mask=False))
        else:
            super().send(data)

    def _take_other(self, frame: Frame, complete: list[bytes]) -> None:
        if frame.opcode is Opcode.BINARY:
            # Its pieces are put together as those of a text are.
            self._is_binary = True
            frame = dataclasses.replace(frame, opcode=Opcode.TEXT)
        already = len(complete)
        super()._take_other(frame, complete)
        if self._is_binary and len(complete) > already:
            complete[-1] = Binary(complete[-1])
            self._is_binary = False


def app() -> flask.Flask:
    """The application as gunicorn serves it, and what tests mount beside."""
    application = from_environment()
    config = Config.from_environment()

    @application.before_request
    def let_in() -> None:
        if flask.request.path == PATH:
            check_handshake(flask.request, config)

    @Sock(application).route(PATH)  # type: ignore[untyped-decorator]
    def echo(server: simple_websocket.Server) -> None:
        _echo(EchoSocket(server, config))

    return application


@contextmanager
def serve(log_file: Path) -> Iterator[Server]:
    """Run gunicorn, as for users, with one worker and no limit in the way of a message, until the block ends."""
    port = free_port()
    command = ["gunicorn", "-c", "gunicorn.conf.py", "tests.probe:app()"]
    with launch(
        command,
        port,
        log_file,
        HOST="127.0.0.1",
        PORT=str(port),
        WEB_CONCURRENCY="1",
        INK_MESSAGE_BYTES=str(MESSAGE_BYTES),
        INK_MESSAGES_PER_S=UNLIMITED,
        INK_MESSAGES_BURST=UNLIMITED,
        INK_REQUEST_S=PATIENCE_S,
        INK_SEND_S=PATIENCE_S,
    ) as server:
        yield server


def address(server: Server) -> str:
    """URL of the echo."""
    return f"ws://127.0.0.1:{server.port}{PATH}"


def _echo(socket: EchoSocket) -> None:
    try:
        while True:
            for message in socket.receive():
                if not isinstance(message, Binary):
                    # `/ws` leaves that to the decoder of messages.
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
