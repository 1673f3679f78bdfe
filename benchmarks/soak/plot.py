"""Plots a soak: users, and the workers' memory and descriptors."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

from benchmarks.soak.leaks import MEGABYTE
from benchmarks.soak.run import SoakResult

mpl.use("Agg")
from matplotlib import pyplot

OURS, SECOND, GREY = "#2456c5", "#d98324", "#9aa0a6"


def write_plot(path: Path, result: SoakResult, machine: str) -> None:
    """Write the plot as a PNG file; `machine` says where it was measured."""
    figure, (memory, people, descriptors) = pyplot.subplots(
        3, 1, figsize=(11, 6.5), sharex=True, layout="constrained", height_ratios=(3, 1, 1)
    )
    minutes = np.array([sample.at_s for sample in result.samples]) / 60
    # All users leave after the warm-up. The gap in the samples stays a gap in the lines.
    breaks = np.flatnonzero(np.diff(minutes) > 0.05) + 1

    def column(values: list[float]) -> np.ndarray:
        return np.insert(np.array(values, float), breaks, np.nan)

    at = column(minutes.tolist())
    counted = np.array([sample.at_s for sample in result.counted]) / 60
    for worker, colour in enumerate((OURS, SECOND)):
        sizes = [sample.memory[worker] / MEGABYTE for sample in result.samples]
        slope = result.slopes[f"worker {worker + 1}"]
        memory.plot(at, column(sizes), color=colour, lw=1, label=f"worker {worker + 1}: {slope}")
        megabytes = np.median([sample.memory[worker] for sample in result.counted]) / MEGABYTE
        line = megabytes + slope.kb_a_minute / 1024 * (counted - np.median(counted))
        memory.plot(counted, line, color=colour, lw=1, ls="--")
        descriptors.plot(
            at,
            column([sample.descriptors[worker] for sample in result.samples]),
            color=colour,
            lw=1,
        )
    people.plot(at, column([sample.people for sample in result.samples]), color=GREY, lw=1)
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
    tally = result.tally
    answers = (
        f"{tally.right:,} final answers right" if tally.fault_count else "every final answer right"
    )
    memory.set_title(
        f"{result.people} people, {tally.visits:,} visits, {tally.strokes:,} strokes, {answers}",
        fontsize=10,
    )
    people.set(ylim=(0, None), ylabel="people")
    descriptors.set(ylim=(0, None), ylabel="descriptors", xlabel="minutes", xlim=(0, None))
    for axes in (memory, people, descriptors):
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(machine, fontsize=7, color=GREY)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
