"""Here a stroke point arrives and its answer leaves: the Flask-Sock handler of `/ws`.

It reads all that has arrived, applies it in order, answers each end of stroke and each edit once, and answers moving ink once for
all of it, when it is its turn (`turns.py`). Nothing escapes from the handler: whatever went wrong ends with an `error` frame and a
close code.
"""

import logging
import math
import secrets
import time
from dataclasses import dataclass

import flask
import gevent
import simple_websocket
from flask_sock import Sock
from werkzeug.exceptions import ServiceUnavailable

from realtime import messages
from realtime.access import SUBPROTOCOL, check_handshake, check_token, trim_handshake
from realtime.addresses import party
from realtime.bucket import TokenBucket
from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import INTERNAL, PATH, POLICY, RETRY_S, Model, Points, Ready, ServerMessage
from realtime.metrics import Metrics
from realtime.recognizer import Recognizer
from realtime.recorder import Recorder
from realtime.registry import Registry
from realtime.session import Owed, Session
from realtime.socket import SERVER_OPTIONS, Socket
from realtime.turns import Turns
from realtime.writer import Closed

log = logging.getLogger("realtime.stream")

LIMITS_TOLD = ("message_bytes", "message_points", "messages_per_s", "session_points", "session_strokes", "session_s", "idle_s")
# A long message, and one about a large drawing, is as much work as several.
BYTES_A_TOKEN = 4_096
POINTS_A_TOKEN = 2_000


@dataclass(frozen=True)
class Service:
    """What the conversations of a worker have in common."""

    config: Config
    recognizer: Recognizer
    registry: Registry
    turns: Turns
    metrics: Metrics


def mount(app: flask.Flask, config: Config, recognizer: Recognizer, metrics: Metrics) -> Registry:
    """Add `/ws` to the app, and return the registry of its open sockets."""
    service = Service(config, recognizer, Registry(config), Turns(), metrics)
    app.config["SOCK_SERVER_OPTIONS"] = {**SERVER_OPTIONS, "subprotocols": [SUBPROTOCOL]}

    @app.before_request
    def let_in() -> None:
        request = flask.request
        if request.path != PATH:
            return
        # A page that was refused asks again without a handshake, because only so it is told why.
        check_token(request, config)
        try:
            service.registry.check_crowd(party(request.remote_addr or ""))
        except MessageError as error:
            metrics.refused(error)
            raise ServiceUnavailable(error.message, retry_after=RETRY_S) from error
        check_handshake(request, config)
        trim_handshake(request.environ)

    @Sock(app).route(PATH)  # type: ignore[untyped-decorator]
    def stream(server: simple_websocket.Server) -> None:
        Conversation(server, service).run()

    return service.registry


class Conversation:
    """One connection, from `ready` to its close code."""

    def __init__(self, server: simple_websocket.Server, service: Service) -> None:
        config = service.config
        self._service = service
        self._socket = Socket(server, config)
        self._session = Session(service.recognizer, config)
        self._bucket = TokenBucket(config.messages_per_s, config.messages_burst)
        self._name = secrets.token_hex(8)
        self._recorder = Recorder(config, self._name)
        self._errors = 0

    def run(self) -> None:
        """Talk until it is over. Never raises."""
        service, address = self._service, flask.request.remote_addr or "-"
        opened = time.monotonic()
        code = 1006
        is_in = False
        try:
            service.registry.enter(self._socket, party(address))
            is_in = True
            self._recorder.open()
            service.metrics.sessions.inc()
            log.info("session_open session=%s address=%s sessions=%d", self._name, address, len(service.registry))
            self._converse()
        except Closed as closed:
            code = closed.code
            service.metrics.met(closed.setting)
        except MessageError as error:
            code = self._say_goodbye(error)
        except Exception:
            log.exception("session_failed session=%s", self._name)
            reason = "an error of ours; it is in our log"
            code = self._say_goodbye(MessageError(code="internal", message=reason, close_code=INTERNAL))
        finally:
            service.turns.forget(self._socket)
            service.registry.leave(self._socket)
            self._socket.release()
            self._recorder.close()
            if is_in:
                service.metrics.sessions.dec()
                service.metrics.closed(code)
                facts = (self._name, address, code, time.monotonic() - opened, self._session.answers, self._errors)
                log.info("session_closed session=%s address=%s code=%d seconds=%.1f answers=%d errors=%d", *facts)

    def _converse(self) -> None:
        service, socket, session = self._service, self._socket, self._session
        config, card = service.config, service.recognizer.card
        limits = {limit: getattr(config, limit) for limit in LIMITS_TOLD}
        self._send(Ready(messages.PROTOCOL_VERSION, self._name, Model(card.id, card.labels, card.version), limits, keeps=bool(config.kept)))
        received = 0
        while True:
            texts = socket.receive()
            if texts:
                received = time.perf_counter_ns()
                self._answer_finals(texts, received)
                if session.owed is Owed.INTERIM:
                    service.turns.ask(socket)
            elif session.owed is Owed.INTERIM:
                self._answer(received)

    def _answer_finals(self, texts: list[bytes], received: int) -> None:
        """Apply messages that have arrived together, with one final answer for each that asks for it."""
        session = self._session
        for text in texts:
            message = None
            try:
                self._check_rate(text)
                message = messages.decode(text)
                session.apply(message)
                self._recorder.sent(text)
            except MessageError as error:
                if error.close_code:
                    raise
                self._refuse(error)
                message = None
            if session.owed is Owed.FINAL:
                self._answer(received, is_stroke=isinstance(message, Points))
            elif message:
                continue
            if text is not texts[-1]:
                # An answer, or a refusal, is as long as others should wait.
                gevent.sleep(0)

    def _answer(self, received: int, *, is_stroke: bool = False) -> None:
        answer = self._session.answer(received)
        self._send(answer)
        self._service.metrics.answered(answer, (time.perf_counter_ns() - received) / 1e9, is_stroke=is_stroke)

    def _check_rate(self, text: bytes) -> None:
        bucket, config = self._bucket, self._service.config
        if not bucket.is_empty:
            bucket.charge(1 + len(text) // BYTES_A_TOKEN + self._session.size // POINTS_A_TOKEN)
            return
        # What is refused counts too, so that it does not pay to go on.
        wait_s = bucket.charge(1)
        raise MessageError(
            code="rate",
            message=f"{config.messages_per_s} messages a second are taken; send the ink again in {wait_s:.1f} s",
            limit=config.messages_per_s,
            retry_ms=math.ceil(wait_s * 1000),
            close_code=POLICY if bucket.is_overdrawn else None,
            setting="messages_per_s",
        )

    def _refuse(self, error: MessageError) -> None:
        self._errors += 1
        self._service.metrics.refused(error)
        self._send(messages.error_frame(error))

    def _say_goodbye(self, error: MessageError) -> int:
        code = error.close_code or INTERNAL
        try:
            self._refuse(error)
        except Closed:
            return code
        self._socket.close(code, error.message)
        return code

    def _send(self, message: ServerMessage) -> None:
        text = messages.encode(message)
        self._socket.send(text)
        self._recorder.received(text)
