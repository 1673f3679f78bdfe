"""`python -m train.evaluation.report`: measures the weights and writes their model card.

The measures are taken on the validation writers and on MNIST. Every figure of the card comes from
here, so that any of them can be measured again.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from scipy.special import softmax

from realtime.recognition.characters.network import FINAL, CharacterNetwork
from train.command_line import weights_parser
from train.data import dataset
from train.data.augment import without_direction
from train.data.dataset import OTHER, LabelledInk
from train.evaluation import card, early, measures, pictures, speed, ways
from train.evaluation.made_up import made_up_ink
from train.evaluation.measures import Measured, Rasters, Targets
from train.evaluation.results import FileMeasures, Results, Variant
from train.model import architecture, export

FILES = export.file_names(export.DIGITS_ID)
PEN_WIDTHS = (1.6, 2.8)  # raster px, of the variant that averages two of them


def write(data: Path, weights: Path) -> str:
    """Measure the weights, and write the model card and its pictures beside them.

    Returns:
        The card's table of figures, in Markdown.

    Raises:
        FileNotFoundError: there is no data.
        WeightsError: the weights cannot be loaded.
    """
    results = measure(data, weights)
    pictures.draw(results, weights)
    (weights / card.CARD).write_text(card.text(results))
    return card.figures(results)


def measure(data: Path, weights: Path) -> Results:
    """Measure the weights with the data in a folder; see `write` for errors."""
    recognizer = CharacterNetwork.load(weights)
    validation = dataset.read_split(data, "val")
    pens = {
        name: samples
        for name, samples in validation.items()
        if all(sample.target != OTHER for sample in samples)
    }
    _, mnist_val, mnist_test = dataset.read_mnist(data)
    rasters = {name: measures.rasters_of(samples) for name, samples in validation.items()}
    made_up = made_up_ink(pens)
    rasters |= {
        name: np.stack([measures.served_raster(one) for one in inks])
        for name, inks in made_up.items()
    }
    rasters |= {
        "mnist-val": measures.rasters_of_pictures(mnist_val),
        "mnist-test": measures.rasters_of_pictures(mnist_test),
    }
    targets = {name: measures.targets_of(samples) for name, samples in validation.items()}
    targets |= {name: np.full(len(inks), OTHER) for name, inks in made_up.items()}
    targets |= {
        "mnist-val": mnist_val.targets,
        "mnist-test": mnist_test.targets,
    }
    measured = {
        name: measures.measure(recognizer, rasters[name], targets[name]) for name in rasters
    }
    served = recognizer.card.served
    files = _measure_files(
        weights, recognizer, np.concatenate([rasters[name] for name in (*pens, "mnist-val")])
    )
    ratio = files[0].ratio
    accuracy = {name: measured[name].accuracy for name in (*pens, "mnist-val")}
    variants = [Variant(f"served, `{served}`", accuracy, ratio)]
    if served != FILES.float32:
        float_ratio = next(one.ratio for one in files if one.name == FILES.float32)
        exact = CharacterNetwork.load(weights, file=FILES.float32)
        accuracy = {
            name: measures.measure(exact, rasters[name], targets[name]).accuracy
            for name in accuracy
        }
        variants.append(Variant(f"in float, `{FILES.float32}`", accuracy, float_ratio))
    accuracy = {name: _undirected(recognizer, rasters[name], targets[name]) for name in pens}
    variants.append(Variant("the strokes as a picture, direction withheld", accuracy, ratio))
    accuracy = {name: _two_widths(recognizer, samples) for name, samples in pens.items()}
    widths = " and ".join(map(str, PEN_WIDTHS))
    variants.append(Variant(f"mean of two pen widths, {widths} px", accuracy, 2 * ratio))
    everyone = [sample for samples in pens.values() for sample in samples]
    unfinished = early.measure(recognizer, everyone)
    multiply_adds = architecture.multiply_adds(keras.models.load_model(weights / FILES.keras))
    return Results(
        recognizer.card,
        pens,
        measured,
        unfinished,
        variants,
        files,
        multiply_adds,
        ways.read(weights, recognizer.card),
    )


def _measure_files(
    weights: Path, recognizer: CharacterNetwork, rasters: Rasters
) -> list[FileMeasures]:
    """Measure the exported files on rasters of digits, the served one first."""
    names = recognizer.card.networks("fastest")
    yardsticks = [export.convert(one()) for one in (architecture.plain, architecture.textbook)]
    times = speed.in_turn(
        [*[(weights / name).read_bytes() for name in names], *yardsticks], rasters
    )
    plain, textbook = times.T[-2:]
    served = measures.logits_of(recognizer, rasters)[:, FINAL, :OTHER].argmax(axis=1)
    found = []
    for name, took in zip(names, times.T, strict=False):
        other = CharacterNetwork.load(weights, file=name)
        digits = measures.logits_of(other, rasters)[:, FINAL, :OTHER].argmax(axis=1)
        found.append(
            FileMeasures(
                name,
                ratio=float(np.median(took / textbook)),
                of_plain=float(np.median(took / plain)),
                microseconds=float(np.median(took)),
                differs=float((digits != served).mean()),
            )
        )
    return found


def _undirected(recognizer: CharacterNetwork, rasters: Rasters, targets: Targets) -> float:
    """Accuracy without the channels of direction."""
    return measures.measure(recognizer, without_direction(rasters), targets).accuracy


def _two_widths(recognizer: CharacterNetwork, samples: list[LabelledInk]) -> float:
    """Accuracy of the mean probability over two pen widths."""
    probabilities = []
    for width in PEN_WIDTHS:
        rasters = measures.rasters_of(samples, pen_width=width)
        probabilities.append(softmax(measures.logits_of(recognizer, rasters)[:, FINAL], axis=1))
    return Measured(np.log(sum(probabilities)), measures.targets_of(samples)).accuracy


def main() -> None:
    """Measure, write, and print the figures."""
    options = weights_parser(
        "train.evaluation.report",
        "Measure the weights and write their model card.",
        "weights/digits",
    ).parse_args()
    try:
        print(write(options.data, options.weights))
    except FileNotFoundError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
