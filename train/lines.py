"""`python -m train.lines`: from handwriting to `weights/lines/`, in one linear story.

The network of lines reads single characters, digits and the signs between them. It is the digits'
student with more labels, and learns from labels alone: a teacher gains little where there are so
many samples. Then the weights of a line's score are fitted to it. Interrupted, it goes on from the
last finished draw or epoch.

With `--without-fold` it learns nothing from the writers of one fold, so that these can be read
by a network that does not know them (`python -m train.evaluation.lines --folds`).
"""

import argparse
import datetime
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras

from train.data import rendered_pool
from train.data.dataset import DIGITS
from train.data.folds import FOLDS
from train.data.line_characters import OTHER
from train.data.line_pool import LineSource
from train.evaluation import line_card, measures
from train.model import architecture, distillation, line_weights
from train.model.served import write_served
from train.stages import StageClock

SEED = 20261127
DRAWS = 6
EPOCHS = 18
ROUNDED_EPOCHS = 3


def main() -> None:
    """Train, fit, and write the weights."""
    options = _parse_arguments()
    stage = StageClock()

    stage("reading")
    try:
        source = LineSource.read(options.data)
        validation = line_card.validation_characters(options.data)
    except OSError as error:
        sys.exit(str(error))
    rasters = measures.rasters_of(validation)
    targets = measures.targets_of(validation)

    def watch(model: keras.Model) -> str:
        logits = model.predict(rasters, batch_size=500, verbose=0)[:, : OTHER + 1]
        right = logits[:, :OTHER].argmax(axis=1) == targets
        digits = targets < len(DIGITS)
        return f"digits {right[digits].mean():.2%}, signs {right[~digits].mean():.2%}"

    stage("rendering")
    try:
        rendered_pool.render(options.checkpoints, source, seed=options.seed, draws=options.draws)
    except ValueError as error:
        sys.exit(str(error))

    stage("student")
    if options.go_on_from:
        student = keras.models.load_model(options.go_on_from, compile=False)
        distillation.fine_tune(
            student,
            options.checkpoints,
            draws=options.draws,
            seed=options.seed,
            epochs=options.epochs,
            distill=False,
            without_fold=options.without_fold,
        )
        print(f"  {watch(student)}")
    else:
        student = distillation.fit(
            architecture.student,
            options.checkpoints,
            _student_name(options.without_fold),
            draws=options.draws,
            seed=options.seed,
            epochs=options.epochs,
            distill=False,
            watch=watch,
            without_fold=options.without_fold,
        )

    stage("rounding in mind")
    write_served(
        student,
        options.checkpoints,
        options.out,
        line_card.MODEL_ID,
        draws=options.draws,
        seed=options.seed + 1,
        epochs=options.rounded_epochs,
        distill=False,
        without_fold=options.without_fold,
    )

    stage("calibrating")
    line_card.write(
        options.out,
        options.data,
        version=f"{datetime.datetime.now(datetime.UTC):%Y.%m.%d}",
        trained_on=["mnist", *source.characters, "unipen-lines"],
    )

    stage("fitting the weights of a line's score")
    weights = line_weights.write(options.out, options.data, without_fold=options.without_fold)
    print(f"  rejected below {weights.reject_below}")
    if not options.keep_checkpoints:
        shutil.rmtree(options.checkpoints)  # the next run begins anew
    stage("done")


def _student_name(without_fold: int | None) -> str:
    """Of the student's checkpoints: the networks of several folds may learn from one pool."""
    name = distillation.STUDENT
    return name if without_fold is None else f"{name}-without-{without_fold}"


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m train.lines",
        description="Train the network that reads lines, and write its weights.",
    )
    add = parser.add_argument
    add("--data", type=Path, default=Path("data"), help="default: %(default)s")
    add("--out", type=Path, default=Path("weights/lines"), help="default: %(default)s")
    add(
        "--checkpoints",
        type=Path,
        default=Path(".checkpoints-lines"),
        help="where an interrupted run goes on (default: %(default)s)",
    )
    add("--draws", type=int, default=DRAWS, help="default: %(default)s")
    add("--epochs", type=int, default=EPOCHS, help="default: %(default)s")
    add("--rounded-epochs", type=int, default=ROUNDED_EPOCHS, help="default: %(default)s")
    add(
        "--go-on-from",
        type=Path,
        metavar="FILE",
        help="a Keras model that was trained elsewhere; it is trained for so many epochs more",
    )
    add(
        "--without-fold",
        type=int,
        choices=range(FOLDS),
        help="leave out the ink of this fold's writers",
    )
    add("--keep-checkpoints", action="store_true")
    add("--seed", type=int, default=SEED, help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
