"""`python -m train`: from handwriting to `weights/`, in one linear story.

Reads the data, trains with fresh augmentation in each epoch, keeps the epoch that reads the validation writers best,
exports it, calibrates it on those writers, measures the file that will be served, and writes the model card.
Interrupted, it goes on from the last finished epoch.
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
import msgspec
import numpy as np

from realtime.recognizer import Recognizer
from train import card, dataset, evaluate, export
from train.architecture import build
from train.batches import Epoch, to_input

SEED = 20261122
EPOCHS = 30
BATCH = 128
LEARNING_RATE = 2e-3  # at the start; falls to nothing along a cosine
WEIGHT_DECAY = 1e-4
LABEL_SMOOTHING = 0.02  # a few per cent of UniPen's labels are wrong
PATIENCE = 12  # epochs without progress on the validation writers; while the rate is high they go up and down
# Sources whose validation writers decide when to stop, each with the same weight.
CHOSEN_ON = ("pendigits", "unipen-digits")


class Progress(msgspec.Struct):
    """Where an interrupted training goes on."""

    seed: int
    epochs: int
    finished: int = 0
    best_epoch: int = 0
    best_accuracy: float = 0.0


def main() -> None:
    """Train and write `weights/`."""
    parser = argparse.ArgumentParser(prog="python -m train", description="Train the digit recognizer and write its weights.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of pen strokes, and MNIST (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("weights"), help="where the weights go (default: %(default)s)")
    parser.add_argument(
        "--checkpoints", type=Path, default=Path(".checkpoints"), help="where an interrupted run goes on (default: %(default)s)"
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="at most so many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    options = parser.parse_args()

    print(f"Reading {options.data} …", flush=True)
    try:
        pens, val_pens = (dataset.read_split(options.data, split) for split in ("train", "val"))
    except FileNotFoundError as error:
        sys.exit(str(error))
    mnist, mnist_val, mnist_test = dataset.read_mnist(options.data)
    for name in pens:
        print(f"  {name}: {len(pens[name])} + {len(val_pens.get(name, []))} samples")
    print(f"  mnist: {len(mnist.targets)} + {len(mnist_val.targets)} samples, {len(mnist_test.targets)} to test")

    val_rasters = {name: evaluate.rasters_of(samples) for name, samples in val_pens.items()}
    val_targets = {name: evaluate.targets_of(samples) for name, samples in val_pens.items()}
    model, progress = resume_or_begin(options, steps=len(Epoch(mnist, pens, batch=BATCH, seed=options.seed, epoch=0)))
    while progress.finished < progress.epochs and progress.finished - progress.best_epoch < PATIENCE:
        epoch = progress.finished
        print(f"\nEpoch {epoch + 1} of at most {progress.epochs}")
        keras.utils.set_random_seed(options.seed + epoch)
        drawn = Epoch(mnist, pens, batch=BATCH, seed=options.seed, epoch=epoch)
        # The batches come in random order already; Keras's own shuffling would not be the same after an interruption.
        model.fit(drawn, epochs=epoch + 1, initial_epoch=epoch, shuffle=False)
        measured = {
            name: evaluate.Measured(model.predict(to_input(val_rasters[name]), batch_size=500, verbose=0), val_targets[name])
            for name in CHOSEN_ON
            if name in val_rasters
        }
        mean = float(np.mean([one.accuracy for one in measured.values()]))
        print("  " + ", ".join(f"{name} {one.accuracy:.2%}, loss {one.loss:.4f}" for name, one in measured.items()), flush=True)
        progress.finished += 1
        # Of equals the later: its learning rate was lower.
        if mean >= progress.best_accuracy:
            progress.best_accuracy, progress.best_epoch = mean, progress.finished
            model.save(options.checkpoints / "best.keras")
        save(model, progress, options.checkpoints)

    print(f"\nThe best epoch was {progress.best_epoch} of {progress.finished}. Exporting …", flush=True)
    model = keras.models.load_model(options.checkpoints / "best.keras")
    typical = np.concatenate([mnist_val.rasters[:200], *(rasters[:100] for rasters in val_rasters.values())])
    export.export(model, typical, options.out)
    digits_only = [name for name, targets in val_targets.items() if (targets != dataset.OTHER).all()]
    version = f"{datetime.datetime.now(datetime.UTC):%Y.%m.%d}"
    write_card = functools.partial(export.write_model_card, options.out, version=version, trained_on=["mnist", *pens])
    # Provisional, so that the served file can be loaded and measured as the server will load it.
    write_card(temperature=1.0, reject_threshold=1.0, accuracy={})
    recognizer = Recognizer.load(options.out)
    measured = {name: evaluate.measure(recognizer, val_rasters[name], val_targets[name]) for name in val_rasters}
    measured["mnist-val"] = evaluate.measure(recognizer, mnist_val.rasters, mnist_val.targets)
    measured["mnist-test"] = evaluate.measure(recognizer, mnist_test.rasters, mnist_test.targets)
    pen_digits = evaluate.join(measured[name] for name in digits_only)
    temperature = evaluate.fit_temperature(pen_digits)
    threshold = evaluate.fit_reject_threshold(pen_digits)
    digit_sources = [*digits_only, "mnist-val", "mnist-test"]
    accuracy = {name: measured[name].accuracy for name in digit_sources}
    final = write_card(temperature=temperature, reject_threshold=threshold, accuracy=accuracy)
    writers = {name: [sample.writer for sample in val_pens[name]] for name in digits_only}
    card.write(options.out, final, measured, digit_sources, writers)
    print(card.table(final, measured, digit_sources, writers))
    shutil.rmtree(options.checkpoints)  # the next run begins anew
    print(f"\nWritten: {options.out}/{export.KERAS_FILE} and its exports, digits.json, MODEL_CARD.md")


def resume_or_begin(options: argparse.Namespace, steps: int) -> tuple[keras.Model, Progress]:
    """The model and progress of an interrupted run with the same seed and length, or a fresh start."""
    try:
        progress = msgspec.json.decode((options.checkpoints / "progress.json").read_bytes(), type=Progress)
        if (progress.seed, progress.epochs) == (options.seed, options.epochs):
            model = keras.models.load_model(options.checkpoints / f"epoch-{progress.finished}.keras")
            print(f"Going on after epoch {progress.finished} ({options.checkpoints})")
            return model, progress
    except (OSError, ValueError, msgspec.DecodeError):
        pass
    shutil.rmtree(options.checkpoints, ignore_errors=True)
    options.checkpoints.mkdir(parents=True)
    keras.utils.set_random_seed(options.seed)
    model = build(dataset.OTHER + 1)
    model.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps * options.epochs), weight_decay=WEIGHT_DECAY
        ),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING),
        metrics=["accuracy"],
    )
    return model, Progress(seed=options.seed, epochs=options.epochs)


def save(model: keras.Model, progress: Progress, folder: Path) -> None:
    """Keep the last finished epoch; the model first, so that `progress.json` never names one that is not there."""
    model.save(folder / f"epoch-{progress.finished}.keras")
    (folder / "progress.json.new").write_bytes(msgspec.json.encode(progress))
    (folder / "progress.json.new").replace(folder / "progress.json")
    (folder / f"epoch-{progress.finished - 1}.keras").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
