"""Here a stroke point of a moving pen waits while others need their final answers.

An answer while the pen moves takes as long as a final one, and there are fifteen times as many, but nobody has stopped to wait for it. So
they are made one at a time, and only when the event loop has nothing else to do: finals go first, and where the worker is busy,
points that arrive meanwhile share one answer.
"""

from typing import Any

import gevent

from realtime.socket import Socket


class Turns:
    """Whose answer is made next, of a worker's sockets."""

    def __init__(self) -> None:
        # An ordered set.
        self._waiting: dict[Socket, None] = {}
        # Made with the first socket: the event loop is the worker's own.
        self._idle: Any = None

    def ask(self, socket: Socket) -> None:
        """Have a socket woken when it is its turn; asking again changes nothing."""
        if socket in self._waiting:
            return
        if self._idle is None:
            self._idle = gevent.get_hub().loop.idle()
        if not self._waiting:
            self._idle.start(self._next)
        self._waiting[socket] = None

    def forget(self, socket: Socket) -> None:
        """The socket is gone."""
        self._waiting.pop(socket, None)
        self._stop_if_done()

    def _next(self) -> None:
        """Called by the event loop."""
        socket = next(iter(self._waiting))
        del self._waiting[socket]
        self._stop_if_done()
        socket.wake()

    def _stop_if_done(self) -> None:
        if not self._waiting and self._idle:
            self._idle.stop()
