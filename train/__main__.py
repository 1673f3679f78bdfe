"""`python -m train`: from handwriting to `weights/digits/`, in one linear story.

Renders the pool, trains the teachers on it, computes their logits, distills them into the student,
trains that a little more with the rounding of its int8 file in mind, exports it, calibrates it on
the validation writers, and measures the file that will be served.
Interrupted, it goes on from the last finished draw or epoch.
"""

import argparse
import datetime
import functools
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.model_card import Calibration
from train.data import dataset, rendered_pool
from train.data.digit_pool import CLASSES, DigitSource
from train.evaluation import early, measures, report
from train.evaluation.calibration import calibrate
from train.model import architecture, batches, distillation, export
from train.model.served import write_served
from train.stages import StageClock

SEED = 20261123
DRAWS = 10
TEACHERS = 1
TEACHER_EPOCHS = 8
STUDENT_EPOCHS = 30
ROUNDED_EPOCHS = 6


def main() -> None:
    """Train, and write the weights."""
    options = _parse_arguments()
    stage = StageClock()

    stage("reading")
    try:
        pens = dataset.read_training(options.data, options.ink)
        validation = dataset.read_split(options.data, "val")
    except OSError as error:
        sys.exit(str(error))
    mnist, mnist_val, _ = dataset.read_mnist(options.data)
    for name in pens:
        print(f"  {name}: {len(pens[name])} + {len(validation.get(name, []))} samples")
    print(f"  mnist: {len(mnist.targets)} + {len(mnist_val.targets)} samples")
    rasters = {name: measures.rasters_of(samples) for name, samples in validation.items()}
    rasters["mnist-val"] = measures.rasters_of_pictures(mnist_val)
    targets = {name: measures.targets_of(samples) for name, samples in validation.items()}
    targets["mnist-val"] = mnist_val.targets
    digits = [name for name in targets if (targets[name] != dataset.OTHER).all()]

    def watch(model: keras.Model) -> str:
        accuracies = []
        for name in digits:
            logits = model.predict(rasters[name], batch_size=500, verbose=0)
            measured = measures.Measured(logits[:, :CLASSES], targets[name])
            accuracies.append(f"{name} {measured.accuracy:.2%}")
        return ", ".join(accuracies)

    stage("rendering")
    try:
        rendered_pool.render(
            options.checkpoints,
            DigitSource(mnist, pens),
            seed=options.seed,
            draws=options.draws,
            share=options.share,
        )
    except ValueError as error:
        sys.exit(str(error))
    fit = functools.partial(
        distillation.fit,
        checkpoints=options.checkpoints,
        draws=options.draws,
        watch=watch,
    )
    stage("teachers")
    teachers = [
        fit(
            architecture.teacher,
            name=f"teacher-{number}",
            seed=options.seed + number,
            epochs=options.teacher_epochs,
            distill=False,
        )
        for number in range(options.teachers)
    ]
    stage("computing the teachers' logits")
    batches.write_teacher_logits(teachers, options.checkpoints, options.draws)
    stage("student")
    student = fit(
        architecture.student,
        name=distillation.STUDENT,
        seed=options.seed,
        epochs=options.epochs,
        distill=True,
    )

    stage("rounding in mind")
    write_served(
        student,
        options.checkpoints,
        options.out,
        export.DIGITS_ID,
        draws=options.draws,
        seed=options.seed,
        epochs=options.rounded_epochs,
        distill=True,
    )

    stage("measuring")
    write_card = functools.partial(
        export.write_model_card,
        options.out,
        version=f"{datetime.datetime.now(datetime.UTC):%Y.%m.%d}",
        trained_on=["mnist", *(Path(name).stem for name in pens)],
    )
    # This card is provisional, so that the served file can be loaded and calibrated as the server
    # will load it.
    neutral = Calibration(temperature=1.0, reject_threshold=1.0)
    write_card(final=neutral, interim=neutral, accuracy={})
    recognizer = CharacterNetwork.load(options.out)
    measured = {name: measures.measure(recognizer, rasters[name], targets[name]) for name in digits}
    pen_digits = [name for name in digits if name in validation]
    finished = measures.join(measured[name] for name in pen_digits)
    samples = [sample for name in pen_digits for sample in validation[name]]
    writers = [sample.writer for sample in samples]
    unfinished = early.measure(recognizer, samples).unfinished
    each = len(unfinished.targets) // len(writers)  # an answer after each share of the ink
    write_card(
        final=calibrate(finished, writers),
        interim=calibrate(unfinished, np.repeat(writers, each).tolist()),
        accuracy={name: one.accuracy for name, one in measured.items()},
    )
    print(report.write(options.data, options.out))
    if not options.keep_checkpoints:
        shutil.rmtree(options.checkpoints)  # the next run begins anew
    stage("done")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m train", description="Train the digit recognizer and write its weights."
    )
    add = parser.add_argument
    add(
        "--data",
        type=Path,
        default=Path("data"),
        help="folder of pen strokes, and MNIST (default: %(default)s)",
    )
    add(
        "--ink",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="more pen strokes to learn from, NDJSON of this project or of Quick, Draw!, or "
        "UNIPEN; may be given several times",
    )
    add(
        "--out",
        type=Path,
        default=Path("weights/digits"),
        help="where the weights go (default: %(default)s)",
    )
    add(
        "--checkpoints",
        type=Path,
        default=Path(".checkpoints"),
        help="where an interrupted run goes on (default: %(default)s)",
    )
    add(
        "--draws",
        type=int,
        default=DRAWS,
        help="how often each sample is rendered (default: %(default)s)",
    )
    add(
        "--share",
        type=float,
        default=1.0,
        help="of each draw that is learnt from; less than 1 to try things out",
    )
    add("--teachers", type=int, default=TEACHERS, help="default: %(default)s")
    add("--teacher-epochs", type=int, default=TEACHER_EPOCHS, help="default: %(default)s")
    add(
        "--epochs",
        type=int,
        default=STUDENT_EPOCHS,
        help="of the student, which is served (default: %(default)s)",
    )
    add(
        "--rounded-epochs",
        type=int,
        default=ROUNDED_EPOCHS,
        help="of the student's further training with rounding in mind (default: %(default)s)",
    )
    add(
        "--keep-checkpoints",
        action="store_true",
        help="leave the draws and the teachers' logits for `python -m train.compression`",
    )
    add("--seed", type=int, default=SEED, help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
