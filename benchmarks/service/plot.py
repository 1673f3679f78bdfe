"""Plots the CPU time of a stroke and the latencies, of the service and its peers."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from benchmarks.service.rounds import Figures

mpl.use("Agg")
from matplotlib import pyplot

OURS, PEER, GREY = "#2456c5", "#d98324", "#9aa0a6"


def write_plot(
    path: Path, rounds: Sequence[Figures], latencies: Mapping[str, Sequence[float]], machine: str
) -> None:
    """Write the plot.

    Args:
        path: a PNG file.
        rounds: the figures of each round.
        latencies: of each load, in seconds, all rounds together.
        machine: where it was measured.
    """
    figure, (bars, waits) = pyplot.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
    bars_of = [
        ("raster and network alone", "floor_paced_us", GREY),
        ("this service", "ours_100_finals_us", OURS),
        ("uvicorn, uvloop, websockets", "uvicorn_100_finals_us", PEER),
        ("Flask, Pillow, model.predict", "textbook_us", PEER),
    ]
    for row, (label, name, colour) in enumerate(reversed(bars_of)):
        microseconds = statistics.median(figures[name] for figures in rounds)
        bars.barh(row, microseconds, height=0.5, color=colour)
        bars.text(microseconds * 1.1, row, f"{microseconds / 1000:.2g} ms", va="center")
        bars.text(55, row + 0.29, label, va="bottom", fontsize=9)
    bars.set(
        xscale="log",
        xlim=(50, 500_000),
        ylim=(-0.5, len(bars_of) - 0.2),
        yticks=[],
        xlabel="server CPU a stroke, µs (logarithmic)",
    )
    bars.set_title("100 people, an answer after each stroke", fontsize=10)
    for label, name, colour, style in (
        ("100 people, answers after strokes", "ours_100_finals", OURS, "-"),
        ("100 people, also while the pen moves", "ours_100_interim", OURS, "--"),
        ("400 people, also while the pen moves", "ours_400_interim", OURS, ":"),
        ("uvicorn: 100 people, answers after strokes", "uvicorn_100_finals", PEER, "-"),
        ("uvicorn: 100 people, also while the pen moves", "uvicorn_100_interim", PEER, "--"),
    ):
        milliseconds = np.sort(latencies[name]) * 1e3
        waits.plot(
            milliseconds,
            1 - np.arange(len(milliseconds)) / len(milliseconds),
            style,
            color=colour,
            label=label,
        )
    waits.set(
        xscale="log",
        yscale="log",
        ylim=(1e-3, None),
        xlabel="from the last point sent to its answer, ms",
        ylabel="share that waits longer",
    )
    waits.set_title("One core: how long people wait for the final answer", fontsize=10)
    waits.legend(fontsize=7, loc="lower left")
    bars.spines[["left", "top", "right"]].set_visible(False)
    waits.spines[["top", "right"]].set_visible(False)
    figure.suptitle(machine, fontsize=7, color=GREY)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
