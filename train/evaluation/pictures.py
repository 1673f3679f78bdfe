"""Pictures of the model card: confusion, calibration, rejection, early answers, hard samples."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from train.data.dataset import DIGITS, LabelledInk
from train.evaluation.calibration import FALSE_REJECTS
from train.evaluation.early import STEPS, Early
from train.evaluation.measures import CALIBRATION_BINS, Measured
from train.evaluation.results import Results

# It takes a second to be loaded, which whoever draws nothing does not wait for.
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CONFUSION = "confusion.png"
RELIABILITY = "reliability.png"
REJECTION = "rejection.png"
EARLY = "early.png"
LEAST_LIKELY_FILE = "least_likely.png"
DPI = 100


def draw(results: Results, folder: Path) -> None:
    """Write all pictures to the folder."""
    _confusion(results.digits, folder / CONFUSION)
    _reliability(results.digits, results.facts.final.temperature, folder / RELIABILITY)
    _rejection(results.digits, results.others, folder / REJECTION)
    _early(results.early, folder / EARLY)
    draw_samples(results.least_likely(), folder / LEAST_LIKELY_FILE)


def _axes(width: float, height: float, **names: str) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.set(**names)
    return figure, axes


def _confusion(digits: Measured, path: Path) -> None:
    counts = digits.confusion()
    figure, axes = _axes(
        6.2, 5.6, xlabel="read as", ylabel="written", title="Validation writers, pen strokes"
    )
    # A square root shows the rare confusions beside the full diagonal.
    axes.imshow(
        np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)),
        cmap="Blues",
        vmin=0,
        vmax=1,
    )
    for row, column in np.argwhere(counts):
        dark = counts[row, column] > counts[row].sum() / 4
        axes.text(
            column,
            row,
            str(counts[row, column]),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if dark else "black",
        )
    axes.set(xticks=range(10), yticks=range(10), xticklabels=DIGITS, yticklabels=DIGITS)
    figure.savefig(path, dpi=DPI)


def _reliability(digits: Measured, temperature: float, path: Path) -> None:
    count, confidence, accuracy = digits.reliability(temperature).T
    figure, axes = _axes(
        5.6, 5, xlabel="probability of the best digit", ylabel="share that is right"
    )
    axes.set_title(f"Expected calibration error {digits.calibration_error(temperature):.2%}")
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle="--")
    edges = (np.arange(CALIBRATION_BINS) + 0.5) / CALIBRATION_BINS
    axes.bar(edges, accuracy, width=0.9 / CALIBRATION_BINS, color="#9ecae1")
    axes.plot(confidence[count > 0], accuracy[count > 0], "o", color="#08519c", markersize=4)
    for edge, share, number in zip(edges, accuracy, count, strict=True):
        if number:
            axes.text(edge, share + 0.01, f"{number:.0f}", ha="center", fontsize=7)
    axes.set(xlim=(0, 1), ylim=(0, 1.06))
    figure.savefig(path, dpi=DPI)


def _rejection(digits: Measured, others: dict[str, Measured], path: Path) -> None:
    figure, axes = _axes(
        6.2,
        4.6,
        xlabel="digits rejected",
        ylabel="taken for a digit",
        title="What is no digit, by where the line is drawn",
    )
    shares = np.geomspace(0.0005, 0.1, 100)
    thresholds = np.quantile(digits.rejection(), 1 - shares)
    for name, one in others.items():
        rejection = np.sort(one.rejection())
        axes.plot(
            shares,
            np.searchsorted(rejection, thresholds, side="right") / len(rejection),
            label=name,
        )
    axes.axvline(FALSE_REJECTS, color="grey", linewidth=1, linestyle="--")
    axes.set(xscale="log", ylim=(0, None))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.legend()
    figure.savefig(path, dpi=DPI)


def _early(answers: Early, path: Path) -> None:
    shares = np.arange(1, STEPS + 1) / STEPS
    figure, axes = _axes(6.2, 4.6, xlabel="share of the ink", ylabel="share of the digits")
    axes.set_title(
        f"Right and staying right after {answers.settled.mean():.1%} of the ink on average"
    )
    # With all the ink some are still wrong; `settled` counts those as 1.
    settled = np.minimum(
        [(answers.settled <= share + 1e-9).mean() for share in shares], answers.right
    )
    axes.plot(shares, settled, label="right, and stays right")
    axes.plot(shares, answers.right, linestyle="--", label="right at that moment")
    axes.axvline(float(answers.settled.mean()), color="grey", linewidth=1, linestyle=":")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=DPI)


def draw_samples(samples: Sequence[tuple[LabelledInk, str]], path: Path) -> None:
    """Draw samples, each with a title, which is red where the label is plainly wrong."""
    from matplotlib.figure import Figure

    columns = 10
    rows = max(1, -(-len(samples) // columns))
    figure = Figure(figsize=(columns * 1.05, rows * 1.25), layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in places:
        axes.axis("off")
    for axes, (sample, title) in zip(places, samples, strict=False):
        for stroke in sample.strokes:
            axes.plot(
                *stroke.T, color="black", linewidth=1.6, marker="." if len(stroke) == 1 else None
            )
            axes.plot(*stroke[0], ".", color="tab:orange", markersize=5)
        axes.set_title(title, fontsize=8, color="tab:red" if sample.mislabelled else "black")
        axes.set_aspect("equal", adjustable="datalim")
        axes.invert_yaxis()
    figure.savefig(path, dpi=DPI)
