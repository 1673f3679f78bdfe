"""One soak: people come for a warm-up, all leave at once, all come again; and what the workers hold before, between and after."""

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
# Within which all come; the second time it is those whom a restart has sent away.
CONNECT_SPREAD_S = 2.0
# From then on memory is looked at.
SETTLED_S = 3.0
# Until what people have left is gone: a second is what the server listens on after its close frame.
CLEANUP_S = 10.0
# Of the whole, and at most: the memory of a process is the most that it ever needed, which is exceeded less and less often.
WARM_UP_SHARE, MAX_WARM_UP_S = 0.4, 600.0


@dataclass(frozen=True)
class ResourceSample:
    """One moment: seconds from the start, people connected, and of each worker its private memory in bytes and its open descriptors."""

    at_s: float
    people: int
    memory: tuple[int, ...]
    descriptors: tuple[int, ...]


@dataclass
class SoakResult:
    """What a soak has found."""

    people: int
    seconds: float
    tally: Tally
    samples: list[ResourceSample] = field(default_factory=list)
    # From the second coming on.
    counted: list[ResourceSample] = field(default_factory=list)
    # Nobody there: at the start, after warm-up and at the end, once garbage was collected.
    held: list[dict[int, WorkerState]] = field(default_factory=list)
    # What was wrong beside what the tally has.
    faults: list[str] = field(default_factory=list)
    # By how much the clients were late at worst.
    late_s: float = 0.0

    @property
    def slopes(self) -> dict[str, leaks.Slope]:
        """Of the memory of each worker, and of all together."""
        return {
            name: leaks.memory_slope([sample.at_s for sample in self.counted], memory)
            for name, memory in self._memory().items()
        }

    def told(self) -> str:
        """The figures, in lines."""
        lines = [
            self.tally.told(),
            *(f"memory of {name}: {slope}" for name, slope in self.slopes.items()),
        ]
        for when, held in zip(("start", "warm", "end"), self.held, strict=True):
            lines += [
                f"{when}: worker {number} {one}"
                for number, (_, one) in enumerate(sorted(held.items()), 1)
            ]
        return "\n".join([*lines, f"clients late by {self.late_s:.2f} s at most"])

    def complaints(self) -> list[str]:
        """All that is not as it should be; a sentence each."""
        tally = self.tally
        found = [*tally.faults, *self.faults]
        if tally.asked != tally.right + tally.abandoned:
            found.append(
                f"{tally.asked} final answers asked for, {tally.right} right, {tally.abandoned} abandoned by their people"
            )
        for name, memory in self._memory().items():
            if sentence := leaks.memory_growth([sample.at_s for sample in self.counted], memory):
                found.append(f"{name}: {sentence}")
        start, warm, end = self.held
        # Caches fill in the warm-up; what is open is as it was at the start all the same.
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
    """Have so many people draw for so long.

    Args:
        log: what the server writes.
        drawings: what is drawn, in any order.
        count: of people.
        seconds: in all, with the warm-up.
        seed: of all that is left to chance.
    """
    warm_up_s = min(MAX_WARM_UP_S, WARM_UP_SHARE * seconds)
    with (
        serve(log, application=probe_app.APPLICATION, workers=WORKERS) as server,
        closing(SoakScheduler(server, drawings)) as crowd,
    ):
        outcome = SoakResult(count, seconds, crowd.tally)
        outcome.held.append(
            worker_introspection.inspect_workers(server, workers=WORKERS, collect=True)
        )
        start_s = time.perf_counter()
        for number, lasts_s in enumerate((warm_up_s, seconds - warm_up_s)):
            counted_s = time.perf_counter() - start_s + CONNECT_SPREAD_S + SETTLED_S
            everybody = [
                users.user_script(
                    crowd, random.Random(f"{seed} {number} {person}"), arriving_s=CONNECT_SPREAD_S
                )
                for person in range(count)
            ]
            crowd.play(
                [*everybody, _record_resources(server, crowd, outcome, start_s)], seconds=lasts_s
            )
            outcome.faults += _leaked_drawings(server)
            outcome.held.append(
                worker_introspection.inspect_workers(server, workers=WORKERS, collect=True)
            )
        outcome.counted = [sample for sample in outcome.samples if sample.at_s > counted_s]
        outcome.late_s = crowd.latest_s
        if open_still := _sessions_open(server):
            outcome.faults.append(f"/metrics counts {open_still:g} open sessions")
    if "Traceback" in log.read_text():
        outcome.faults.append(f"a traceback in {log}")
    return outcome


def _record_resources(
    server: Server, crowd: SoakScheduler, outcome: SoakResult, start_s: float
) -> UserScript:
    """A life among the others that only looks on."""
    workers = processes.server_processes(server)[1:]
    while (now := time.perf_counter()) < crowd.until:
        memory = tuple(worker.memory_full_info().uss for worker in workers)
        descriptors = tuple(worker.num_fds() for worker in workers)
        outcome.samples.append(ResourceSample(now - start_s, len(crowd), memory, descriptors))
        yield now + SAMPLE_S


def _leaked_drawings(server: Server) -> list[str]:
    """Wait until no worker has a session any more; what was drawn has to be gone with it, and not when its garbage is collected."""
    deadline = time.monotonic() + CLEANUP_S
    while True:
        held = worker_introspection.inspect_workers(server, workers=WORKERS, collect=False)
        if not any(one.sessions for one in held.values()) or time.monotonic() > deadline:
            return [
                f"worker {pid} keeps {one.drawings} drawings of those who are gone"
                for pid, one in held.items()
                if one.drawings
            ]


def _sessions_open(server: Server) -> float:
    with urlopen(f"{server.http}/metrics", timeout=10) as answer:  # noqa: S310
        text = answer.read().decode()
    return sum(
        float(value)
        for value in re.findall(r"^ink_sessions_open(?:\{.*\})? (\S+)$", text, re.MULTILINE)
    )
