"""The picture of the soak: who was there, and what it cost the workers in memory and descriptors."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

from benchmarks.soak.leaks import MEGABYTE
from benchmarks.soak.run import SoakResult

mpl.use("Agg")
from matplotlib import pyplot

OURS, SECOND, GREY = "#2456c5", "#d98324", "#9aa0a6"


def draw(path: Path, outcome: SoakResult, machine: str) -> None:
    """Write the picture, a PNG file; `machine` is where it was measured."""
    figure, (memory, people, descriptors) = pyplot.subplots(
        3, 1, figsize=(11, 6.5), sharex=True, layout="constrained", height_ratios=(3, 1, 1)
    )
    minutes = np.array([sample.at_s for sample in outcome.samples]) / 60
    # All leave once, after the warm-up; a line through that would say that they were fewer for a moment.
    breaks = np.flatnonzero(np.diff(minutes) > 0.05) + 1

    def column(values: list[float]) -> np.ndarray:
        return np.insert(np.array(values, float), breaks, np.nan)

    at = column(minutes.tolist())
    counted = np.array([sample.at_s for sample in outcome.counted]) / 60
    for worker, colour in enumerate((OURS, SECOND)):
        sizes = [sample.memory[worker] / MEGABYTE for sample in outcome.samples]
        slope = outcome.slopes[f"worker {worker + 1}"]
        memory.plot(at, column(sizes), color=colour, lw=1, label=f"worker {worker + 1}: {slope}")
        megabytes = np.median([sample.memory[worker] for sample in outcome.counted]) / MEGABYTE
        line = megabytes + slope.kb_a_minute / 1024 * (counted - np.median(counted))
        memory.plot(counted, line, color=colour, lw=1, ls="--")
        descriptors.plot(
            at,
            column([sample.descriptors[worker] for sample in outcome.samples]),
            color=colour,
            lw=1,
        )
    people.plot(at, column([sample.people for sample in outcome.samples]), color=GREY, lw=1)
    memory.axvspan(0, counted[0], color=GREY, alpha=0.15, lw=0)
    memory.text(
        counted[0] / 2,
        0.02,
        "warm-up",
        transform=memory.get_xaxis_transform(),
        ha="center",
        fontsize=8,
    )
    memory.set(ylim=(0, None), ylabel="private memory, MB")
    memory.legend(fontsize=8, loc="lower right")
    tally = outcome.tally
    answers = (
        f"{tally.right:,} final answers right" if tally.fault_count else "every final answer right"
    )
    memory.set_title(
        f"{outcome.people} people, {tally.visits:,} visits, {tally.strokes:,} strokes, {answers}",
        fontsize=10,
    )
    people.set(ylim=(0, None), ylabel="people")
    descriptors.set(ylim=(0, None), ylabel="descriptors", xlabel="minutes", xlim=(0, None))
    for axes in (memory, people, descriptors):
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(machine, fontsize=7, color=GREY)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
