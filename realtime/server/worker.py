"""gunicorn's gevent worker, with deadlines for requests, limits by address, and fair accepts.

gunicorn's own worker waits for ever for a request that never ends, until there is no room for
others.

All workers wait on one listening socket, and the kernel wakes them all; without fairness one of two
workers took 100 of 100 connections that came one by one. A session stays on its worker for as long
as it is connected, so it matters which worker accepts it.
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

# Nothing here may import Flask: the master imports this module before gevent has patched the
# modules that Flask imports.
from realtime.access.client_address import is_proxy, rate_limit_key
from realtime.access.listener import METRICS_LISTENER
from realtime.config import Settings
from realtime.errors import RETRY_AFTER_S
from realtime.protocol.client_messages import WEBSOCKET_PATH

# Seconds that a worker delays an accept for each connection that it has. libev's timers tick in
# milliseconds: 20 connections more or fewer decide.
ACCEPT_DELAY_S = 50e-6
# Nobody feels it, and with 500 connections each it hardly matters any more who accepts the next.
LONGEST_ACCEPT_DELAY_S = 25e-3
# What still waits after the delay has been left by all other workers: everybody reconnects at once.
ACCEPTED_AT_ONCE = 8
# Connections of one address beside its sessions: pages that load, and refused clients.
REQUESTS_BESIDE = 50
# Seconds of silence until the lingering close of a refused request ends; nginx's
# `lingering_timeout`.
REQUEST_LINGER_S = 5.0


class FairServer(StreamServer):  # type: ignore[misc]
    """Accepts a connection the later, the more it has: by then a worker with fewer has taken it."""

    def _do_read(self) -> None:
        if len(self.pool) == 0:
            self.max_accept = 1
            super()._do_read()
            return
        self.stop_accepting()
        self._timer = self.loop.timer(min(len(self.pool) * ACCEPT_DELAY_S, LONGEST_ACCEPT_DELAY_S))
        self._timer.start(self._accept)

    def _accept(self) -> None:
        self.max_accept = ACCEPTED_AT_ONCE
        super()._do_read()
        if not self.full():
            self._start_accepting_if_started()


class Worker(GeventWorker):  # type: ignore[misc]
    """gunicorn's gevent worker, with a `FairServer` and a deadline for every request."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        settings = Settings.from_environment()
        self._limits = settings.connection
        self._metrics_bind = settings.server.metrics_bind
        self._proxies = settings.access.proxies
        self._listeners: dict[socket, _ListenerName] = {}
        self._servers: list[StreamServer] = []
        # Open connections by the key of their address, and the deadline of each.
        self._by_key: Counter[str] = Counter()
        self._deadlines: dict[socket, Any] = {}

    def init_process(self) -> None:
        """Called by gunicorn once the worker is forked."""
        self.server_class = self._make_server
        super().init_process()

    def stop_accepting(self) -> None:
        """Leave new connections to others: a proxy that is refused tries another node at once.

        gunicorn itself goes on for up to a second, in which those that were just sent away come
        back to this worker, as it has the fewest connections by then.
        """
        for server in self._servers:
            server.close()

    def patch(self) -> None:
        """Called by gunicorn once its sockets are gevent's."""
        super().patch()
        names = {listener: listener.getsockname() for listener in self.sockets}
        self._listeners = {
            listener: _ListenerName(
                (METRICS_LISTENER, "") if self._metrics_bind.is_name(name) else name
            )
            for listener, name in names.items()
        }

    def handle_quit(self, sig: int, frame: object) -> None:
        """Called on Ctrl+C and SIGQUIT: sessions are drained, as on SIGTERM.

        gunicorn's own handler cuts them off, and raises SystemExit in the midst of whatever the
        worker does by then: Ctrl+C, which the terminal sends and then the master again, ended in
        tracebacks.
        """
        self.handle_exit(sig, frame)

    def handle(self, listener: socket, client: socket, addr: tuple[str, int] | str | bytes) -> None:
        """Serve one connection: not too many of one address, and none for ever."""
        # Over a Unix socket it is no address, but empty or a path.
        address = addr[0] if isinstance(addr, tuple) else ""
        key = rate_limit_key(address)
        most = self._limits.address_sessions + REQUESTS_BESIDE
        if self._by_key[key] >= most and not is_proxy(address, self._proxies):
            _send_status(client, "503 Service Unavailable", f"Retry-After: {RETRY_AFTER_S}")
            client.close()
            return
        deadline = self._deadlines[client] = get_hub().loop.timer(self._limits.request_s)
        deadline.start(self._give_up_reading, client)
        self._by_key[key] += 1
        try:
            super().handle(self._listeners[listener], client, addr)
        finally:
            self._by_key[key] -= 1
            if not self._by_key[key]:
                del self._by_key[key]
            self._deadlines.pop(client).close()

    def handle_request(
        self, listener_name: object, req: Request, sock: socket, addr: object
    ) -> None:
        """Serve a request whose head was read: it has as long again for its body and its answer.

        A WebSocket has deadlines of its own.
        """
        deadline = self._deadlines[sock]
        deadline.stop()
        if not _is_websocket(req):
            deadline.start(_cut_off, sock)
        try:
            super().handle_request(listener_name, req, sock, addr)
        finally:
            if not _is_websocket(req) and _has_body(req):
                _close_lingering(sock)

    def _give_up_reading(self, client: socket) -> None:
        _send_status(client, "408 Request Timeout")
        _cut_off(client)

    def _make_server(
        self,
        listener: socket,
        *,
        spawn: Pool,
        **_: Any,  # noqa: ANN401  # gunicorn passes what WSGI servers take
    ) -> StreamServer:
        handle: Callable[..., None] = partial(self.handle, listener)
        kind = FairServer if self.cfg.workers > 1 else StreamServer
        server = kind(listener, handle=handle, spawn=spawn)
        self._servers.append(server)
        return server


class _ListenerName:
    """The name of a listener that may be closed; that of the metrics tells the application so.

    gunicorn asks a listener for its name only, and drops the connection accepted last if there is
    none.
    """

    def __init__(self, name: object) -> None:
        self._name = name

    def getsockname(self) -> object:
        return self._name


def _close_lingering(client: socket) -> None:
    """Read on until the request's deadline, and leave the closing to the caller.

    Closing with unread bytes makes the kernel send a reset, and the peer forget the answer.
    """
    with contextlib.suppress(OSError):
        client.shutdown(SHUT_WR)
        client.settimeout(REQUEST_LINGER_S)
        while client.recv(65_536):
            pass


def _is_websocket(request: Request) -> bool:
    """Whether a request is for the WebSocket; a proxy may leave a sub-path or a slash before it."""
    path: str = request.path
    return path.endswith(WEBSOCKET_PATH)


def _has_body(request: Request) -> bool:
    names = ("CONTENT-LENGTH", "TRANSFER-ENCODING")
    return any(name in names for name, _ in request.headers)


def _cut_off(client: socket) -> None:
    with contextlib.suppress(OSError):
        client.shutdown(SHUT_RDWR)


def _send_status(client: socket, status: str, header: str = "") -> None:
    """Answer with a status alone, to a peer that may not listen."""
    headers = ["Connection: close", "Content-Length: 0", *filter(None, [header])]
    lines = (f"HTTP/1.1 {status}", *headers, "", "")
    with contextlib.suppress(OSError):
        os.write(client.fileno(), "\r\n".join(lines).encode())
