"""`python -m train.compression`: compares ways to make the trained network small.

Rounding after training, training with rounding in mind, fewer filters, and weights of zero: each is
exported, and what is measured is the exported file. What is trained further learns from the draws
and the teachers' logits that `python -m train --keep-checkpoints` leaves.
"""

import argparse
import functools
import gzip
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import msgspec
import numpy as np

from realtime.processor import instruction_sets
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.runtime import LiteRtRuntime, RunningNetwork
from realtime.recognition.model_card import ModelCard, read_model_card
from train.data import dataset
from train.data.dataset import OTHER
from train.evaluation import measures, speed, ways
from train.evaluation.measures import Measured, Rasters, Targets
from train.evaluation.ways import Way, Ways
from train.model import architecture, batches, distillation, export
from train.model.compression import CompressedFile, compress

SEED = 20261123
EPOCHS = 6
TYPICAL = 200  # rasters of each source, for the ranges of int8 files


@dataclass(frozen=True)
class Validation:
    """What files are measured on.

    Attributes:
        rasters: of the digits, by source.
        targets: the same.
        typical: rasters of all sources, those of no digits too.
    """

    rasters: Mapping[str, Rasters]
    targets: Mapping[str, Targets]
    typical: Rasters


def main() -> None:
    """Make, measure, write, and print the table."""
    options = _parse_arguments()
    draws = batches.draws_with_logits(options.checkpoints)
    try:
        student = distillation.read_student(options.checkpoints)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        sys.exit(
            f"{options.checkpoints} holds no trained student, "
            f"which `python -m train --keep-checkpoints` leaves: {error}"
        )
    try:
        validation = _read_validation(options.data)
    except OSError as error:
        sys.exit(str(error))
    fine_tune = functools.partial(
        distillation.fine_tune,
        checkpoints=options.checkpoints,
        draws=draws,
        seed=SEED,
        epochs=options.epochs,
    )
    files = []
    started = time.monotonic()
    for file in compress(student, validation.typical, fine_tune, epochs=options.epochs):
        files.append(file)
        print(f"({(time.monotonic() - started) / 60:.1f} min) {file.way}: {file.file}", flush=True)
    compared = Ways(
        version=read_model_card(options.weights).version,
        processor=list(instruction_sets()),
        epochs=options.epochs,
        ways=_measure(files, validation, options.weights),
    )
    ways.write(compared, options.weights)
    print(ways.table(compared))


def _read_validation(data: Path) -> Validation:
    samples = dataset.read_split(data, "val")
    _, mnist, _ = dataset.read_mnist(data)
    rasters = {name: measures.rasters_of(some) for name, some in samples.items()}
    targets = {name: measures.targets_of(some) for name, some in samples.items()}
    rasters["mnist-val"], targets["mnist-val"] = (
        measures.rasters_of_pictures(mnist),
        mnist.targets,
    )
    typical = np.concatenate([some[:TYPICAL] for some in rasters.values()])
    digits = [name for name in targets if (targets[name] != OTHER).all()]
    return Validation(
        {name: rasters[name] for name in digits}, {name: targets[name] for name in digits}, typical
    )


def _measure(files: Sequence[CompressedFile], validation: Validation, weights: Path) -> list[Way]:
    """Measure each file, the float32 one first, and time them all in turn."""
    card = read_model_card(weights)
    answers = [_answers(file.content, card, validation) for file in files]
    run = [file.content for file, one in zip(files, answers, strict=True) if one]
    yardsticks = [export.convert(one()) for one in (architecture.plain, architecture.textbook)]
    times = speed.in_turn([*run, *yardsticks], validation.typical)
    plain, textbook = times.T[-2:]
    columns = iter(times.T)
    expected = _digits(answers[0])
    measured = []
    for file, one in zip(files, answers, strict=True):
        way = Way(
            way=file.way,
            file=file.file,
            bytes=len(file.content),
            gzipped=len(gzip.compress(file.content, mtime=0)),
            multiply_adds=architecture.multiply_adds(file.network),
        )
        if one:
            took = next(columns)
            way = msgspec.structs.replace(
                way,
                accuracy={name: round(each.accuracy, 6) for name, each in one.items()},
                differs=round(float((_digits(one) != expected).mean()), 6),
                microseconds=round(float(np.median(took)), 2),
                of_plain=round(float(np.median(took / plain)), 4),
                of_textbook=round(float(np.median(took / textbook)), 4),
            )
        measured.append(way)
    return measured


def _answers(content: bytes, card: ModelCard, validation: Validation) -> dict[str, Measured]:
    """What the file answers, by source; nothing if LiteRT does not run it."""
    try:
        network = CharacterNetwork(card, RunningNetwork("", LiteRtRuntime(content)))
    except RuntimeError as error:
        print(f"LiteRT does not run it: {error}")
        return {}
    return {
        name: measures.measure(network, rasters, validation.targets[name])
        for name, rasters in validation.rasters.items()
    }


def _digits(answers: Mapping[str, Measured]) -> np.ndarray:
    """The best digit of every sample."""
    return measures.join(answers.values()).logits[:, :OTHER].argmax(axis=1)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m train.compression",
        description="Compare ways to make the trained network small, for its model card.",
    )
    add = parser.add_argument
    add(
        "--data",
        type=Path,
        default=Path("data"),
        help="folder of pen strokes, and MNIST (default: %(default)s)",
    )
    add(
        "--weights",
        type=Path,
        default=Path("weights/digits"),
        help="of the network, beside which the table goes (default: %(default)s)",
    )
    add(
        "--checkpoints",
        type=Path,
        default=Path(".checkpoints"),
        help="of its training, for further training (default: %(default)s)",
    )
    add(
        "--epochs",
        type=int,
        default=EPOCHS,
        help="of the further training of each way (default: %(default)s)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
