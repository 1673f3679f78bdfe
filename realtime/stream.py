"""Here a stroke point arrives and its answer leaves: the Flask-Sock handler of `/ws`, and the rules for whom to let in.

It reads all that has arrived, applies it in order, answers each end of stroke and each edit once, and answers moving ink once for
all of it, when it is its turn (`turns.py`). Nothing escapes from the handler: whatever went wrong ends with an `error` frame and a
close code.
"""

import logging
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import flask
import gevent
import simple_websocket
from flask_sock import Sock
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException

from realtime import messages
from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import INTERNAL, Model, Ready
from realtime.recognizer import Recognizer
from realtime.registry import Registry
from realtime.session import Owed, Session
from realtime.socket import SERVER_OPTIONS, Closed, Socket
from realtime.turns import Turns

log = logging.getLogger("realtime.stream")

PATH = "/ws"
LIMITS_TOLD = ("message_bytes", "session_points", "session_strokes", "idle_s")


class UpgradeRequired(HTTPException):
    """426: `/ws` speaks WebSocket version 13 only."""

    code = 426
    description = "this address speaks WebSocket, version 13"

    def get_headers(self, *arguments: Any, **named: Any) -> list[tuple[str, str]]:  # noqa: ANN401  # werkzeug's own signature
        """The headers of the answer, with what to upgrade to (RFC 6455, section 4.4)."""
        return [*super().get_headers(*arguments, **named), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]


def mount(app: flask.Flask, config: Config, recognizer: Recognizer) -> Registry:
    """Add `/ws` to the app, and return the registry of its open sockets."""
    registry, turns = Registry(config.sessions), Turns()
    app.config["SOCK_SERVER_OPTIONS"] = SERVER_OPTIONS
    app.before_request(lambda: _check_handshake(config))

    @Sock(app).route(PATH)  # type: ignore[untyped-decorator]
    def stream(server: simple_websocket.Server) -> None:
        _handle(Socket(server, config), config, recognizer, registry, turns)

    return registry


def _check_handshake(config: Config) -> None:
    """Refuse, in HTTP, what must not become a WebSocket; simple-websocket would answer most of it with a 500."""
    request = flask.request
    if request.path != PATH:
        return
    if request.headers.get("Upgrade", "").lower() != "websocket" or request.headers.get("Sec-WebSocket-Version") != "13":
        raise UpgradeRequired
    if not request.headers.get("Sec-WebSocket-Key"):
        raise BadRequest("Sec-WebSocket-Key is missing")
    origin = request.headers.get("Origin")
    allowed = config.origins.split()
    # A page of another origin must not draw with its visitor's connection; programs send no Origin.
    if origin and "*" not in allowed and origin not in allowed and urlsplit(origin).netloc != request.host:
        raise Forbidden(f"pages of {origin} may not open sessions here (INK_ORIGINS)")
    # wsproto's compression loses its state when a ping comes inside a message, and inflates without bound.
    request.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)


def _handle(socket: Socket, config: Config, recognizer: Recognizer, registry: Registry, turns: Turns) -> None:
    session = Session(recognizer, config)
    name = secrets.token_hex(8)
    opened = time.monotonic()
    close_code = 1006
    try:
        registry.add(socket)
        log.info("session %s open from %s", name, flask.request.remote_addr)
        socket.send(messages.encode(_ready(name, config, recognizer)))
        received = 0
        while True:
            texts = socket.receive()
            if texts:
                received = time.perf_counter_ns()
                _answer_finals(socket, session, texts, received)
                if session.owed is Owed.INTERIM:
                    turns.ask(socket)
            elif session.owed is Owed.INTERIM:
                socket.send(messages.encode(session.answer(received)))
    except Closed as closed:
        close_code = closed.code
    except MessageError as error:
        close_code = _say_goodbye(socket, error)
    except Exception:
        log.exception("session %s failed", name)
        reason = "an error of ours; it is in our log"
        close_code = _say_goodbye(socket, MessageError(code="internal", message=reason, close_code=INTERNAL))
    finally:
        registry.discard(socket)
        turns.forget(socket)
        socket.release()
        log.info("session %s closed %d after %.1f s, %d answers", name, close_code, time.monotonic() - opened, session.answers)


def _answer_finals(socket: Socket, session: Session, texts: list[bytes], received: int) -> None:
    """Apply messages that have arrived together, with one final answer for each that asks for it."""
    for text in texts:
        try:
            session.apply(messages.decode(text))
        except MessageError as error:
            if error.close_code:
                raise
            socket.send(messages.encode(messages.error_frame(error)))
        if session.owed is Owed.FINAL:
            socket.send(messages.encode(session.answer(received)))
            if text is not texts[-1]:
                gevent.sleep(0)


def _ready(name: str, config: Config, recognizer: Recognizer) -> Ready:
    card = recognizer.card
    limits = {limit: getattr(config, limit) for limit in LIMITS_TOLD}
    return Ready(messages.PROTOCOL_VERSION, name, Model(card.id, card.labels, card.version), limits)


def _say_goodbye(socket: Socket, error: MessageError) -> int:
    code = error.close_code or INTERNAL
    try:
        socket.send(messages.encode(messages.error_frame(error)))
    except Closed:
        return code
    socket.close(code, error.message)
    return code
