"""Finds leaks: a robust line through samples of memory, and objects that stay."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from tests.support.worker_introspection import WorkerState

# The line is fitted to the medians of so many segments, since neighbouring samples are correlated
# and would make the confidence interval too narrow.
SEGMENTS = 20
MEGABYTE = 1024 * 1024

# The growth of a process's memory after the warm-up that counts as noise: this share of it, or a
# megabyte. In half an hour a leak of 1 KB a session would be half of the memory; 5 % allow for the
# most that was ever in use at once, which Python and C keep, and which is exceeded less and less
# often. In a minute the number of users and their drawings still grow, and the garbage collector
# has not yet seen everything: up to 6 % were measured without a leak. The line then finds only what
# leaks with each message or stroke, and the rest is found by what is in use without users.
ALLOWED_SHARE = {"long": 0.05, "short": 0.15}
ALLOWED_BYTES = MEGABYTE
# The duration from which a run is long, in which the collector has seen everything several times.
LONG_S = 900.0
# The difference of memory in use without users that counts as noise, however many sessions there
# were. Measured: 200 blocks and 50 KB, which are caches of libraries. A leak of one block a session
# is found after a few hundred sessions.
ALLOWED_BLOCKS = 400
ALLOWED_HEAP_BYTES = 128 * 1024


@dataclass(frozen=True)
class Slope:
    """The growth of memory and its 95 % confidence interval."""

    kb_a_minute: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.kb_a_minute:+.0f} KB a minute ({self.low:+.0f} to {self.high:+.0f})"


def memory_slope(at_s: Sequence[float], memory: Sequence[float]) -> Slope:
    """The Theil-Sen line through samples of memory in bytes, taken at these seconds."""
    # Whoever counts objects alone does not wait for SciPy to be loaded.
    from scipy.stats import theilslopes

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
    return (
        f"memory grows by {found}, {grown / MEGABYTE:.1f} MB in all; "
        f"{allowed / MEGABYTE:.1f} MB would be noise"
    )


def unreleased_objects(
    before: Mapping[int, WorkerState], after: Mapping[int, WorkerState]
) -> list[str]:
    """Objects in workers without users that were not there before; a sentence each."""
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
    """Memory in use in workers without users that was not in use before; a sentence each."""
    found = []
    for pid in before.keys() & after.keys():
        blocks = after[pid].blocks - before[pid].blocks
        heap_bytes = after[pid].heap_bytes - before[pid].heap_bytes
        if blocks > ALLOWED_BLOCKS:
            found.append(f"worker {pid}: {blocks} more blocks of memory in use")
        if heap_bytes > ALLOWED_HEAP_BYTES:
            found.append(f"worker {pid}: {heap_bytes / 1024:.0f} KB more memory in use")
    return found
