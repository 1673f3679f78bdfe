"""Tests of the deadlines of a connection."""

import pytest

from realtime.errors import InactivityError, SessionExpiredError
from realtime.setting_groups import ConnectionLimits
from realtime.websocket.deadlines import Deadlines
from realtime.websocket.writer import ConnectionClosed
from tests.support.clock import Clock, stop_clock

LIMITS = ConnectionLimits(ping_s=20, idle_s=100, session_s=300, request_s=30)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stop_clock(monkeypatch, "realtime.websocket.deadlines")


def hear_and_tick(deadlines: Deadlines) -> bool:
    deadlines.has_heard = True
    return deadlines.tick()


@pytest.mark.usefixtures("clock")
def test_a_silent_client_is_pinged_once_and_then_dead() -> None:
    deadlines = Deadlines(LIMITS)
    assert deadlines.interval_s == 10
    # The handshake was heard.
    assert [deadlines.tick() for _ in range(3)] == [False, True, False]
    with pytest.raises(ConnectionClosed) as closed:
        deadlines.tick()
    assert (closed.value.code, closed.value.setting) == (1006, "ping_s")


@pytest.mark.usefixtures("clock")
def test_a_client_that_answers_is_pinged_again() -> None:
    deadlines = Deadlines(LIMITS)
    ticks = [
        ticked
        for _ in range(5)
        for ticked in (hear_and_tick(deadlines), deadlines.tick(), deadlines.tick())
    ]
    assert ticks == [False, True, False] * 5


def test_a_client_that_only_answers_pings_is_idle(clock: Clock) -> None:
    deadlines = Deadlines(LIMITS)
    clock.now_s += 90
    deadlines.used()
    clock.now_s += 99
    hear_and_tick(deadlines)
    clock.now_s += 1
    with pytest.raises(InactivityError) as error:
        hear_and_tick(deadlines)
    assert (error.value.code, error.value.limit) == ("idle", 100)


def test_a_message_has_to_be_there_in_time(clock: Clock) -> None:
    deadlines = Deadlines(LIMITS)
    deadlines.received(0, has_partial=False)
    clock.now_s += 29
    hear_and_tick(deadlines)
    deadlines.received(1, has_partial=False)
    clock.now_s += 29
    hear_and_tick(deadlines)
    # Fragments, one after the other, are one message.
    deadlines.received(1, has_partial=True)
    clock.now_s += 29
    deadlines.received(1, has_partial=True)
    clock.now_s += 1
    with pytest.raises(InactivityError) as error:
        hear_and_tick(deadlines)
    assert (error.value.code, error.value.limit) == ("slow", 30)


def test_a_session_lasts_its_time(clock: Clock) -> None:
    deadlines = Deadlines(LIMITS)
    for _ in range(3):
        clock.now_s += 99
        deadlines.used()
        hear_and_tick(deadlines)
    clock.now_s += 3
    with pytest.raises(SessionExpiredError) as error:
        hear_and_tick(deadlines)
    assert error.value.limit == 300
