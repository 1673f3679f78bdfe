"""Here a connection finds its worker: gunicorn's gevent worker, with a server that leaves a newcomer to whoever has less to do.

gunicorn's own waits for ever for a request that never ends, until there is no room for others; here each has a deadline, and each
address a share.

All workers wait on one listening socket, and the kernel wakes them all; left alone, one of two workers took 100 of 100 connections that
came one by one. A drawing stays on its worker for as long as it is connected, so it matters who takes it.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from socket import SHUT_RDWR, SHUT_WR
from typing import Any

from gevent import get_hub
from gevent.pool import Pool
from gevent.server import StreamServer
from gevent.socket import socket
from gunicorn.http.message import Request
from gunicorn.workers.ggevent import GeventWorker

# Nothing here may import Flask: the master imports this file, before gevent has patched what Flask stands on.
from realtime.addresses import is_in, party
from realtime.config import Config
from realtime.messages import PATH, RETRY_S

# How long a worker hesitates for each connection that it has. libev's timers tick in milliseconds: 20 connections more or fewer decide.
HESITATION_S = 50e-6
# Nobody feels it, and with 500 connections each it hardly matters any more who takes the next.
LONGEST_HESITATION_S = 25e-3
# What still waits after that has been left by all others: a storm, when everybody reconnects at once.
ACCEPTED_AT_ONCE = 8
# Connections of one address beside its sessions: pages that load, and those who are told that there is no room.
REQUESTS_BESIDE = 50
# Of silence, until nothing more of a refused request is expected; nginx's `lingering_timeout`.
LINGER_S = 5.0


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
    """gunicorn's gevent worker, with a `FairServer` where there are others to leave connections to, and with an end to every request."""

    def init_process(self) -> None:
        """Called by gunicorn once the worker is forked."""
        self._config = Config.from_environment()
        self._proxies = self._config.proxy_networks
        self._by_party: Counter[str] = Counter()
        self._deadlines: dict[socket, Any] = {}
        if self.cfg.workers > 1:
            self.server_class = self._fair_server
        super().init_process()

    def patch(self) -> None:
        """Called by gunicorn once its sockets are gevent's."""
        super().patch()
        self._listeners = {listener: _Named(listener.getsockname()) for listener in self.sockets}

    def handle_quit(self, sig: int, frame: object) -> None:
        """Called on Ctrl+C and SIGQUIT: people are sent away, as on SIGTERM.

        gunicorn's own leaves them without a word, and raises SystemExit in the midst of whatever the worker does by then: Ctrl+C, of which
        the terminal tells and then the master again, ended in tracebacks.
        """
        self.handle_exit(sig, frame)

    def handle(self, listener: socket, client: socket, addr: tuple[str, int] | str) -> None:
        """Serve one connection: not too many of one address, and none for ever."""
        # A Unix socket has no address.
        who = party(addr[0]) if addr else ""
        most = self._config.address_sessions + REQUESTS_BESIDE
        if who and self._by_party[who] >= most and not is_in(self._proxies, addr[0]):
            _say(client, "503 Service Unavailable", f"Retry-After: {RETRY_S}")
            client.close()
            return
        deadline = self._deadlines[client] = get_hub().loop.timer(self._config.request_s)
        deadline.start(self._give_up_reading, client)
        self._by_party[who] += 1
        try:
            super().handle(self._listeners[listener], client, addr)
        finally:
            self._by_party[who] -= 1
            if not self._by_party[who]:
                del self._by_party[who]
            self._deadlines.pop(client).close()

    def handle_request(self, listener_name: object, req: Request, sock: socket, addr: object) -> None:
        """Serve a request whose head was read: as long again for its body and its answer. A WebSocket has deadlines of its own."""
        deadline = self._deadlines[sock]
        deadline.stop()
        if req.path != PATH:
            deadline.start(_cut_off, sock)
        try:
            super().handle_request(listener_name, req, sock, addr)
        finally:
            if req.path != PATH and any(name in ("CONTENT-LENGTH", "TRANSFER-ENCODING") for name, _ in req.headers):
                _hear_out(sock)

    def _give_up_reading(self, client: socket) -> None:
        _say(client, "408 Request Timeout")
        _cut_off(client)

    def _fair_server(self, listener: socket, *, spawn: Pool, **_: Any) -> FairServer:  # noqa: ANN401  # gunicorn passes what WSGI servers take
        handle: Callable[..., None] = partial(self.handle, listener)
        return FairServer(listener, handle=handle, spawn=spawn)


class _Named:
    """In the place of a listener that may be closed: gunicorn asks only for its name, and drops who was accepted last if it has none."""

    def __init__(self, name: object) -> None:
        self._name = name

    def getsockname(self) -> object:
        return self._name


def _hear_out(client: socket) -> None:
    """Read on, until the request's deadline: closing with unread bytes makes the kernel send a reset, and the peer forget the answer."""
    with contextlib.suppress(OSError):
        client.shutdown(SHUT_WR)
        client.settimeout(LINGER_S)
        while client.recv(65_536):
            pass


def _cut_off(client: socket) -> None:
    with contextlib.suppress(OSError):
        client.shutdown(SHUT_RDWR)


def _say(client: socket, status: str, header: str = "") -> None:
    """Answer with a status alone, to a peer who may not listen."""
    lines = (f"HTTP/1.1 {status}", "Connection: close", "Content-Length: 0", *filter(None, [header]), "", "")
    with contextlib.suppress(OSError):
        os.write(client.fileno(), "\r\n".join(lines).encode())
