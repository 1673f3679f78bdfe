"""Tests of which of several servers on one listening socket accepts a connection."""

import contextlib
from collections.abc import Iterator

import gevent
from gevent import socket
from gevent.pool import Pool

from realtime.server.worker import FairServer

CONNECTIONS = 20
TIMEOUT_S = 30.0


class Worker:
    """A server with a pool of its own that counts what it accepts, as each worker has one."""

    def __init__(self, listener: socket.socket, connections: int = 0) -> None:
        self.pool = Pool(1000)
        self.accepted = 0
        for _ in range(connections):
            self.pool.spawn(gevent.sleep, TIMEOUT_S)
        self.server = FairServer(listener, handle=self._handle, spawn=self.pool)

    def _handle(self, client: socket.socket, _address: object) -> None:
        self.accepted += 1
        client.sendall(b"!")
        client.close()


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(CONNECTIONS)
    try:
        with gevent.Timeout(TIMEOUT_S):
            yield listener
    finally:
        listener.close()


def connect(listener: socket.socket) -> None:
    """Connect and wait to be served."""
    with socket.create_connection(listener.getsockname()) as client:
        assert client.recv(1) == b"!"


def test_a_worker_with_fewer_connections_takes_the_next() -> None:
    with listening() as listener:
        # The busier one hears of a connection first.
        busy, free = Worker(listener, connections=500), Worker(listener)
        for worker in (busy, free):
            worker.server.start()
        for _ in range(CONNECTIONS):
            connect(listener)
            free.pool.join()
        assert (busy.accepted, free.accepted) == (0, CONNECTIONS)
        for worker in (busy, free):
            worker.server.stop(timeout=0)


def test_a_busy_worker_takes_what_no_other_takes() -> None:
    with listening() as listener:
        busy = Worker(listener, connections=500)
        busy.server.start()
        for _ in range(3):
            connect(listener)
        assert busy.accepted == 3
        busy.server.stop(timeout=0)
