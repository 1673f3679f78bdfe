"""Tests of the waits before a client connects again."""

import random
from itertools import islice

from realtime.client.backoff import FIRST_WAIT_S, LONGEST_WAIT_S, Backoff


def test_waits_grow_and_are_random_within_a_half() -> None:
    backoff = Backoff(random.Random(1))
    waits = list(islice(backoff.delays(), 2_000))
    for attempt, wait_s in enumerate(waits):
        longest = min(FIRST_WAIT_S * 2 ** min(attempt, 32), LONGEST_WAIT_S)
        assert longest / 2 <= wait_s <= longest
    assert len(set(waits)) == len(waits)


def test_the_server_is_heeded_once() -> None:
    backoff = Backoff(random.Random(1))
    backoff.asked_s = 40.0
    assert 40 <= backoff.next_s() <= 50
    assert backoff.next_s() <= FIRST_WAIT_S


def test_who_goes_away_is_followed_at_once() -> None:
    backoff = Backoff(random.Random(1))
    for _ in range(10):
        backoff.next_s()
    backoff.is_going_away = True
    assert backoff.next_s() <= FIRST_WAIT_S
    assert backoff.next_s() >= LONGEST_WAIT_S / 2
    backoff.reset()
    assert backoff.next_s() <= FIRST_WAIT_S
