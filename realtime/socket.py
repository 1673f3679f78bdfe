"""Here a stroke point comes off the wire: one WebSocket, read and written by one greenlet.

Flask-Sock's WebSocket (simple-websocket) does the handshake, wsproto the framing. Its reader thread, unbounded queue and writes without
a deadline are left out: `SERVER_OPTIONS` gives it a thread that does not run, and `Socket` reads in the handler's own greenlet. So
a pong never lands inside another frame, a flooder waits in its own TCP buffer, and a message costs no switch.
"""

import contextlib
import socket
import time

import gevent
import simple_websocket
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, Pong, TextMessage
from wsproto.utilities import LocalProtocolError

from realtime.config import Config
from realtime.errors import MessageError
from realtime.messages import GOING_AWAY, POLICY, TOO_BIG, TRY_LATER, UNSUPPORTED

RECEIVE_BYTES = 65_536
# How long, and how much, to listen on after our close frame. Closing with unread bytes makes the kernel send a reset, and a reset
# makes the peer forget our last frames, the reason among them.
LINGER_S = 1.0
LINGER_BYTES = 1024 * 1024


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
    """A WebSocket after its handshake."""

    def __init__(self, server: simple_websocket.Server, limits: Config) -> None:
        self._sock: socket.socket = server.sock
        self._wire = server.ws
        self._limits = limits
        self._parts: list[bytes] = []
        self._size = 0
        self._going_away = False
        self._woken = False
        self._refusal: MessageError | None = None
        self._pinged = False
        self._heard = time.monotonic()
        # Flask-Sock closes what it opened when the handler returns; by then it is closed.
        server.connected = False
        with contextlib.suppress(OSError):
            # An answer is one small segment; waiting to fill it would cost up to 40 ms.
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self) -> list[bytes]:
        """Wait for at least one whole text message and return all that have arrived, as UTF-8.

        Raises:
            MessageError: the peer broke a rule that ends the connection: `too_big`, `not_text`, `idle`; or `going_away`.
            Closed: the peer is gone.
        """
        if self._refusal:
            raise self._refusal
        while True:
            complete = self._take(self._read())
            if complete:
                self._heard = time.monotonic()
                return complete

    def send(self, data: bytes) -> None:
        """Send one text message.

        Raises:
            Closed: the peer is gone, or takes nothing.
        """
        self._write(self._wire.send(Message(data=data.decode())))

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye, and wait a moment for the peer to have read it. Never raises."""
        with contextlib.suppress(Closed, LocalProtocolError, OSError):
            # A close frame has room for 123 bytes.
            self._write(self._wire.send(CloseConnection(code, reason.encode()[:123].decode(errors="ignore"))))
            self._sock.shutdown(socket.SHUT_WR)
            deadline, rest = time.monotonic() + LINGER_S, LINGER_BYTES
            while (left := deadline - time.monotonic()) > 0 and rest > 0:
                self._sock.settimeout(left)
                data = self._sock.recv(RECEIVE_BYTES)
                if not data:
                    break
                rest -= len(data)

    def go_away(self) -> None:
        """Tell the reading greenlet, from another, that the server ends: what has arrived is still read, then `receive` raises."""
        self._going_away = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RD)

    def _read(self) -> bytes:
        """Bytes from the peer, with a ping for each silent interval, of which the second ends it."""
        while True:
            # Before each read, since who sends a byte now and then, or only pongs, never lets one time out.
            if time.monotonic() - self._heard > self._limits.idle_s:
                reason = f"nothing was drawn for {self._limits.idle_s:g} seconds"
                raise MessageError(code="idle", message=reason, limit=self._limits.idle_s, close_code=POLICY)
            self._sock.settimeout(self._limits.ping_s)
            try:
                data = self._sock.recv(RECEIVE_BYTES)
            except TimeoutError:
                if self._pinged:
                    raise Closed from None
                self._pinged = True
                self._write(self._wire.send(Ping()))
                continue
            except OSError:
                # gevent wakes the reader of a socket that is shut down with an error; what has arrived is still to be read.
                if self._going_away and not self._woken:
                    self._woken = True
                    continue
                raise Closed from None
            if data:
                self._pinged = False
                return data
            if self._going_away:
                raise _going_away()
            raise Closed

    def _take(self, data: bytes) -> list[bytes]:
        """Whole text messages within `data`, together with what came before it."""
        self._wire.receive_data(data)
        complete: list[bytes] = []
        try:
            self._take_events(complete)
        except MessageError as refusal:
            # What arrived before it is still answered.
            if not complete:
                raise
            self._refusal = refusal
        return complete

    def _take_events(self, complete: list[bytes]) -> None:
        for event in self._wire.events():
            match event:
                case TextMessage():
                    self._collect(event.data.encode())
                    if event.message_finished:
                        complete.append(b"".join(self._parts))
                        self._parts, self._size = [], 0
                case BytesMessage():
                    raise MessageError(code="not_text", message="messages are JSON text, not binary frames", close_code=UNSUPPORTED)
                case Ping():
                    self._write(self._wire.send(event.response()))
                case Pong():
                    pass
                case CloseConnection():
                    # Also what wsproto makes of a peer that breaks the protocol; the reply names its code.
                    with contextlib.suppress(LocalProtocolError, Closed):
                        self._write(self._wire.send(event.response()))
                    raise Closed(event.code)

    def _collect(self, part: bytes) -> None:
        if part:
            self._parts.append(part)
            self._size += len(part)
        limit = self._limits.message_bytes
        if self._size > limit:
            raise MessageError(code="too_big", message=f"a message may have {limit} bytes", limit=limit, close_code=TOO_BIG)

    def _write(self, data: bytes) -> None:
        self._sock.settimeout(self._limits.send_s)
        try:
            self._sock.sendall(data)
        except OSError:
            raise Closed from None


class Registry:
    """The open sockets of a worker: how many there may be, and whom to tell when it ends."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.draining = False
        self._open: set[Socket] = set()

    def add(self, opened: Socket) -> None:
        """Take a socket in.

        Raises:
            MessageError: `full`, or `going_away` where the worker ends.
        """
        if self.draining:
            # gunicorn goes on accepting for up to a second; who comes then finds another worker with the next try.
            raise _going_away()
        if len(self._open) >= self.limit:
            raise MessageError(code="full", message="the server is full; please try again later", limit=self.limit, close_code=TRY_LATER)
        self._open.add(opened)

    def discard(self, closed: Socket) -> None:
        """Forget a socket."""
        self._open.discard(closed)

    def drain(self) -> None:
        """Send everybody away, after the answers that they are owed."""
        self.draining = True
        for number, opened in enumerate(list(self._open)):
            opened.go_away()
            if number % 50 == 49:
                gevent.sleep(0)


def _going_away() -> MessageError:
    return MessageError(code="going_away", message="the server restarts; please reconnect", close_code=GOING_AWAY)
