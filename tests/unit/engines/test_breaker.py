"""When an engine is asked: the states of its circuit breaker, and the lines of the log."""

import logging

import pytest

from realtime.engines.breaker import Breaker
from realtime.errors import EngineConnectionError, EngineMismatchError, EngineTimeoutError

LATE = EngineTimeoutError("did not answer in 0.25 s")
GONE = EngineConnectionError("cannot be reached: Connection refused")
OTHER = EngineMismatchError("serves another network")


@pytest.fixture
def changes() -> list[bool]:
    """What the breaker told of its state."""
    return []


@pytest.fixture
def breaker(changes: list[bool]) -> Breaker:
    """A breaker that three failures open."""

    def tell(*, is_up: bool) -> None:
        changes.append(is_up)

    return Breaker("recognizer=digit", 3, tell)


def test_nothing_is_asked_before_the_engine_is_known(breaker: Breaker) -> None:
    assert not breaker.is_up
    assert breaker.reason
    breaker.identified()
    assert breaker.is_up
    assert not breaker.reason


def test_failures_one_after_the_other_take_it_down(breaker: Breaker, changes: list[bool]) -> None:
    breaker.identified()
    for _ in range(3):
        breaker.failed(LATE)
        breaker.failed(GONE)
        assert breaker.is_up
        breaker.succeeded()
    for _ in range(3):
        breaker.failed(LATE)
    assert not breaker.is_up
    assert breaker.reason == LATE.reason
    breaker.identified()
    assert breaker.is_up
    assert changes == [True, False, True]


def test_an_answer_that_comes_late_does_not_bring_it_up(breaker: Breaker) -> None:
    breaker.identified()
    for _ in range(3):
        breaker.failed(LATE)
    breaker.succeeded()
    assert not breaker.is_up


def test_a_look_makes_up_for_no_failure_of_requests(breaker: Breaker) -> None:
    breaker.identified()
    for _ in range(3):
        assert breaker.is_up
        breaker.failed(LATE)
        breaker.identified()
    assert breaker.is_up, "the last look brought it up again"
    assert not breaker.has_answered
    breaker.succeeded()
    assert breaker.has_answered


def test_another_model_takes_it_down_at_once(breaker: Breaker) -> None:
    breaker.identified()
    breaker.failed(OTHER)
    assert not breaker.is_up


def test_the_log_has_one_line_for_each_change(
    breaker: Breaker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "realtime.engines"):
        for _ in range(5):
            breaker.failed(GONE)
        for _ in range(2):
            breaker.identified()
            for _ in range(10):
                breaker.failed(LATE)
            breaker.failed(GONE)
    assert [record.message.split()[0] for record in caplog.records] == [
        *("engine_down", "engine_up", "engine_down", "engine_up", "engine_down"),
    ]
    assert caplog.records[0].levelname == "WARNING"
    assert GONE.reason in caplog.records[0].message
    assert LATE.reason in caplog.records[2].message
