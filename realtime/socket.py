"""Here a stroke point comes off the wire: one WebSocket, read and written by one greenlet.

Flask-Sock's WebSocket (simple-websocket) does the handshake, and `websockets`' protocol without I/O the framing, at a third of
what simple-websocket's takes. Its reader thread, unbounded queue and writes without a deadline are left out: `SERVER_OPTIONS` gives it a
thread that does not run, and `Socket` reads in the handler's own greenlet, once for each time that epoll says there is something. So a
pong never lands inside another frame, a flooder waits in its own TCP buffer while others have their turn, and a message costs
one system call.
"""

import contextlib
import logging
import os
import socket
import time
from typing import NoReturn, cast

import gevent
import simple_websocket
from websockets.exceptions import PayloadTooBig
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from realtime.bucket import TokenBucket
from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import GOING_AWAY, POLICY, TOO_BIG, UNSUPPORTED
from realtime.writer import BUFFER_BYTES, Closed, Writer

# A read of the tiniest frames takes 10 ms to parse, for which all others wait.
RECEIVE_BYTES = 8_192
# Frames that make no message (fragments, pings) are free until there are so many for each message that may come; then they are read slower.
FRAMES_A_MESSAGE = 5

_READABLE = 1  # libev's EV_READ
# Why a waiting greenlet goes on.
_ARRIVED, _TICKED, _WOKEN = "arrived", "ticked", "woken"
_log = logging.getLogger("realtime.socket")


class _NoThread:
    """In the place of simple-websocket's reader thread."""

    name = ""

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        pass


SERVER_OPTIONS = {"thread_class": _NoThread}


class _Farewell(Exception):  # noqa: N818  # no error: how a connection ends
    """What remains to be said, and the code with which the connection is closed."""

    def __init__(self, data: bytes, code: int) -> None:
        super().__init__(code)
        self.data = data
        self.code = code


class Socket:
    """A WebSocket after its handshake; all but `go_away` and `wake` is for the greenlet that made it, which has to `release` it."""

    def __init__(self, server: simple_websocket.Server, limits: Config) -> None:
        self._sock: socket.socket = server.sock
        self._file = server.sock.fileno()
        self._protocol = ServerProtocol(state=State.OPEN, max_size=limits.message_bytes, logger=_log)
        self._limits = limits
        self._writer = Writer(server.sock, limits)
        self._pace = TokenBucket(FRAMES_A_MESSAGE * limits.messages_per_s, FRAMES_A_MESSAGE * limits.messages_burst)
        self._rest_s = 0.0
        self._partial = bytearray()
        self._going_away = False
        self._ending: MessageError | _Farewell | None = None
        self._opened = self._heard = time.monotonic()
        # When the message began of which a part is there.
        self._begun = 0.0
        # Since the last tick: whether bytes came, and whether a ping is unanswered.
        self._is_alive = True
        self._pinged = False
        self._greenlet = gevent.getcurrent()
        self._hub = gevent.get_hub()
        self._is_waiting = False
        self._readable = self._hub.loop.io(self._file, _READABLE)
        # One timer that ticks as long as the connection lives, where a deadline for each read would cost as much as the read.
        interval = min(limits.ping_s, limits.idle_s, limits.session_s, limits.request_s)
        self._clock = self._hub.loop.timer(interval, interval)
        # Who waits to write misses a tick, and has a deadline of its own.
        self._clock.start(self.wake, _TICKED)
        # Flask-Sock closes what it opened when the handler returns; by then it is closed. Its protocol has done its work.
        server.connected = False
        server.ws = None
        with contextlib.suppress(OSError):
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)

    def release(self) -> None:
        """Let go of what the event loop holds, and of what would hold this."""
        self._clock.close()
        self._readable.close()
        if self._ending:
            # Raised and kept, it holds the frames that it came through, and these the drawing, until the garbage collector looks.
            self._ending.__traceback__ = None

    def receive(self) -> list[bytes]:
        """Wait for at least one whole text message and return all that have arrived, as the peer sent them; or none, if woken.

        Raises:
            MessageError: the peer broke a rule that ends the connection: `too_big`, `not_text`, `slow`, `idle`, `expired`; or `going_away`.
            Closed: the peer is gone.
        """
        while True:
            if self._ending:
                self._end(self._ending)
            data = self._read()
            if not data:
                return []
            complete = self._take(data)
            if complete:
                self._heard = time.monotonic()
                return complete

    def send(self, data: bytes) -> None:
        """Send one text message, UTF-8.

        Raises:
            Closed: the peer is gone, or takes nothing.
        """
        self._writer.write(Frame(Opcode.TEXT, data).serialize(mask=False))

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye, and wait a moment for the peer to have read it. Never raises."""
        # A close frame has room for 123 bytes.
        goodbye = Close(code, reason.encode()[:123].decode(errors="ignore"))
        self._writer.say_last(Frame(Opcode.CLOSE, goodbye.serialize()).serialize(mask=False))

    def go_away(self) -> None:
        """Tell the reading greenlet, from another, that the server ends: what has arrived is still read, then `receive` raises."""
        self._going_away = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RD)

    def wake(self, reason: str = _WOKEN) -> None:
        """Called by the event loop, have `receive` return with nothing. One who waits for something else is left alone."""
        if self._is_waiting:
            self._greenlet.switch(reason)

    def _read(self) -> bytes:
        """Let others run until there is something to read; bytes from the peer, or none if woken."""
        if self._rest_s:
            gevent.sleep(self._rest_s)
            self._rest_s = 0.0
        while True:
            self._is_waiting = True
            self._readable.start(self._greenlet.switch, _ARRIVED)
            try:
                reason = self._hub.switch()
            finally:
                self._readable.stop()
                self._is_waiting = False
            if reason is _WOKEN:
                return b""
            if reason is _TICKED:
                self._check_time()
                continue
            try:
                data = os.read(self._file, RECEIVE_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                raise Closed from None
            if data:
                self._is_alive = True
                return data
            raise going_away() if self._going_away else Closed

    def _check_time(self) -> None:
        """Ping who sent nothing since the last tick, and give up who did not answer; who only drips or pongs is idle some time."""
        now, limits = time.monotonic(), self._limits
        if now - self._heard >= limits.idle_s:
            raise _out_of_time("idle", f"nothing was drawn for {limits.idle_s:g} seconds", "idle_s", limits.idle_s)
        if self._begun and now - self._begun >= limits.request_s:
            raise _out_of_time("slow", f"a message has to be there within {limits.request_s:g} seconds", "request_s", limits.request_s)
        if now - self._opened >= limits.session_s:
            raise _out_of_time("expired", "the session has lasted its time; please reconnect", "session_s", limits.session_s)
        if self._is_alive:
            self._is_alive = self._pinged = False
        elif self._pinged:
            raise Closed(setting="ping_s")
        else:
            self._pinged = True
            self._writer.write(Frame(Opcode.PING, b"").serialize(mask=False))

    def _take(self, data: bytes) -> list[bytes]:
        """Whole text messages within `data`, together with what came before it."""
        protocol = self._protocol
        protocol.receive_data(data)
        # After the handshake there are no other events.
        frames = cast("list[Frame]", protocol.events_received())
        self._rest_s = self._pace.charge(len(frames))
        complete: list[bytes] = []
        try:
            for frame in frames:
                if frame.opcode is Opcode.TEXT and frame.fin:
                    complete.append(bytes(frame.data))
                else:
                    self._take_other(frame, complete)
            if protocol.parser_exc:
                self._fail(protocol.parser_exc)
            if pongs := protocol.data_to_send():
                self._writer.write(b"".join(pongs))
        except (MessageError, _Farewell) as ending:
            # What arrived before it is answered first.
            self._ending = ending
        if frames and not self._partial:
            self._begun = 0.0
        elif not self._begun:
            self._begun = time.monotonic()
        return complete

    def _take_other(self, frame: Frame, complete: list[bytes]) -> None:
        """Any frame but a whole text message."""
        match frame.opcode:
            case Opcode.TEXT | Opcode.CONT:
                self._partial += frame.data
                if frame.fin:
                    complete.append(bytes(self._partial))
                    self._partial.clear()
            case Opcode.BINARY:
                raise MessageError(code="not_text", message="messages are JSON text, not binary frames", close_code=UNSUPPORTED)
            case Opcode.CLOSE:
                raise _Farewell(b"".join(self._protocol.data_to_send()), _code(self._protocol.close_rcvd))

    def _fail(self, error: Exception) -> None:
        """The peer breaks the protocol, for which it has a reply ready, or sends too much, for which there is a better one."""
        if isinstance(error, PayloadTooBig):
            limit = self._limits.message_bytes
            message = f"a message may have {limit} bytes"
            raise MessageError(code="too_big", message=message, limit=limit, close_code=TOO_BIG, setting="message_bytes")
        if goodbye := self._protocol.close_rcvd:
            # To leave in the middle of a message is no error, for which `websockets` takes it (RFC 6455, section 5.4).
            payload = b"" if goodbye.code == CloseCode.NO_STATUS_RCVD else goodbye.serialize()
            raise _Farewell(Frame(Opcode.CLOSE, payload).serialize(mask=False), goodbye.code)
        raise _Farewell(b"".join(self._protocol.data_to_send()), _code(self._protocol.close_sent))

    def _end(self, ending: "MessageError | _Farewell") -> NoReturn:
        if isinstance(ending, _Farewell):
            self._writer.say_last(ending.data)
            raise Closed(ending.code)
        raise ending


def _out_of_time(code: str, message: str, setting: str, limit: float) -> MessageError:
    return MessageError(code=code, message=message, limit=limit, close_code=POLICY, setting=setting)


def going_away() -> MessageError:
    """The refusal that sends a client to another worker."""
    return MessageError(code="going_away", message="the server restarts; please reconnect", close_code=GOING_AWAY)


def _code(close: Close | None) -> int:
    return close.code if close else CloseCode.ABNORMAL_CLOSURE
