"""Which losses of a region are simulated, and what is kept of each."""

import math
from dataclasses import replace

import numpy as np

from benchmarks.capacity.constants import PageConstants, ServiceConstants, page_constants
from benchmarks.capacity.fleet import CORES, REGIONS, USED, Measured, Person, machines
from benchmarks.capacity.region_loss import Outcome, Scenario

PEOPLE = 1_000_000
# Balancers choose machines at random, so that each tenth of people and machines fares alike.
SHARE = 0.1
# Assumed: until health checks have seen it, and names or routes lead elsewhere.
FAILOVER_S = 20.0
# Assumed: to another region of the same continent.
ROUND_TRIP_S = 0.08
CURVE_STEP_S = 0.5


def scenarios(measured: Measured) -> list[Scenario]:
    """Digits and lines, with and without jitter, closed and silent, and machines used too much."""
    digits, _, lines, _ = measured.people()
    of_digits = _scenario("digits", digits, measured, "digit", USED)
    of_lines = _scenario("lines", lines, measured, "line", USED)
    skimped = _scenario("digits, machines used to 80 %", digits, measured, "digit", 0.8)
    return [
        of_digits,
        replace(of_digits, name="digits, no jitter", has_jitter=False),
        replace(of_digits, name="digits, lost in silence", is_closed=False),
        of_lines,
        replace(of_lines, name="lines, no jitter", has_jitter=False),
        skimped,
        replace(skimped, name=f"{skimped.name}, no jitter", has_jitter=False),
    ]


def _scenario(name: str, person: Person, measured: Measured, task: str, used: float) -> Scenario:
    extra, affected = measured.extra, round(PEOPLE * SHARE) // REGIONS

    def in_a_region(people_a_machine: int) -> int:
        whole = machines(PEOPLE // REGIONS, math.floor(people_a_machine * used / USED))
        return round(whole * SHARE)

    of_service, of_proxies = (
        in_a_region(person.people_a_machine),
        in_a_region(person.people_a_proxy),
    )
    connect_ms = extra[f"{task}_connect_ms"]
    return Scenario(
        name=name,
        affected=affected,
        machines=(REGIONS - 1) * of_service,
        proxies=(REGIONS - 1) * of_proxies,
        cores=CORES,
        people_a_machine=affected / of_service,
        people_a_proxy=affected / of_proxies,
        machine_cpu=person.cpu,
        proxy_cpu=person.proxy_cpu,
        tls_cpu=extra["proxy_reconnect_ms"] / 1e3,
        connect_cpu=connect_ms / 1e3,
        ink_cpu=(extra[f"{task}_reconnect_ms"] - connect_ms) / 1e3,
        is_closed=True,
        stroke_s=1 / person.strokes_per_s,
        failover_s=FAILOVER_S,
        round_trip_s=ROUND_TRIP_S,
        has_jitter=True,
        page=page_constants(),
    )


def storm_scenario(measured: Measured, task: str) -> Scenario:
    """What `storm.py` does to one core, as the simulation has it: nobody gives up, nothing else."""
    extra = measured.extra
    connect_cpu = extra[f"{task}_connect_ms"] / 1e3
    return Scenario(
        name=f"a storm of {task}s",
        affected=measured.storm_people,
        machines=1,
        proxies=1,
        cores=1,
        people_a_machine=0,
        people_a_proxy=0,
        machine_cpu=0,
        proxy_cpu=0,
        tls_cpu=0,
        connect_cpu=connect_cpu,
        ink_cpu=extra[f"{task}_reconnect_ms"] / 1e3 - connect_cpu,
        is_closed=True,
        stroke_s=1,
        failover_s=0,
        round_trip_s=0,
        has_jitter=False,
        page=PageConstants(first_wait_s=0, longest_wait_s=0, answer_wait_s=math.inf),
        # A worker that is alone has nobody to leave connections to.
        service=ServiceConstants(accept_delay_s=0),
    )


def summary(scenario: Scenario, outcome: Outcome) -> dict[str, object]:
    """What the table and the picture show of an outcome; times from the loss, in seconds."""
    answered = np.sort(outcome.answered_s)
    waits = np.array(outcome.core_waits_s)
    seconds = np.floor(outcome.tried_s).astype(int)
    return {
        "name": scenario.name,
        "affected": scenario.affected,
        "machines": scenario.machines,
        "proxies": scenario.proxies,
        "load_before": round(scenario.people_a_machine * scenario.machine_cpu / CORES, 3),
        "load_after": round(
            (scenario.people_a_machine + scenario.affected / scenario.machines)
            * scenario.machine_cpu
            / CORES,
            3,
        ),
        "answered": len(answered),
        "sessions": outcome.sessions,
        "p50_s": round(float(np.percentile(answered, 50)), 2),
        "p99_s": round(float(np.percentile(answered, 99)), 2),
        "worst_s": round(float(answered[-1]), 2),
        "attempts": round(len(outcome.tried_s) / scenario.affected, 2),
        "busiest_second": int(np.bincount(seconds).max()),
        "longest_queue": outcome.longest_queue,
        "lost_packets": outcome.lost_packets,
        "given_up": outcome.given_up,
        "refused": outcome.refused,
        "core_wait_p99_ms": round(float(np.percentile(waits, 99)) * 1e3, 1),
        "curve": [
            int(np.searchsorted(answered, at, side="right"))
            for at in np.arange(0, answered[-1] + CURVE_STEP_S, CURVE_STEP_S)
        ],
    }
