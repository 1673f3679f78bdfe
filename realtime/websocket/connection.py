"""A WebSocket connection after its handshake, read and written by one greenlet.

Flask-Sock's WebSocket (simple-websocket) does the handshake, and `websockets`' protocol without I/O
the framing, at a third of the cost of simple-websocket's. Its reader thread, unbounded queue and
writes without a deadline are left out: `SERVER_OPTIONS` gives it a thread that does not run, and
`Connection` reads in the handler's own greenlet, once for each time that epoll reports bytes. So a
pong never lands inside another frame, a flood waits in the client's own TCP buffer while other
sessions have their turn, and a message costs one system call.
"""

import contextlib
import os
import socket
from typing import NoReturn

import gevent
import simple_websocket
from websockets.frames import Close, Frame, Opcode

from realtime.access.token_bucket import TokenBucket
from realtime.errors import ReportedError, ShutdownError
from realtime.setting_groups import ConnectionLimits
from realtime.websocket.deadlines import Deadlines
from realtime.websocket.message_assembler import ClosingHandshake, MessageAssembler
from realtime.websocket.writer import BUFFER_BYTES, ConnectionClosed, Writer

# A read full of the tiniest frames takes 10 ms to parse, for which all other sessions wait.
RECEIVE_BYTES = 8_192
# Frames that make no message (fragments, pings) are free up to so many for each message that may
# come; beyond, they are read more slowly.
FRAMES_A_MESSAGE = 5

_PING = Frame(Opcode.PING, b"").serialize(mask=False)
_READABLE = 1  # libev's EV_READ
# Why a waiting greenlet is resumed.
_ARRIVED, _TICKED, _WOKEN = "arrived", "ticked", "woken"


class _NoThread:
    """A thread that does not run, in the place of simple-websocket's reader thread."""

    name = ""

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        pass


SERVER_OPTIONS = {"thread_class": _NoThread}


class Connection:
    """A WebSocket after its handshake.

    All but `go_away` and `wake` is for the greenlet that made it, which has to `release` it.
    """

    def __init__(
        self,
        server: simple_websocket.Server,
        limits: ConnectionLimits,
        assembler: MessageAssembler | None = None,
    ) -> None:
        self._sock: socket.socket = server.sock
        self._file = server.sock.fileno()
        self._assembler = assembler or MessageAssembler(limits)
        self._writer = Writer(server.sock, limits)
        self._frame_bucket = TokenBucket(
            FRAMES_A_MESSAGE * limits.messages_per_s, FRAMES_A_MESSAGE * limits.messages_burst
        )
        # Seconds to wait before the next read, of a client that sends too many frames.
        self._pause_s = 0.0
        self._going_away = False
        self._ending: ReportedError | ClosingHandshake | None = None
        # A text frame that goes with each ping, if the client asks for one.
        self._heartbeat = b""
        self._greenlet = gevent.getcurrent()
        self._hub = gevent.get_hub()
        self._is_waiting = False
        self._readable = self._hub.loop.io(self._file, _READABLE)
        self._deadlines = Deadlines(limits)
        interval = self._deadlines.interval_s
        self._clock = self._hub.loop.timer(interval, interval)
        # A greenlet that waits to write misses a tick, and has a deadline of its own.
        self._clock.start(self.wake, _TICKED)
        # Flask-Sock closes what it opened when the handler returns; by then it is closed.
        server.connected = False
        server.ws = None
        with contextlib.suppress(OSError):
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)

    def release(self) -> None:
        """Free what the event loop holds, and what would keep this connection in memory."""
        self._clock.close()
        self._readable.close()
        if self._ending:
            # An exception that was raised holds the frames that it came through, and these hold
            # the drawing, until the garbage collector runs.
            self._ending.__traceback__ = None

    def receive(self) -> list[bytes]:
        """Wait for whole text messages, and return all that have arrived; or none, if woken.

        Raises:
            BinaryMessageError, SizeError, InactivityError: the peer broke a rule.
            SessionExpiredError, ShutdownError: the service ends the connection.
            ConnectionClosed: the peer is gone.
        """
        while True:
            if self._ending:
                self._end(self._ending)
            data = self._read()
            if not data:
                return []
            complete = self._take(data)
            if complete:
                return complete

    def used(self) -> None:
        """Note that the client has sent something of its own: the connection is not idle."""
        self._deadlines.used()

    def send_heartbeats(self, data: bytes) -> None:
        """From now on, send this text message with each ping, for proxies that count no pings."""
        self._heartbeat = Frame(Opcode.TEXT, data).serialize(mask=False)

    def send(self, data: bytes) -> None:
        """Send one text message, UTF-8.

        Raises:
            ConnectionClosed: the peer is gone, or takes nothing.
        """
        self._writer.write(Frame(Opcode.TEXT, data).serialize(mask=False))

    def close(self, code: int, reason: str = "") -> None:
        """Send a close frame, and wait a moment for the peer to have read it. Never raises."""
        # A close frame has room for 123 bytes of reason.
        close = Close(code, reason.encode()[:123].decode(errors="ignore"))
        self._writer.write_last(Frame(Opcode.CLOSE, close.serialize()).serialize(mask=False))

    def go_away(self) -> None:
        """Tell the reading greenlet, from another one, that the server ends.

        What has arrived is still read, then `receive` raises.
        """
        self._going_away = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RD)

    def wake(self, reason: str = _WOKEN) -> None:
        """Have `receive` return with nothing; called by the event loop.

        It does nothing while the greenlet waits for something else.
        """
        if self._is_waiting:
            self._greenlet.switch(reason)

    def _read(self) -> bytes:
        """Wait until there is something to read; bytes from the peer, or none if woken."""
        if self._pause_s:
            gevent.sleep(self._pause_s)
            self._pause_s = 0.0
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
                if self._deadlines.tick():
                    self._writer.write(_PING + self._heartbeat)
                continue
            try:
                data = os.read(self._file, RECEIVE_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                raise ConnectionClosed from None
            if data:
                self._deadlines.has_heard = True
                return data
            raise ShutdownError if self._going_away else ConnectionClosed

    def _take(self, data: bytes) -> list[bytes]:
        """Whole text messages within `data`, together with what came before it."""
        received = self._assembler.receive(data)
        self._pause_s = self._frame_bucket.charge(received.frames)
        # Messages that arrived before it are answered first.
        self._ending = received.ending
        if received.reply:
            self._writer.write(received.reply)
        self._deadlines.received(received.frames, has_partial=self._assembler.has_partial)
        return received.messages

    def _end(self, ending: ReportedError | ClosingHandshake) -> NoReturn:
        if isinstance(ending, ClosingHandshake):
            self._writer.write_last(ending.reply)
            raise ConnectionClosed(ending.code)
        raise ending
