"""Whether memory grows: a line through the samples that outliers do not bend, and what would still be noise."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import theilslopes

from tests.support.worker_introspection import WorkerState

# Samples that follow each other are alike, and a fit to all would be too sure of itself; so it is made to the medians of so many parts.
SEGMENTS = 20
MEGABYTE = 1024 * 1024

# What the memory of a process may grow by after warm-up, if the line says that it does: this share of it, or a megabyte.
# In half an hour a leak of 1 KB a session would be half of the memory; 5 % is what remains for the most that was ever in use at once, which
# Python and C keep, and which is exceeded less and less often. In a minute people are still becoming as many, and as far with their
# drawings, as they will be, and the garbage collector has not yet gone through everything: up to 6 % were measured where nothing leaks.
# There the line is to find only what leaks with each message or stroke; the rest is found by what is in use when all are gone.
ALLOWED_SHARE = {"long": 0.05, "short": 0.15}
ALLOWED_BYTES = MEGABYTE
# From when on a run is long: the collector has gone through everything several times.
LONG_S = 900.0
# What is in use in a worker when all are gone may differ by so much from once to the next, however many have been there. Measured: 200
# blocks and 50 KB, which are caches of libraries. Who leaves one block behind is found once a few hundred have left.
ALLOWED_BLOCKS = 400
ALLOWED_HEAP_BYTES = 128 * 1024


@dataclass(frozen=True)
class Slope:
    """How fast memory grows, and between which slopes the true one is (95 %)."""

    kb_a_minute: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.kb_a_minute:+.0f} KB a minute ({self.low:+.0f} to {self.high:+.0f})"


def memory_slope(at_s: Sequence[float], memory: Sequence[float]) -> Slope:
    """Theil and Sen's line through samples of memory in bytes, taken at these seconds."""
    parts = min(SEGMENTS, len(at_s))
    minutes = [float(np.median(part)) / 60 for part in np.array_split(np.array(at_s), parts)]
    kilobytes = [float(np.median(part)) / 1024 for part in np.array_split(np.array(memory), parts)]
    fit = theilslopes(kilobytes, minutes, 0.95)
    return Slope(float(fit.slope), float(fit.low_slope), float(fit.high_slope))


def memory_growth(at_s: Sequence[float], memory: Sequence[float]) -> str | None:
    """A sentence if memory grows by more than noise."""
    lasted_s = at_s[-1] - at_s[0]
    found = memory_slope(at_s, memory)
    grown = found.kb_a_minute * 1024 * lasted_s / 60
    allowed = max(
        ALLOWED_BYTES,
        ALLOWED_SHARE["long" if lasted_s >= LONG_S else "short"] * float(np.median(memory)),
    )
    if found.low <= 0 or grown <= allowed:
        return None
    return f"memory grows by {found}, {grown / MEGABYTE:.1f} MB in all; {allowed / MEGABYTE:.1f} MB would be noise"


def unreleased_objects(
    before: Mapping[int, WorkerState], after: Mapping[int, WorkerState]
) -> list[str]:
    """What is open in workers that was not, nobody being there either time; a sentence each."""
    found = []
    if before.keys() != after.keys():
        found.append(f"workers {sorted(before)} became {sorted(after)}")
    for pid in before.keys() & after.keys():
        was, now = asdict(before[pid]), asdict(after[pid])
        more = [
            what
            for what in ("greenlets", "sessions", "drawings", "descriptors")
            if now[what] > was[what]
        ]
        found += [f"worker {pid}: {now[what]} {what}, {was[what]} before" for what in more]
    return found


def unreleased_memory(
    before: Mapping[int, WorkerState], after: Mapping[int, WorkerState]
) -> list[str]:
    """What more memory is in use in workers, nobody being there either time; a sentence each."""
    found = []
    for pid in before.keys() & after.keys():
        blocks = after[pid].blocks - before[pid].blocks
        heap_bytes = after[pid].heap_bytes - before[pid].heap_bytes
        if blocks > ALLOWED_BLOCKS:
            found.append(f"worker {pid}: {blocks} more blocks of memory in use")
        if heap_bytes > ALLOWED_HEAP_BYTES:
            found.append(f"worker {pid}: {heap_bytes / 1024:.0f} KB more memory in use")
    return found
