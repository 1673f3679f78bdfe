"""`python -m train.evaluation.report`: measures `weights/` on the validation writers and on MNIST, and writes the model card.

Every figure of the card comes from here, so that whoever doubts one can measure it again.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from scipy.special import softmax

from realtime.rasterizer import rasterize, without_direction
from realtime.recognizer import FINAL, ModelCard, Recognizer
from train.data import dataset
from train.data.augment import scribble
from train.data.dataset import OTHER, Ink
from train.evaluation import card, early, measures, pictures, speed
from train.evaluation.measures import Measured
from train.model import architecture, export

SCRIBBLES = 2000  # drawn to be rejected
SEED = 7
WORST = 50


@dataclass(frozen=True)
class Variant:
    """Another way to answer, measured beside the served one: accuracy by source, and time as a multiple of the textbook network's."""

    name: str
    accuracy: Mapping[str, float]
    ratio: float


@dataclass(frozen=True)
class Report:
    """All that was measured.

    Attributes:
        facts: the machine-readable card of the weights.
        pens: the validation writers' digits, by source.
        measured: the answers by source: pens, letters and symbols, "scribbles", "mnist-val", "mnist-test".
        early: answers to the pens' unfinished ink, all sources together.
        variants: the served file first.
        microseconds: of CPU, a forward pass of the served file.
    """

    facts: ModelCard
    pens: Mapping[str, list[Ink]]
    measured: Mapping[str, Measured]
    early: early.Early
    variants: list[Variant]
    microseconds: float

    @property
    def digits(self) -> Measured:
        """All pens' digits."""
        return measures.join(self.measured[name] for name in self.pens)

    @property
    def samples(self) -> list[Ink]:
        """What was written, in the same order."""
        return [sample for samples in self.pens.values() for sample in samples]

    @property
    def others(self) -> dict[str, Measured]:
        """What is to be rejected, by source."""
        return {name: one for name, one in self.measured.items() if name == "scribbles" or (one.targets == OTHER).all()}

    def worst(self) -> list[tuple[Ink, str]]:
        """The pens' samples to whose label the lowest probability was given, each with what was read."""
        digits, samples = self.digits, self.samples
        probabilities = digits.probabilities(self.facts.final.temperature)
        given = probabilities[np.arange(len(samples)), digits.targets]
        order = np.argsort(given)[:WORST]
        return [(samples[i], f"{samples[i].label} → {probabilities[i].argmax()} {probabilities[i].max():.0%}") for i in order]


def write(data: Path, weights: Path) -> str:
    """Measure the weights, write the model card and its pictures beside them; its table of figures is what is returned.

    Raises:
        FileNotFoundError: there is no data.
        WeightsError: the weights cannot be loaded.
    """
    report = measure(data, weights)
    pictures.draw(report, weights)
    (weights / card.CARD).write_text(card.text(report))
    return card.figures(report)


def measure(data: Path, weights: Path) -> Report:
    """Measure the weights with the data in a folder; see `write` for errors."""
    recognizer = Recognizer.load(weights)
    validation = dataset.read_split(data, "val")
    pens = {name: samples for name, samples in validation.items() if all(sample.target != OTHER for sample in samples)}
    _, mnist_val, mnist_test = dataset.read_mnist(data)
    rng = np.random.default_rng(SEED)
    rasters = {name: measures.rasters_of(samples) for name, samples in validation.items()}
    rasters["scribbles"] = np.stack([rasterize(scribble(rng)) for _ in range(SCRIBBLES)])
    rasters |= {"mnist-val": measures.rasters_of_pictures(mnist_val), "mnist-test": measures.rasters_of_pictures(mnist_test)}
    targets = {name: measures.targets_of(samples) for name, samples in validation.items()}
    targets |= {"scribbles": np.full(SCRIBBLES, OTHER), "mnist-val": mnist_val.targets, "mnist-test": mnist_test.targets}
    measured = {name: measures.measure(recognizer, rasters[name], targets[name]) for name in rasters}

    everyone = [sample for samples in pens.values() for sample in samples]
    typical = np.concatenate([rasters[name] for name in pens])
    textbook = export.convert(architecture.textbook())
    served_ratio, microseconds = speed.against_textbook(weights / recognizer.card.served, textbook, typical)
    variants = [
        Variant(f"served, `{recognizer.card.served}`", {name: measured[name].accuracy for name in (*pens, "mnist-val")}, served_ratio)
    ]
    if recognizer.card.served != export.FLOAT_FILE:
        exact = Recognizer.load(weights, export.FLOAT_FILE)
        accuracy = {name: measures.measure(exact, rasters[name], targets[name]).accuracy for name in (*pens, "mnist-val")}
        ratio, _ = speed.against_textbook(weights / export.FLOAT_FILE, textbook, typical)
        variants.append(Variant(f"in float, `{export.FLOAT_FILE}`", accuracy, ratio))
    accuracy = {}
    for name in pens:
        blind = np.stack([without_direction(raster[..., 0]) for raster in rasters[name]])
        accuracy[name] = measures.measure(recognizer, blind, targets[name]).accuracy
    variants.append(Variant("the strokes as a picture, direction withheld", accuracy, served_ratio))
    accuracy = {}
    for name, samples in pens.items():
        both = [measures.answers(recognizer, measures.rasters_of(samples, pen_width=width))[:, FINAL] for width in (1.6, 2.8)]
        accuracy[name] = Measured(np.log(softmax(both[0], axis=1) + softmax(both[1], axis=1)), targets[name]).accuracy
    variants.append(Variant("mean of two pen widths, 1.6 and 2.8 px", accuracy, 2 * served_ratio))
    return Report(recognizer.card, pens, measured, early.measure(recognizer, everyone), variants, microseconds)


def main() -> None:
    """Measure, write, and print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluation.report", description="Measure the weights and write their model card."
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of pen strokes, and MNIST (default: %(default)s)")
    parser.add_argument("--weights", type=Path, default=Path("weights"), help="default: %(default)s")
    options = parser.parse_args()
    try:
        print(write(options.data, options.weights))
    except FileNotFoundError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
