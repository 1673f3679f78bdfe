"""The tables of a lost region: what was assumed, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.capacity.constants import ServiceConstants, page_constants
from benchmarks.capacity.fleet import FEWEST_MACHINES, REGIONS, Measured
from benchmarks.capacity.region_loss import simulate
from benchmarks.capacity.scenarios import (
    FAILOVER_S,
    PEOPLE,
    ROUND_TRIP_S,
    SHARE,
    storm_scenario,
)
from benchmarks.markdown import table


def assumptions() -> str:
    """What the simulation takes for given, and where it has it from."""
    page, service = page_constants(), ServiceConstants()
    rows = [
        ["people; regions; part of them simulated", f"{PEOPLE:,}; {REGIONS}; {SHARE:.0%}"],
        ["until names or routes lead elsewhere (assumed)", f"{FAILOVER_S:g} s"],
        ["round trip to another region (assumed)", f"{ROUND_TRIP_S * 1e3:g} ms"],
        [
            "waits of the page (`web/element/backoff.js`)",
            (
                f"{page.first_wait_s:g} s, doubled up to {page.longest_wait_s:g} s, "
                "times a random number from 0.5 to 1"
            ),
        ],
        [
            "patience of the page (`web/element/socket.js`)",
            f"{page.answer_wait_s:g} s for `ready`, and for an answer",
        ],
        [
            "accepts of a worker (`realtime/server/worker.py`)",
            f"{service.accepted_at_once} every {service.accept_delay_s * 1e3:g} ms",
        ],
        ["listen queue of a machine (gunicorn)", f"{service.backlog:,}"],
        ["fewest machines of a kind", f"{FEWEST_MACHINES}"],
    ]
    return table(["", ""], rows)


def losses_table(losses: Sequence[Mapping[str, Any]]) -> str:
    """What happened in each scenario."""
    rows = [
        [
            loss["name"],
            f"{loss['load_before']:.0%} → {loss['load_after']:.0%}",
            f"{loss['p50_s']:.1f} s",
            f"{loss['p99_s']:.1f} s",
            f"{loss['worst_s']:.1f} s",
            f"{loss['attempts']:.2f}",
            f"{loss['busiest_second'] / loss['affected']:.0%}",
            f"{loss['given_up'] / loss['affected']:.1%}",
            f"{loss['longest_queue']:,}",
            f"{loss['core_wait_p99_ms']:.0f} ms",
        ]
        for loss in losses
    ]
    head = [
        "lost",
        "load of the others",
        "half have their answer after",
        "99 %",
        "all",
        "attempts each",
        "of these in the busiest second",
        "given up",
        "longest listen queue",
        "wait for a core, p99",
    ]
    return table(head, rows)


def storms(measured: Measured) -> str:
    """A real storm on one core beside its simulation."""
    rows = []
    for task in ("digit", "line"):
        simulated = simulate(storm_scenario(measured, task))
        rows.append(
            [
                f"{measured.storm_people} people with a {task} each",
                f"{max(simulated.answered_s):.2f} s",
                f"{measured.extra[f'{task}_storm_cpu_s']:.2f} s",
                f"{measured.extra[f'{task}_storm_all_s']:.2f} s",
            ]
        )
    head = ["in the same instant", "simulated: the last answer", "CPU time", "the last answer"]
    return table(head, rows)
