"""Here a connection finds its worker: gunicorn's gevent worker, with a server that leaves a newcomer to whoever has less to do.

All workers wait on one listening socket, and the kernel wakes them all; left alone, one of two workers took 100 of 100 connections that
came one by one. A drawing stays on its worker for as long as it is connected, so it matters who takes it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from gevent.pool import Pool
from gevent.server import StreamServer
from gevent.socket import socket
from gunicorn.workers.ggevent import GeventWorker

# How long a worker hesitates for each connection that it has. libev's timers tick in milliseconds: 20 connections more or fewer decide.
HESITATION_S = 50e-6
# Nobody feels it, and with 500 connections each it hardly matters any more who takes the next.
LONGEST_HESITATION_S = 25e-3
# What still waits after that has been left by all others: a storm, when everybody reconnects at once.
ACCEPTED_AT_ONCE = 8


class FairServer(StreamServer):  # type: ignore[misc]
    """Accepts connections the later, the more it has: whoever has fewer has taken the newcomer by then."""

    def _do_read(self) -> None:
        if len(self.pool) == 0:
            self.max_accept = 1
            super()._do_read()
            return
        self.stop_accepting()
        self._timer = self.loop.timer(min(len(self.pool) * HESITATION_S, LONGEST_HESITATION_S))
        self._timer.start(self._accept)

    def _accept(self) -> None:
        self.max_accept = ACCEPTED_AT_ONCE
        super()._do_read()
        if not self.full():
            self._start_accepting_if_started()


class Worker(GeventWorker):  # type: ignore[misc]
    """gunicorn's gevent worker with a `FairServer`, where there are others to leave connections to."""

    def init_process(self) -> None:
        """Called by gunicorn once the worker is forked."""
        if self.cfg.workers > 1:
            self.server_class = self._fair_server
        super().init_process()

    def _fair_server(self, listener: socket, *, spawn: Pool, **_: Any) -> FairServer:  # noqa: ANN401  # gunicorn passes what WSGI servers take
        handle: Callable[..., None] = partial(self.handle, listener)
        return FairServer(listener, handle=handle, spawn=spawn)
