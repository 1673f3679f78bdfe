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
from typing import cast

import gevent
import simple_websocket
from websockets.exceptions import PayloadTooBig
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import GOING_AWAY, POLICY, TOO_BIG, UNSUPPORTED

RECEIVE_BYTES = 65_536
# How long, and how much, to listen on after our close frame. Closing with unread bytes makes the kernel send a reset, and a reset
# makes the peer forget our last frames, the reason among them.
LINGER_S = 1.0
LINGER_BYTES = 4 * 1024 * 1024

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


class Closed(Exception):  # noqa: N818  # not an error: every connection ends so
    """The connection is over; nothing more can be sent. `code` is the peer's close code, or 1006 without one."""

    def __init__(self, code: int = 1006) -> None:
        super().__init__(code)
        self.code = code


class Socket:
    """A WebSocket after its handshake; all but `go_away` and `wake` is for the greenlet that made it, which has to `release` it."""

    def __init__(self, server: simple_websocket.Server, limits: Config) -> None:
        self._sock: socket.socket = server.sock
        self._file = server.sock.fileno()
        self._protocol = ServerProtocol(state=State.OPEN, max_size=limits.message_bytes, logger=_log)
        self._limits = limits
        self._parts: list[bytes] = []
        self._going_away = False
        self._refusal: MessageError | None = None
        self._heard = time.monotonic()
        # Since the last tick: whether bytes came, and whether a ping is unanswered.
        self._is_alive = True
        self._pinged = False
        self._greenlet = gevent.getcurrent()
        self._hub = gevent.get_hub()
        self._is_waiting = False
        self._readable = self._hub.loop.io(self._file, _READABLE)
        # One timer that ticks as long as the connection lives, where a deadline for each read would cost as much as the read.
        interval = min(limits.ping_s, limits.idle_s)
        self._clock = self._hub.loop.timer(interval, interval)
        # Who waits to write misses a tick, and has a deadline of its own.
        self._clock.start(self.wake, _TICKED)
        # Flask-Sock closes what it opened when the handler returns; by then it is closed. Its protocol has done its work.
        server.connected = False
        server.ws = None
        with contextlib.suppress(OSError):
            # An answer is one small segment; waiting to fill it would cost up to 40 ms.
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def release(self) -> None:
        """Let go of what the event loop holds."""
        self._clock.close()
        self._readable.close()

    def receive(self) -> list[bytes]:
        """Wait for at least one whole text message and return all that have arrived, as the peer sent them; or none, if woken.

        Raises:
            MessageError: the peer broke a rule that ends the connection: `too_big`, `not_text`, `idle`; or `going_away`.
            Closed: the peer is gone.
        """
        if self._refusal:
            raise self._refusal
        while data := self._read():
            complete = self._take(data)
            if complete:
                self._heard = time.monotonic()
                return complete
        return []

    def send(self, data: bytes) -> None:
        """Send one text message, UTF-8.

        Raises:
            Closed: the peer is gone, or takes nothing.
        """
        self._write(Frame(Opcode.TEXT, data).serialize(mask=False))

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye, and wait a moment for the peer to have read it. Never raises."""
        # A close frame has room for 123 bytes.
        goodbye = Close(code, reason.encode()[:123].decode(errors="ignore"))
        self._say_last(Frame(Opcode.CLOSE, goodbye.serialize()).serialize(mask=False))

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
                self._check_silence()
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

    def _check_silence(self) -> None:
        """Ping who sent nothing since the last tick, and give up who did not answer; who only drips or pongs is idle some time."""
        idle_s = self._limits.idle_s
        if time.monotonic() - self._heard >= idle_s:
            raise MessageError(code="idle", message=f"nothing was drawn for {idle_s:g} seconds", limit=idle_s, close_code=POLICY)
        if self._is_alive:
            self._is_alive = self._pinged = False
        elif self._pinged:
            raise Closed
        else:
            self._pinged = True
            self._write(Frame(Opcode.PING, b"").serialize(mask=False))

    def _take(self, data: bytes) -> list[bytes]:
        """Whole text messages within `data`, together with what came before it."""
        protocol = self._protocol
        protocol.receive_data(data)
        complete: list[bytes] = []
        try:
            # After the handshake there are no other events.
            for frame in cast("list[Frame]", protocol.events_received()):
                if frame.opcode is Opcode.TEXT and frame.fin:
                    complete.append(bytes(frame.data))
                else:
                    self._take_other(frame, complete)
            if protocol.parser_exc:
                self._fail(protocol.parser_exc)
        except MessageError as refusal:
            # What arrived before it is still answered.
            if not complete:
                raise
            self._refusal = refusal
        return complete

    def _take_other(self, frame: Frame, complete: list[bytes]) -> None:
        """Any frame but a whole text message."""
        match frame.opcode:
            case Opcode.TEXT | Opcode.CONT:
                self._parts.append(bytes(frame.data))
                if frame.fin:
                    complete.append(b"".join(self._parts))
                    self._parts.clear()
            case Opcode.BINARY:
                raise MessageError(code="not_text", message="messages are JSON text, not binary frames", close_code=UNSUPPORTED)
            case Opcode.PING:
                self._write(b"".join(self._protocol.data_to_send()))
            case Opcode.CLOSE:
                self._say_last(b"".join(self._protocol.data_to_send()))
                raise Closed(_code(self._protocol.close_rcvd))

    def _fail(self, error: Exception) -> None:
        """The peer breaks the protocol, for which it has a reply ready, or sends too much, for which there is a better one."""
        if isinstance(error, PayloadTooBig):
            limit = self._limits.message_bytes
            raise MessageError(code="too_big", message=f"a message may have {limit} bytes", limit=limit, close_code=TOO_BIG)
        self._say_last(b"".join(self._protocol.data_to_send()))
        raise Closed(_code(self._protocol.close_sent))

    def _write(self, data: bytes) -> None:
        try:
            written = os.write(self._file, data)
        except BlockingIOError:
            written = 0
        except OSError:
            raise Closed from None
        if written < len(data):
            self._sock.settimeout(self._limits.send_s)
            try:
                self._sock.sendall(memoryview(data)[written:])
            except OSError:
                raise Closed from None

    def _say_last(self, data: bytes) -> None:
        with contextlib.suppress(Closed, OSError):
            self._write(data)
            self._sock.shutdown(socket.SHUT_WR)
            deadline, rest = time.monotonic() + LINGER_S, LINGER_BYTES
            while (left := deadline - time.monotonic()) > 0 and rest > 0:
                self._sock.settimeout(left)
                received = self._sock.recv(RECEIVE_BYTES)
                if not received:
                    break
                rest -= len(received)


def going_away() -> MessageError:
    """The refusal that sends a client to another worker."""
    return MessageError(code="going_away", message="the server restarts; please reconnect", close_code=GOING_AWAY)


def _code(close: Close | None) -> int:
    return close.code if close else CloseCode.ABNORMAL_CLOSURE
