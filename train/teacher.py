"""`python -m train.teacher`: calibrates the teacher, and measures it beside the small network.

An engine can serve the teacher (docs/engines.md). It has the small network's input and output, was
trained as the teachers of `python -m train` are, and longer, on an accelerator. Both networks are
calibrated and measured alike: on the validation writers, and on MNIST. The figures are written to
docs/teacher.json, the calibration to the teacher's card.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import msgspec
import numpy as np

from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.model_card import Calibration, ModelCard, read_model_card
from train.data import dataset
from train.data.dataset import LabelledInk
from train.evaluation import early, measures
from train.evaluation.calibration import calibrate
from train.evaluation.compared import Compared, NetworkFigures
from train.evaluation.measures import Measured
from train.model import architecture, engine_card, export

# The sources of digits; their validation writers are in no training.
PENS = ("unipen-digits", "pendigits")


def main() -> None:
    """Measure both networks, write the teacher's card, and print the table."""
    options = _parse_arguments()
    try:
        validation = dataset.read_split(options.data, "val")
    except OSError as error:
        sys.exit(str(error))
    pens = {name: validation[name] for name in PENS}
    small_card = read_model_card(options.small)
    small = CharacterNetwork.load(options.small, file=export.file_names(small_card.id).float32)
    teacher_file = options.teacher / engine_card.TEACHER_FILE
    teacher = keras.models.load_model(teacher_file)
    neutral = Calibration(temperature=1.0, reject_threshold=1.0)
    with tempfile.TemporaryDirectory() as folder:
        card = engine_card.of_teacher(small_card, teacher_file, final=neutral, interim=neutral)
        running = _running(teacher, Path(folder), card)
        card = _calibrated(card, running, pens)
        figures = [
            _figures("small, in a process", small, small_card, options.small, options.data, pens),
            _figures("teacher, on an engine", running, card, options.teacher, options.data, pens),
        ]
    accuracy = {name: round(figures[1].accuracy[name], 4) for name in (*PENS, "mnist-val")}
    card = msgspec.structs.replace(card, accuracy=accuracy)
    engine_card.write(card, options.teacher / engine_card.ENGINE_CARD)
    compared = Compared(figures)
    compared.write(options.docs)
    print(compared.table())


def _running(teacher: keras.Model, folder: Path, card: ModelCard) -> CharacterNetwork:
    """The teacher in float, run as the service runs its own networks; computes the same logits."""
    file = "teacher.float32.tflite"
    (folder / file).write_bytes(export.convert(teacher))
    served = msgspec.structs.replace(card, served=file, files=engine_card.facts_of(folder / file))
    return CharacterNetwork.load(folder, served, file=file)


def _calibrated(
    card: ModelCard, network: CharacterNetwork, pens: dict[str, list[LabelledInk]]
) -> ModelCard:
    """The card with the calibration of both heads, fitted as that of the small network is."""
    samples = [sample for some in pens.values() for sample in some]
    writers = [sample.writer for sample in samples]
    finished = measures.measure(network, measures.rasters_of(samples), measures.targets_of(samples))
    unfinished = early.measure(network, samples).unfinished
    each = len(unfinished.targets) // len(writers)  # an answer after each share of the ink
    return msgspec.structs.replace(
        card,
        final=calibrate(finished, writers),
        interim=calibrate(unfinished, np.repeat(writers, each).tolist()),
    )


def _figures(
    name: str,
    network: CharacterNetwork,
    card: ModelCard,
    folder: Path,
    data: Path,
    pens: dict[str, list[LabelledInk]],
) -> NetworkFigures:
    """What one network reads right, and how far its probabilities are from that."""
    _, mnist_val, mnist_test = dataset.read_mnist(data)
    measured: dict[str, Measured] = {
        source: measures.measure(
            network, measures.rasters_of(samples), measures.targets_of(samples)
        )
        for source, samples in pens.items()
    }
    for source, pictures in (("mnist-val", mnist_val), ("mnist-test", mnist_test)):
        rasters = measures.rasters_of_pictures(pictures)
        measured[source] = measures.measure(network, rasters, pictures.targets)
    model = keras.models.load_model(folder / export.file_names(card.id).keras)
    writers = [sample.writer for sample in pens["unipen-digits"]]
    return NetworkFigures(
        name=name,
        parameters=model.count_params(),
        multiply_adds=architecture.multiply_adds(model),
        accuracy={source: one.accuracy for source, one in measured.items()},
        unipen_writers=measured["unipen-digits"].mean_over(writers),
        calibration_error={
            source: one.calibration_error(card.final.temperature)
            for source, one in measured.items()
        },
    )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m train.teacher",
        description="Calibrate the teacher, and measure it beside the small network.",
    )
    add = parser.add_argument
    add("--data", type=Path, default=Path("data"), help="default: %(default)s")
    add("--small", type=Path, default=Path("weights/digits"), help="default: %(default)s")
    add("--teacher", type=Path, default=Path("weights/teacher"), help="default: %(default)s")
    add("--docs", type=Path, default=Path("docs"), help="for the figures (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
