"""Writes the model card: what the network was made of, how well it does for whom, and under which licences."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from realtime.recognizer import ModelCard
from train.dataset import DIGITS
from train.evaluate import Measured, join

CARD = "MODEL_CARD.md"
CONFUSION = "confusion.png"

LICENCES = """\
- MNIST, CC BY-SA 3.0: Yann LeCun, Corinna Cortes, Christopher J. C. Burges.
- Pen-Based Recognition of Handwritten Digits, CC BY 4.0: E. Alpaydin, Fevzi Alimoglu, 1998, doi 10.24432/C5MG6K.
- UniPen train_r01_v07, CC BY 4.0: International Unipen Foundation, 1999, doi 10.5281/zenodo.1195803.
"""


def write(
    folder: Path,
    facts: ModelCard,
    measured: Mapping[str, Measured],
    digit_sources: Sequence[str],
    writers: Mapping[str, Sequence[str]],
) -> None:
    """Write `MODEL_CARD.md` and the picture of the confusion matrix to `folder`.

    Args:
        folder: where the weights are.
        facts: the machine-readable card.
        measured: what the served file answered, by source.
        digit_sources: the sources that hold digits; the others hold what has to be rejected.
        writers: for each pen source its samples' writers, in order.
    """
    draw_confusion(join(measured[name] for name in writers), folder / CONFUSION)
    pens = join(measured[name] for name in writers)
    others = ", ".join(
        f"{np.mean(one.rejection() > facts.reject_threshold):.1%} ({name})" for name, one in measured.items() if name not in digit_sources
    )
    served_kb = facts.files[facts.served].bytes / 1024
    text = f"""\
# Model card

Network `{facts.id}`, version {facts.version}: a Keras CNN for handwritten digits as pen strokes or pictures; 28×28 grey in, ten
digits and "none of these" out. Served as `{facts.served}` ({served_kb:.0f} KB) by LiteRT.

Everything here was measured with the served file and the serving rasterizer. The validation writers are in no training file; the
model, its temperature and its reject threshold were chosen on them. MNIST's test split was only reported.

{table(facts, measured, digit_sources, writers)}

Expected calibration error on the pens' validation writers, 15 bins: {pens.calibration_error(facts.temperature):.2%} (temperature
{facts.temperature}; fitted on the same writers, so a little flattering).

Rejected, at a threshold of {facts.reject_threshold:.3f} on "none of these": {np.mean(pens.rejection() > facts.reject_threshold):.2%} of
digits; of letters and symbols that do not look like digits, {others}.

![Confusion matrix of the validation writers, rows written, columns read]({CONFUSION})

## Data

Trained on {", ".join(facts.trained_on)}. Letters and symbols served as examples of what is no digit, without those that a careless
hand writes as it writes a digit (O, l, Z and the like).

{LICENCES}
## Use

Meant for single digits, drawn or pictured. Not for several digits at once, for letters, or for decisions that harm someone when a
digit is misread: some hands write unlike all those it learnt from.
"""
    (folder / CARD).write_text(text)


def table(facts: ModelCard, measured: Mapping[str, Measured], digit_sources: Sequence[str], writers: Mapping[str, Sequence[str]]) -> str:
    """Accuracies by source, as a markdown table."""
    lines = ["| source | samples | right | in the top 3 | mean over writers |", "|---|---|---|---|---|"]
    for name in digit_sources:
        one = measured[name]
        by_writer = f"{_mean_over_writers(one, writers[name]):.2%}" if name in writers else ""
        lines.append(f"| {name} | {len(one.targets)} | {facts.accuracy[name]:.2%} | {one.top_accuracy(3):.2%} | {by_writer} |")
    return "\n".join(lines)


def _mean_over_writers(measured: Measured, writers: Sequence[str]) -> float:
    names = np.array(writers)
    return float(np.mean([Measured(measured.logits[names == name], measured.targets[names == name]).accuracy for name in np.unique(names)]))


def draw_confusion(digits: Measured, path: Path) -> None:
    """A picture of the confusion matrix, as shares of each row."""
    counts = digits.confusion()
    figure = Figure(figsize=(6.2, 5.6), layout="constrained")
    axes = figure.subplots()
    # A square root shows the rare confusions beside the full diagonal.
    axes.imshow(np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)), cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(counts):
        dark = counts[row, column] > counts[row].sum() / 4
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", fontsize=8, color="white" if dark else "black")
    axes.set(xticks=range(10), yticks=range(10), xticklabels=DIGITS, yticklabels=DIGITS, xlabel="read as", ylabel="written")
    axes.set_title("Validation writers, pen strokes")
    figure.savefig(path, dpi=110)
