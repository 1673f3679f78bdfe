"""`python -m train.characters`: from handwriting to `weights/characters/`, in one linear story.

The network of characters reads letters, digits, punctuation and signs of mathematics, one at a
time: single ones, those of words and those of formulas. It learns from labels alone: from a teacher
of four times its multiply-adds it learnt nothing more (docs/networks.md). Interrupted, it goes on
from the last finished draw or epoch.
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
from train.data.character_pool import CharacterSource
from train.evaluation import character_card
from train.evaluation.character_sets import measure, validation
from train.model import architecture, distillation
from train.model.served import write_served
from train.stages import StageClock

SEED = 20261128
DRAWS = 8
EPOCHS = 30
# Twice the usual batch, which takes a fifth less time, and a rate that goes with it.
BATCH = 256
RATE = 3e-3
ROUNDED_EPOCHS = 3


def main() -> None:
    """Train, and write the weights."""
    options = _parse_arguments()
    stage = StageClock()

    stage("reading")
    try:
        source = CharacterSource.read(options.data)
        known = validation(options.data)
    except OSError as error:
        sys.exit(str(error))

    def watch(model: keras.Model) -> str:
        found = measure(known, lambda rasters: model.predict(rasters, batch_size=500, verbose=0))
        return ", ".join(f"{name} {one.top1:.2%}" for name, one in found.items())

    stage("rendering")
    try:
        rendered_pool.render(options.checkpoints, source, seed=options.seed, draws=options.draws)
    except ValueError as error:
        sys.exit(str(error))

    stage("network")
    network = distillation.fit(
        architecture.characters,
        options.checkpoints,
        distillation.STUDENT,
        draws=options.draws,
        seed=options.seed,
        epochs=options.epochs,
        distill=False,
        watch=watch,
        rate=RATE,
        batch=BATCH,
    )

    stage("rounding in mind")
    write_served(
        network,
        options.checkpoints,
        options.out,
        character_card.MODEL_ID,
        draws=options.draws,
        seed=options.seed + 1,
        epochs=options.rounded_epochs,
        distill=False,
    )

    stage("calibrating")
    character_card.write(
        options.out,
        options.data,
        version=f"{datetime.datetime.now(datetime.UTC):%Y.%m.%d}",
        trained_on=["mnist", *source.characters],
    )
    if not options.keep_checkpoints:
        shutil.rmtree(options.checkpoints)  # the next run begins anew
    stage("done")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m train.characters",
        description="Train the network that reads characters, and write its weights.",
    )
    add = parser.add_argument
    add("--data", type=Path, default=Path("data"), help="default: %(default)s")
    add("--out", type=Path, default=Path("weights/characters"), help="default: %(default)s")
    add(
        "--checkpoints",
        type=Path,
        default=Path(".checkpoints-characters"),
        help="where an interrupted run goes on (default: %(default)s)",
    )
    add("--draws", type=int, default=DRAWS, help="default: %(default)s")
    add("--epochs", type=int, default=EPOCHS, help="default: %(default)s")
    add("--rounded-epochs", type=int, default=ROUNDED_EPOCHS, help="default: %(default)s")
    add("--keep-checkpoints", action="store_true")
    add("--seed", type=int, default=SEED, help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
