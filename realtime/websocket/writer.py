"""The writing half of a WebSocket: bytes are written whole, within a deadline, or not at all."""

import contextlib
import fcntl
import os
import socket
import struct
import termios
import time

from realtime.config import setting_name
from realtime.setting_groups import ConnectionLimits

# What the kernel buffers for one connection each way; its own default grows to several megabytes.
BUFFER_BYTES = 128 * 1024
# The lingering close: seconds and bytes to read on after our close frame. Closing with unread bytes
# makes the kernel send a reset, and a reset makes the peer forget our last frames, the reason among
# them.
LINGER_S = 1.0
LINGER_BYTES = 4 * 1024 * 1024
_RECEIVE_BYTES = 65_536


class ConnectionClosed(Exception):  # noqa: N818  # no error: every connection ends so
    """The connection is over; nothing more can be sent.

    `code` is the peer's close code, or 1006 without one. `setting` is the name of the limit that
    ended it, if one did.
    """

    def __init__(self, code: int = 1006, setting: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.setting = setting


class Writer:
    """Writes to one connection; only for the greenlet that reads it, so that no two frames mix."""

    def __init__(self, sock: socket.socket, limits: ConnectionLimits) -> None:
        self._sock = sock
        self._file = sock.fileno()
        self._limits = limits
        with contextlib.suppress(OSError):
            # An answer is one small segment; waiting to fill it would cost up to 40 ms.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)

    def write(self, data: bytes) -> None:
        """Write all of it.

        Raises:
            ConnectionClosed: the peer is gone, or takes nothing.
        """
        try:
            written = os.write(self._file, data)
        except BlockingIOError:
            written = 0
        except OSError:
            raise ConnectionClosed from None
        if written < len(data):
            self._write_slowly(memoryview(data)[written:])

    def write_last(self, data: bytes) -> None:
        """Write, and wait a moment for the peer to have read it. Never raises."""
        with contextlib.suppress(ConnectionClosed, OSError):
            self.write(data)
            self._sock.shutdown(socket.SHUT_WR)
            deadline, rest = time.monotonic() + LINGER_S, LINGER_BYTES
            while (left := deadline - time.monotonic()) > 0 and rest > 0:
                self._sock.settimeout(left)
                received = self._sock.recv(_RECEIVE_BYTES)
                if not received:
                    break
                rest -= len(received)

    def _write_slowly(self, rest: memoryview) -> None:
        """Write to a peer that reads slower than we answer, for as long as it reads at all."""
        self._sock.settimeout(self._limits.send_s)
        deadline = time.monotonic() + self._limits.idle_s
        while rest:
            queued = self._queued_bytes()
            try:
                rest = rest[self._sock.send(rest) :]
            except TimeoutError:
                # Linux calls a full buffer writable only once a third of it is free; whether the
                # peer reads at all shows in what is queued.
                if self._queued_bytes() >= queued or time.monotonic() > deadline:
                    setting = setting_name(ConnectionLimits.send_s)
                    raise ConnectionClosed(setting=setting) from None
            except OSError:
                raise ConnectionClosed from None

    def _queued_bytes(self) -> int:
        """What the peer has not acknowledged yet (Linux: SIOCOUTQ)."""
        answer = fcntl.ioctl(self._file, termios.TIOCOUTQ, bytes(4))
        return int(struct.unpack("i", answer)[0])
