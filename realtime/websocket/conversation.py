"""A conversation: messages of one connection in, answers out.

It reads all that has arrived, applies it in order, answers each end of stroke and each edit once,
and answers moving ink once for all of it, when the scheduler lets it. Nothing escapes from it:
whatever went wrong ends with an `error` message and a close code.
"""

import logging
import secrets
import time
from dataclasses import dataclass

import flask
import gevent
import simple_websocket

from realtime.access.token_bucket import TokenBucket
from realtime.config import setting_name
from realtime.errors import FloodError, InternalError, RateError, ReportedError
from realtime.metrics.service import Metrics
from realtime.protocol import messages, server_messages
from realtime.protocol.client_messages import Config, Examples, HeartbeatReply, Points
from realtime.protocol.server_messages import ServerMessage
from realtime.recognition.recognizer import Recognizers
from realtime.recordings.recorder import Recorder
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import ConnectionLimits, DrawingLimits, RecordingSettings
from realtime.websocket.close_codes import close_code
from realtime.websocket.connection import Connection
from realtime.websocket.greeting import advertised_limits, greeting
from realtime.websocket.registry import ConnectionRegistry
from realtime.websocket.scheduler import InterimScheduler
from realtime.websocket.turns import Turns
from realtime.websocket.writer import ConnectionClosed

# Operators filter by this name.
_log = logging.getLogger("realtime.stream")

# A long message, and one about a large drawing, counts as several: it is as much work.
BYTES_A_TOKEN = 4_096
POINTS_A_TOKEN = 2_000
HEARTBEAT = messages.encode(server_messages.Heartbeat())


@dataclass(frozen=True)
class WorkerContext:
    """What the conversations of a worker share."""

    connection: ConnectionLimits
    drawing: DrawingLimits
    recordings: RecordingSettings
    # Whether `/ink` takes labelled samples, which `ready` tells.
    stores_samples: bool
    recognizers: Recognizers
    registry: ConnectionRegistry
    scheduler: InterimScheduler
    turns: Turns
    metrics: Metrics


class Conversation:
    """One connection, from `ready` to its close code."""

    def __init__(self, server: simple_websocket.Server, context: WorkerContext) -> None:
        limits = context.connection
        self._context = context
        self._limits = limits
        self._connection = Connection(server, limits)
        self._session = Session(context.recognizers, context.drawing)
        self._bucket = TokenBucket(limits.messages_per_s, limits.messages_burst)
        self._id = secrets.token_hex(8)
        self._recorder = Recorder(context.recordings, self._id)
        self._errors = 0

    def run(self) -> None:
        """Converse until the connection ends. Never raises."""
        context, address = self._context, flask.request.remote_addr or ""
        opened = time.monotonic()
        code = 1006
        is_registered = False
        try:
            context.registry.enter(self._connection, address)
            is_registered = True
            self._recorder.open()
            context.metrics.sessions.inc()
            sessions = len(context.registry)
            facts = (self._id, address or "-", sessions)
            _log.info("session_open session=%s address=%s sessions=%d", *facts)
            self._converse()
        except ConnectionClosed as closed:
            code = closed.code
            context.metrics.limit_met(closed.setting)
        except ReportedError as error:
            if isinstance(error, InternalError):
                _log.exception("session_failed session=%s", self._id)
            code = self._close(error)
        except Exception:
            _log.exception("session_failed session=%s", self._id)
            code = self._close(InternalError())
        finally:
            context.scheduler.forget(self._connection)
            context.registry.leave(self._connection)
            self._connection.release()
            self._recorder.close()
            if is_registered:
                context.metrics.sessions.dec()
                context.metrics.closed(code)
                seconds = time.monotonic() - opened
                counts = (self._session.answers, self._errors)
                _log.info(
                    "session_closed session=%s address=%s "
                    "code=%d seconds=%.1f answers=%d errors=%d recognize=%s",
                    *(self._id, address or "-", code, seconds, *counts, self._session.task),
                )

    def _converse(self) -> None:
        context, connection = self._context, self._connection
        self._send(
            greeting(
                self._id,
                self._session.task,
                context.recognizers,
                advertised_limits(context.connection, context.drawing),
                stores_samples=context.stores_samples,
                teaches=self._session.teaches,
            )
        )
        received_ns = 0
        is_interim_due = False
        while True:
            texts = connection.receive()
            if texts:
                received_ns = time.perf_counter_ns()
                is_interim_due = self._take(texts, received_ns, is_interim_due=is_interim_due)
                if is_interim_due:
                    context.scheduler.request(connection)
            elif is_interim_due:
                is_interim_due = False
                context.scheduler.begin(connection)
                try:
                    self._answer(received_ns, final=False)
                finally:
                    context.scheduler.end(connection)

    def _take(self, texts: list[bytes], received_ns: int, *, is_interim_due: bool) -> bool:
        """Apply messages that arrived together, with one final answer for each that asks for it.

        Returns:
            Whether an interim answer is due afterwards; `is_interim_due` says whether one was
            before.
        """
        session = self._session
        for text in texts:
            pending = PendingReply.NONE
            is_refused = is_stroke = False
            try:
                self._check_rate(text)
                message = messages.decode(text)
                if isinstance(message, HeartbeatReply):
                    continue
                is_stroke = isinstance(message, Points)
                pending = session.apply(message)
                if isinstance(message, Examples):
                    self._charge_examples(len(message.examples))
                elif isinstance(message, Config) and message.heartbeat:
                    self._connection.send_heartbeats(HEARTBEAT)
                self._recorder.sent(text)
            except ReportedError as error:
                if close_code(error) is not None:
                    raise
                self._report(error)
                is_refused = True
            self._connection.used()
            if pending is PendingReply.FINAL:
                is_interim_due = False
                self._answer(received_ns, final=True, is_stroke=is_stroke)
            elif pending is PendingReply.INTERIM:
                is_interim_due = True
            if text is not texts[-1] and (is_refused or pending is PendingReply.FINAL):
                # Other sessions should not wait for more than one answer, or one refusal.
                gevent.sleep(0)
        return is_interim_due

    def _answer(self, received_ns: int, *, final: bool, is_stroke: bool = False) -> None:
        steps = self._session.answer_in_steps(received_ns, final=final)
        answer = self._context.turns.finish(steps)
        self._send(answer)
        total_s = (time.perf_counter_ns() - received_ns) / 1e9
        self._context.metrics.answered(self._session.task, answer, total_s, is_stroke=is_stroke)

    def _check_rate(self, text: bytes) -> None:
        bucket = self._bucket
        if not bucket.is_empty:
            size = self._session.size
            bucket.charge(1 + len(text) // BYTES_A_TOKEN + size // POINTS_A_TOKEN)
            return
        # What is refused counts too, so that it does not pay to go on.
        wait_s = bucket.charge(1)
        limit = self._limits.messages_per_s
        kind = FloodError if bucket.is_overdrawn else RateError
        raise kind(
            message=f"{limit} messages a second are taken; send the ink again in {wait_s:.1f} s",
            limit=limit,
            retry_after_s=wait_s,
            setting=setting_name(ConnectionLimits.messages_per_s),
        )

    def _charge_examples(self, count: int) -> None:
        """Let each count as a message, as it takes as long as an answer; never as a flood."""
        self._bucket.charge(min(count, self._limits.messages_burst // 2))

    def _report(self, error: ReportedError) -> None:
        self._errors += 1
        self._context.metrics.refused(error)
        self._send(messages.error_message(error, is_fatal=close_code(error) is not None))

    def _close(self, error: ReportedError) -> int:
        """Tell the client of an error, and close; the close code."""
        code = close_code(error)
        if code is None:
            raise ValueError(f"{error!r} does not close a connection")
        try:
            self._report(error)
        except ConnectionClosed:
            return code
        self._connection.close(code, error.message)
        return code

    def _send(self, message: ServerMessage) -> None:
        text = messages.encode(message)
        self._connection.send(text)
        self._recorder.received(text)
