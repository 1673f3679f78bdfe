"""`python -m train`: from handwriting to `weights/`, in one linear story.

Draws the pool, trains the teacher on it, asks the teacher about it, trains the student on both, exports the student, calibrates it on the
validation writers, and measures the file that will be served. Interrupted, it goes on from the last finished draw or epoch.
"""

import argparse
import datetime
import functools
import os
import shutil
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from realtime.rasterizer import to_input
from realtime.recognizer import Calibration, Recognizer
from train.data import dataset, rendered_pool
from train.evaluation import early, measures, report
from train.model import architecture, distillation, export

SEED = 20261123
DRAWS = 6
TEACHER_EPOCHS = 12
STUDENT_EPOCHS = 36


def main() -> None:
    """Train and write `weights/`."""
    parser = argparse.ArgumentParser(prog="python -m train", description="Train the digit recognizer and write its weights.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of pen strokes, and MNIST (default: %(default)s)")
    parser.add_argument(
        "--ink",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="more pen strokes to learn from, NDJSON of this project or of Quick, Draw!, or UNIPEN; may be given several times",
    )
    parser.add_argument("--out", type=Path, default=Path("weights"), help="where the weights go (default: %(default)s)")
    parser.add_argument(
        "--checkpoints", type=Path, default=Path(".checkpoints"), help="where an interrupted run goes on (default: %(default)s)"
    )
    parser.add_argument("--draws", type=int, default=DRAWS, help="how often each sample is drawn (default: %(default)s)")
    parser.add_argument("--share", type=float, default=1.0, help="of each draw that is learnt from; less than 1 to try things out")
    parser.add_argument("--teacher-epochs", type=int, default=TEACHER_EPOCHS, help="default: %(default)s")
    parser.add_argument("--epochs", type=int, default=STUDENT_EPOCHS, help="of the student, which is served (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    options = parser.parse_args()
    stage = _Clock()

    stage("reading")
    try:
        pens, validation = dataset.read_training(options.data, options.ink), dataset.read_split(options.data, "val")
    except OSError as error:
        sys.exit(str(error))
    mnist, mnist_val, _ = dataset.read_mnist(options.data)
    for name in pens:
        print(f"  {name}: {len(pens[name])} + {len(validation.get(name, []))} samples")
    print(f"  mnist: {len(mnist.targets)} + {len(mnist_val.targets)} samples")
    rasters = {name: measures.rasters_of(samples) for name, samples in validation.items()}
    rasters["mnist-val"] = measures.rasters_of_pictures(mnist_val)
    targets = {name: measures.targets_of(samples) for name, samples in validation.items()} | {"mnist-val": mnist_val.targets}
    digits = [name for name in targets if (targets[name] != dataset.OTHER).all()]

    def watch(model: keras.Model) -> str:
        answers = {name: model.predict(to_input(rasters[name]), batch_size=500, verbose=0)[:, : rendered_pool.CLASSES] for name in digits}
        return ", ".join(f"{name} {measures.Measured(answers[name], targets[name]).accuracy:.2%}" for name in digits)

    stage("drawing")
    try:
        rendered_pool.draw(options.checkpoints, mnist, pens, seed=options.seed, draws=options.draws, share=options.share)
    except ValueError as error:
        sys.exit(str(error))
    stage("teacher")
    training = {"checkpoints": options.checkpoints, "draws": options.draws, "seed": options.seed, "watch": watch}
    teacher = distillation.learn(architecture.teacher, epochs=options.teacher_epochs, taught=False, **training)
    stage("asking the teacher")
    distillation.ask(teacher, options.checkpoints, options.draws)
    stage("student")
    student = distillation.learn(architecture.student, epochs=options.epochs, taught=True, **training)

    stage("exporting and measuring")
    typical = np.concatenate([some[:200] for some in rasters.values()])
    export.export(student, typical, options.out)
    version = f"{datetime.datetime.now(datetime.UTC):%Y.%m.%d}"
    write_card = functools.partial(
        export.write_model_card, options.out, version=version, trained_on=["mnist", *(Path(n).stem for n in pens)]
    )
    # Provisional, so that the served file can be loaded and calibrated as the server will load it.
    nothing = Calibration(temperature=1.0, reject_threshold=1.0)
    write_card(final=nothing, interim=nothing, accuracy={})
    recognizer = Recognizer.load(options.out)
    measured = {name: measures.measure(recognizer, rasters[name], targets[name]) for name in digits}
    pen_digits = [name for name in digits if name in validation]
    finished = measures.join(measured[name] for name in pen_digits)
    unfinished = early.measure(recognizer, [sample for name in pen_digits for sample in validation[name]]).unfinished
    final, interim = (
        Calibration(round(measures.fit_temperature(one), 4), round(measures.fit_reject_threshold(one), 6)) for one in (finished, unfinished)
    )
    accuracy = {name: one.accuracy for name, one in measured.items()}
    write_card(final=final, interim=interim, accuracy=accuracy)
    print(report.write(options.data, options.out))
    shutil.rmtree(options.checkpoints)  # the next run begins anew
    stage("done")


class _Clock:
    """Says when each stage begins, and how long the one before it took."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._stage = ""

    def __call__(self, stage: str) -> None:
        now = time.monotonic()
        if self._stage:
            print(f"({self._stage}: {(now - self._began) / 60:.1f} min)")
        print(f"\n{stage.capitalize()} …" if stage != "done" else "", flush=True)
        self._began, self._stage = now, stage


if __name__ == "__main__":
    main()
