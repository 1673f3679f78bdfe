"""Tests of the scheduler of interim answers."""

import os
from collections.abc import Callable
from typing import cast

import gevent
import pytest

from realtime.websocket.connection import Connection
from realtime.websocket.scheduler import InterimScheduler


class LoggingSocket:
    """Replaces a connection, and logs when it is woken."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.name = name
        self.log = log

    def wake(self) -> None:
        self.log.append(self.name)


@pytest.fixture
def log() -> list[str]:
    """The names of woken connections, in order."""
    return []


def sockets(log: list[str], *names: str) -> list[Connection]:
    """Connections of these names."""
    return [cast("Connection", LoggingSocket(name, log)) for name in names]


def run_event_loop(until: Callable[[], bool]) -> None:
    """Run the event loop until the condition is true, and a little longer."""
    with gevent.Timeout(10):
        while not until():
            gevent.sleep(0.001)
    gevent.sleep(0.02)


def test_each_gets_one_turn_in_the_order_of_asking(log: list[str]) -> None:
    scheduler = InterimScheduler()
    first, second, third = sockets(log, "first", "second", "third")
    for socket in (first, second, first, third, second):
        scheduler.request(socket)
    run_event_loop(lambda: len(log) >= 3)
    assert log == ["first", "second", "third"]
    scheduler.request(first)
    run_event_loop(lambda: len(log) >= 4)
    assert log[3:] == ["first"]


def test_a_closed_connection_gets_no_turn(log: list[str]) -> None:
    scheduler = InterimScheduler()
    first, second = sockets(log, "first", "second")
    scheduler.request(first)
    scheduler.request(second)
    scheduler.forget(first)
    scheduler.forget(second)
    scheduler.forget(second)
    gevent.sleep(0.02)
    assert log == []


def test_arriving_data_goes_before_the_next_turn(log: list[str]) -> None:
    scheduler = InterimScheduler()
    readable, writable = os.pipe()
    arrival = gevent.get_hub().loop.io(readable, 1)

    def read() -> None:
        os.read(readable, 1)
        log.append("arrived")

    class Slow(LoggingSocket):
        def wake(self) -> None:
            super().wake()
            # Data arrives while this answer is made.
            os.write(writable, b"x")

    arrival.start(read)
    for name in ("first", "second", "third"):
        scheduler.request(cast("Connection", Slow(name, log)))
    run_event_loop(lambda: len(log) >= 6)
    arrival.stop()
    arrival.close()
    os.close(readable)
    os.close(writable)
    assert log == ["first", "arrived", "second", "arrived", "third", "arrived"]
