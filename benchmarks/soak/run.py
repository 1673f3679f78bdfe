"""Runs one soak: a warm-up, a pause without users, and the measurement."""

import random
import re
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from benchmarks.soak import leaks, users
from benchmarks.soak.connection import Tally
from benchmarks.soak.drawings import PreparedDrawing
from benchmarks.soak.scheduler import SoakScheduler, UserScript
from tests.support import probe_app, processes, worker_introspection
from tests.support.server import Server, serve
from tests.support.worker_introspection import WorkerState

WORKERS = 2
SAMPLE_S = 1.0
# The time in which all users connect. The second time it is like the crowd after a restart.
CONNECT_SPREAD_S = 2.0
# The time after which memory counts.
SETTLED_S = 3.0
# The longest wait until closed connections are cleaned up. The server reads for a second after its
# close frame.
CLEANUP_S = 10.0
# The share of the warm-up in the duration, and its maximum. The memory of a process is the most
# that it ever needed, which is exceeded less and less often.
WARM_UP_SHARE, MAX_WARM_UP_S = 0.4, 600.0


@dataclass(frozen=True)
class ResourceSample:
    """The resources of the workers at one moment: private memory in bytes, open descriptors."""

    at_s: float
    people: int
    memory: tuple[int, ...]
    descriptors: tuple[int, ...]


@dataclass
class SoakResult:
    """What a soak has measured."""

    people: int
    seconds: float
    tally: Tally
    samples: list[ResourceSample] = field(default_factory=list)
    # The samples of the measurement.
    counted: list[ResourceSample] = field(default_factory=list)
    # The states of the workers without users, after a garbage collection: at the start, after the
    # warm-up and at the end.
    worker_states: list[dict[int, WorkerState]] = field(default_factory=list)
    # Faults beside those of the tally.
    faults: list[str] = field(default_factory=list)
    # The largest delay of the clients' own schedule.
    late_s: float = 0.0

    @property
    def slopes(self) -> dict[str, leaks.Slope]:
        """The slopes of the memory of each worker and of all together."""
        return {
            name: leaks.memory_slope([sample.at_s for sample in self.counted], memory)
            for name, memory in self._memory().items()
        }

    def summary(self) -> str:
        """The figures, as lines."""
        lines = [
            self.tally.summary(),
            *(f"memory of {name}: {slope}" for name, slope in self.slopes.items()),
        ]
        for when, worker_states in zip(("start", "warm", "end"), self.worker_states, strict=True):
            lines += [
                f"{when}: worker {number} {one}"
                for number, (_, one) in enumerate(sorted(worker_states.items()), 1)
            ]
        return "\n".join([*lines, f"clients late by {self.late_s:.2f} s at most"])

    def problems(self) -> list[str]:
        """All problems, a sentence each."""
        tally = self.tally
        found = [*tally.faults, *self.faults]
        if tally.asked != tally.right + tally.abandoned:
            found.append(
                f"{tally.asked} final answers asked for, {tally.right} right, "
                f"{tally.abandoned} abandoned by their users"
            )
        for name, memory in self._memory().items():
            if sentence := leaks.memory_growth([sample.at_s for sample in self.counted], memory):
                found.append(f"{name}: {sentence}")
        start, warm, end = self.worker_states
        # Caches fill in the warm-up, but objects are released after it too.
        return (
            found
            + leaks.unreleased_objects(start, warm)
            + leaks.unreleased_objects(start, end)
            + leaks.unreleased_memory(warm, end)
        )

    def _memory(self) -> dict[str, list[int]]:
        columns: Sequence[tuple[int, ...]] = list(
            zip(*(sample.memory for sample in self.counted), strict=True)
        )
        named = {f"worker {number}": list(column) for number, column in enumerate(columns, 1)}
        return {**named, "all workers": [sum(sample.memory) for sample in self.counted]}


def run_soak(
    log: Path, drawings: Sequence[PreparedDrawing], *, count: int, seconds: float, seed: int
) -> SoakResult:
    """Run the service and simulated users.

    Args:
        log: gets the server's output.
        drawings: what is drawn, in random order.
        count: number of users.
        seconds: duration, with the warm-up.
        seed: of all random numbers.
    """
    warm_up_s = min(MAX_WARM_UP_S, WARM_UP_SHARE * seconds)
    with (
        serve(log, application=probe_app.APPLICATION, workers=WORKERS) as server,
        closing(SoakScheduler(server, drawings)) as scheduler,
    ):
        result = SoakResult(count, seconds, scheduler.tally)
        result.worker_states.append(
            worker_introspection.inspect_workers(server, workers=WORKERS, collect=True)
        )
        start_s = time.perf_counter()
        for number, duration_s in enumerate((warm_up_s, seconds - warm_up_s)):
            counted_s = time.perf_counter() - start_s + CONNECT_SPREAD_S + SETTLED_S
            scripts = [
                users.user_script(
                    scheduler, random.Random(f"{seed} {number} {user}"), arriving_s=CONNECT_SPREAD_S
                )
                for user in range(count)
            ]
            scheduler.run(
                [*scripts, _record_resources(server, scheduler, result, start_s)],
                seconds=duration_s,
            )
            result.faults += _leaked_drawings(server)
            result.worker_states.append(
                worker_introspection.inspect_workers(server, workers=WORKERS, collect=True)
            )
        result.counted = [sample for sample in result.samples if sample.at_s > counted_s]
        result.late_s = scheduler.max_delay_s
        if still_open := _sessions_open(server):
            result.faults.append(f"/metrics counts {still_open:g} open sessions")
    if "Traceback" in log.read_text():
        result.faults.append(f"a traceback in {log}")
    return result


def _record_resources(
    server: Server, scheduler: SoakScheduler, result: SoakResult, start_s: float
) -> UserScript:
    """A script beside those of the users, which takes samples of the workers' resources."""
    workers = processes.server_processes(server)[1:]
    while (now := time.perf_counter()) < scheduler.end_s:
        memory = tuple(worker.memory_full_info().uss for worker in workers)
        descriptors = tuple(worker.num_fds() for worker in workers)
        result.samples.append(ResourceSample(now - start_s, len(scheduler), memory, descriptors))
        yield now + SAMPLE_S


def _leaked_drawings(server: Server) -> list[str]:
    """Wait until no worker has a session; report drawings that then wait for the collector."""
    deadline = time.monotonic() + CLEANUP_S
    while True:
        worker_states = worker_introspection.inspect_workers(server, workers=WORKERS, collect=False)
        if not any(one.sessions for one in worker_states.values()) or time.monotonic() > deadline:
            return [
                f"worker {pid} keeps {one.drawings} drawings of closed connections"
                for pid, one in worker_states.items()
                if one.drawings
            ]


def _sessions_open(server: Server) -> float:
    """The number of open sessions by `/metrics`."""
    with urlopen(f"{server.http}/metrics", timeout=10) as answer:  # noqa: S310
        text = answer.read().decode()
    return sum(
        float(value)
        for value in re.findall(r"^ink_sessions_open(?:\{.*\})? (\S+)$", text, re.MULTILINE)
    )
