"""Tests of the writer with slow readers and readers that take nothing."""

import socket
import time
from collections.abc import Iterator

import gevent
import gevent.socket
import pytest

from realtime.setting_groups import ConnectionLimits
from realtime.websocket.writer import ConnectionClosed, Writer

SEND_S = 0.5
PAYLOAD = bytes(range(256)) * 4_000


@pytest.fixture
def ends() -> Iterator[tuple[gevent.socket.socket, gevent.socket.socket]]:
    """Both ends of a TCP connection, the reader's with a small buffer."""
    with gevent.socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        reader = gevent.socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        reader.connect(listener.getsockname())
        writer, _ = listener.accept()
    with writer, reader:
        yield writer, reader


def test_a_slow_but_steady_reader_gets_everything(
    ends: tuple[gevent.socket.socket, gevent.socket.socket],
) -> None:
    """A slow reader makes progress, although the socket is not writable for longer than `send_s`.

    Linux calls a full buffer writable only once a third of it is free.
    """
    writer, reader = ends

    def write() -> None:
        try:
            Writer(writer, ConnectionLimits(send_s=SEND_S)).write(PAYLOAD)
        finally:
            writer.shutdown(socket.SHUT_WR)

    writing = gevent.spawn(write)
    received = bytearray()
    start = time.monotonic()
    while chunk := reader.recv(4_096):
        received += chunk
        if time.monotonic() - start < 6 * SEND_S:
            gevent.sleep(SEND_S / 10)
    writing.get(timeout=60)
    assert bytes(received) == PAYLOAD


def test_a_reader_that_takes_nothing_is_given_up(
    ends: tuple[gevent.socket.socket, gevent.socket.socket],
) -> None:
    writer, _ = ends
    start = time.monotonic()
    # Long before it is idle.
    with gevent.Timeout(60), pytest.raises(ConnectionClosed) as closed:
        Writer(writer, ConnectionLimits(send_s=SEND_S)).write(PAYLOAD)
    assert closed.value.setting == "send_s"
    assert time.monotonic() - start >= SEND_S


def test_a_reader_that_takes_next_to_nothing_is_idle(
    ends: tuple[gevent.socket.socket, gevent.socket.socket],
) -> None:
    """A byte now and then is progress, but does not keep the connection for ever."""
    writer, reader = ends

    def drip() -> None:
        while reader.recv(2_048):
            gevent.sleep(SEND_S / 2)

    dripping = gevent.spawn(drip)
    with pytest.raises(ConnectionClosed):
        Writer(writer, ConnectionLimits(send_s=SEND_S, idle_s=4 * SEND_S)).write(PAYLOAD)
    dripping.kill()
