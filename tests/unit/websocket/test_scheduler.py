"""Answers while the pen moves come one at a time, and after whatever else there is to do."""

import os
from collections.abc import Callable
from typing import cast

import gevent
import pytest

from realtime.websocket.connection import Connection
from realtime.websocket.scheduler import REMOTE_INTERIMS, InterimScheduler


class Named:
    """In the place of a socket: notes when it is woken."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.name = name
        self.log = log

    def wake(self) -> None:
        self.log.append(self.name)


@pytest.fixture
def log() -> list[str]:
    return []


def sockets(log: list[str], *names: str) -> list[Connection]:
    return [cast("Connection", Named(name, log)) for name in names]


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


def test_who_is_gone_gets_none(log: list[str]) -> None:
    scheduler = InterimScheduler()
    first, second = sockets(log, "first", "second")
    scheduler.request(first)
    scheduler.request(second)
    scheduler.forget(first)
    scheduler.forget(second)
    scheduler.forget(second)
    gevent.sleep(0.02)
    assert log == []


def test_what_arrives_goes_before_the_next_turn(log: list[str]) -> None:
    scheduler = InterimScheduler()
    readable, writable = os.pipe()
    arrival = gevent.get_hub().loop.io(readable, 1)

    def read() -> None:
        os.read(readable, 1)
        log.append("arrived")

    class Slow(Named):
        def wake(self) -> None:
            super().wake()
            # While this one was answered.
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


def test_few_answers_of_a_remote_recognizer_are_under_way_at_once(log: list[str]) -> None:
    scheduler = InterimScheduler(runs_in_place=False)

    class Remote(Named):
        def wake(self) -> None:
            super().wake()
            scheduler.begin(cast("Connection", self))

    connections = [cast("Connection", Remote(str(i), log)) for i in range(REMOTE_INTERIMS + 3)]
    for connection in connections:
        scheduler.request(connection)
    run_event_loop(lambda: len(log) >= REMOTE_INTERIMS)
    assert len(log) == REMOTE_INTERIMS
    scheduler.end(connections[0])
    run_event_loop(lambda: len(log) > REMOTE_INTERIMS)
    assert len(log) == REMOTE_INTERIMS + 1
    # A connection that is gone makes room too.
    scheduler.forget(connections[1])
    run_event_loop(lambda: len(log) > REMOTE_INTERIMS + 1)
    assert log == [str(i) for i in range(REMOTE_INTERIMS + 2)]
