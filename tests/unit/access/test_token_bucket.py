"""Tests of the token bucket: bursts, refill and debt."""

import pytest

from realtime.access.token_bucket import TokenBucket
from tests.support.clock import Clock, stop_clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stop_clock(monkeypatch, "realtime.access.token_bucket")


def test_a_burst_passes_and_no_more(clock: Clock) -> None:
    bucket = TokenBucket(rate=10, burst=5)
    for _ in range(5):
        assert not bucket.is_empty
        assert bucket.charge(1) == 0
    assert bucket.is_empty
    clock.now_s += 0.1
    assert not bucket.is_empty


def test_it_holds_no_more_than_a_burst(clock: Clock) -> None:
    bucket = TokenBucket(rate=10, burst=5)
    clock.now_s += 3600
    assert bucket.charge(6) == pytest.approx(0.1)


def test_a_debt_is_paid_in_the_time_it_says(clock: Clock) -> None:
    bucket = TokenBucket(rate=10, burst=5)
    wait_s = bucket.charge(25)
    assert wait_s == pytest.approx(2)
    clock.now_s += wait_s - 0.01
    assert bucket.is_empty
    clock.now_s += 0.02
    assert not bucket.is_empty


def test_a_debt_of_a_whole_burst_is_overdrawn(clock: Clock) -> None:
    bucket = TokenBucket(rate=10, burst=5)
    bucket.charge(9)
    assert not bucket.is_overdrawn
    bucket.charge(1)
    assert bucket.is_overdrawn
    clock.now_s += 0.2
    assert not bucket.is_overdrawn
