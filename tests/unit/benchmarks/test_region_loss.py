"""Tests of the simulation of a lost region, on cases that can be computed by hand."""

import json
import random
import statistics
import subprocess
from dataclasses import replace

import pytest
import simpy

from benchmarks.capacity.constants import ELEMENT, ServiceConstants, page_constants
from benchmarks.capacity.region_loss import Cores, Scenario, Steps, simulate, wait_s

# One machine with one core and one proxy that costs nothing, on which nobody draws; everybody comes
# after the first wait.
ALONE = Scenario(
    name="alone",
    affected=1,
    machines=1,
    proxies=1,
    cores=1,
    people_a_machine=0,
    people_a_proxy=0,
    machine_cpu=0,
    proxy_cpu=0,
    tls_cpu=0,
    connect_cpu=0.001,
    ink_cpu=0.002,
    is_closed=True,
    stroke_s=1.0,
    failover_s=0,
    round_trip_s=0.1,
    has_jitter=False,
    page=page_constants(),
    service=replace(ServiceConstants(), accept_delay_s=0.0),
)


def test_one_person_alone_waits_for_nobody() -> None:
    outcome = simulate(ALONE)
    # The first wait, TCP, TLS, the upgrade, and the answer.
    expected = ALONE.page.first_wait_s + 4 * 0.1 + 0.001 + 0.002
    assert outcome.answered_s == [pytest.approx(expected)]
    assert (outcome.sessions, outcome.given_up, outcome.refused) == (1, 0, 0)


def test_all_at_once_are_served_one_after_another() -> None:
    outcome = simulate(replace(ALONE, affected=100, cores=4))
    # Four cores have 100 handshakes and 100 answers to do; nothing else takes time, but that no ink
    # is there before its handshake is.
    first = ALONE.page.first_wait_s + 0.4
    assert max(outcome.answered_s) == pytest.approx(first + 25 * 0.002 + 0.001, abs=0.003)


def test_long_answers_take_turns() -> None:
    """Two answers of three steps on one core end in the fifth and the sixth step."""
    steps = replace(ALONE.service, step_s=0.01)
    outcome = simulate(replace(ALONE, affected=2, connect_cpu=0, ink_cpu=0.03, service=steps))
    first = ALONE.page.first_wait_s + 0.4
    assert outcome.answered_s == pytest.approx([first + 0.05, first + 0.06])


def test_workers_accept_a_few_at_a_time() -> None:
    slow = replace(ServiceConstants(), accept_delay_s=0.025, accepted_at_once=8)
    outcome = simulate(replace(ALONE, affected=80, connect_cpu=0, ink_cpu=0, service=slow))
    first = ALONE.page.first_wait_s + 0.4
    assert min(outcome.answered_s) == pytest.approx(first + 0.025)
    assert max(outcome.answered_s) == pytest.approx(first + 10 * 0.025)


def test_the_listen_queue_loses_what_is_too_much() -> None:
    few = replace(ALONE.service, backlog=50, accepted_at_once=1)
    outcome = simulate(replace(ALONE, affected=100, connect_cpu=0.01, service=few))
    # One is accepted and 50 wait; the packets of 49 are sent again a second later.
    assert outcome.lost_packets == 49
    assert len(outcome.answered_s) == 100
    assert sorted(outcome.answered_s)[51] > ALONE.page.first_wait_s + 1


def test_a_full_machine_is_asked_again() -> None:
    few = replace(ALONE.service, sessions=4)
    crowded = replace(ALONE, affected=8, machines=2, service=few)
    outcome = simulate(crowded)
    assert outcome.sessions == 8
    # By chance one machine was asked by more than four, who were told when to come again.
    assert outcome.refused > 0
    assert max(outcome.answered_s) > few.retry_after_s
    with pytest.raises(ValueError, match="room for 8 people only"):
        simulate(replace(crowded, affected=9))


def test_before_the_failover_every_attempt_fails() -> None:
    # Waits of 0.25, 0.5, 1, 2 and 4 s end at 0.25, 0.75, 1.75, 3.75 and 7.75 s.
    outcome = simulate(replace(ALONE, failover_s=4))
    assert outcome.answered_s == [pytest.approx(7.75 + 0.4 + 0.003)]
    silent = simulate(replace(ALONE, is_closed=False, failover_s=4))
    # The watchdog, and what is left of a stroke; then the first wait.
    assert 5.25 <= silent.tried_s[0] <= 6.25


def test_nobody_is_lost_when_there_are_far_too_many() -> None:
    room = replace(ALONE.service, sessions=1_500)
    crowd = replace(ALONE, affected=3_000, cores=2, connect_cpu=0.005, ink_cpu=0.02, service=room)
    outcome = simulate(crowd)
    assert len(outcome.answered_s) == outcome.sessions == 3_000
    assert outcome.given_up > 0
    # The cores did at least what all needed, from the first attempt on.
    assert max(outcome.answered_s) > 3_000 * 0.025 / 2


def test_people_who_draw_make_a_core_slower() -> None:
    half = replace(ALONE, people_a_machine=50, machine_cpu=0.01)
    assert simulate(half).answered_s[0] - simulate(ALONE).answered_s[0] == pytest.approx(
        # The one who came draws as well.
        0.001 / 0.5 + 0.002 / 0.49 - 0.003
    )


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_a_queue_of_random_arrivals_waits_as_long_as_theory_says(load: float) -> None:
    """M/D/1: the mean wait is ρ D / (2 (1 - ρ)) (Pollaczek-Khinchine)."""
    env, rng = simpy.Environment(), random.Random(1)
    core, waits = Cores(env, 1, 0, 0), list[float]()

    def arrive() -> Steps:
        for _ in range(60_000):
            yield env.timeout(rng.expovariate(load))
            env.process(core.work(1.0, waits))

    env.process(arrive())
    env.run()
    assert statistics.fmean(waits) == pytest.approx(load / (2 * (1 - load)), rel=0.06)


def test_waits_are_those_of_the_page() -> None:
    """The page's own code, with the same random numbers."""
    script = f"""
      import {{ Backoff }} from "{ELEMENT / "backoff.js"}";
      const found = [0, 0.5, 0.999].map((random) => {{
        Math.random = () => random;
        const backoff = new Backoff();
        return Array.from({{ length: 9 }}, () => backoff.next_ms(null, false));
      }});
      console.log(JSON.stringify(found));
    """
    node = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(node, capture_output=True, text=True, check=True)

    class Fixed(random.Random):
        def __init__(self, value: float) -> None:
            super().__init__()
            self._value = value

        def random(self) -> float:
            return self._value

    scenario = replace(ALONE, has_jitter=True)
    for value, expected in zip((0, 0.5, 0.999), json.loads(done.stdout), strict=True):
        ours = [wait_s(scenario, attempt, Fixed(value)) * 1e3 for attempt in range(9)]
        assert ours == pytest.approx(expected)
