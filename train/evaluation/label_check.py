"""`python -m train.evaluation.label_check SOURCE`: which labels of a training file are contradicted by networks that never saw the writer?

Threefold cross-validation over writers. What is found is printed and drawn, to be judged by eye: those that are plainly wrong belong in
`mislabelled.txt`, the others are the rare hands that are worth most.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from scipy.special import softmax

from realtime.rasterizer import SIZE, to_input
from train.data import dataset, rendered_pool
from train.data.dataset import Ink, Pictures
from train.evaluation import measures
from train.evaluation.pictures import draw_samples
from train.model import architecture, distillation

SEED = 5
FOLDS = 3
DRAWS = 2
EPOCHS = 6
DOUBT = 0.05  # a label to which less is given than this is listed


def main() -> None:
    """Cross-validate, print, draw."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluation.label_check", description="List the labels of a training file that are in doubt."
    )
    parser.add_argument("source", help="name of the file, up to its first dot, say unipen-digits; its labels are digits")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of pen strokes (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path(".labels"), help="where it works and draws (default: %(default)s)")
    options = parser.parse_args()
    try:
        pens = dataset.read_split(options.data, "train")
    except OSError as error:
        sys.exit(str(error))
    if options.source not in pens:
        sys.exit(f"no {options.source} in {options.data}, only {', '.join(pens)}")
    doubtful = sorted(cross_validate(pens, options.source, options.out), key=lambda one: one[1])
    print(f"\n{len(doubtful)} of {len(pens[options.source])} labels in doubt: place, label, what is read, probability of the label")
    for sample, probability, read in doubtful:
        print(f"{sample.place} {sample.label} {read} {probability:.4f}{' (known to be wrong)' if sample.mislabelled else ''}")
    draw_samples([(sample, f"{sample.place}: {sample.label} → {read}") for sample, _, read in doubtful], options.out / "doubtful.png")
    print(f"Drawn: {options.out / 'doubtful.png'}")


def cross_validate(pens: dict[str, list[Ink]], source: str, folder: Path) -> list[tuple[Ink, float, str]]:
    """The samples of a source whose label is in doubt, each with the probability of its label and with what is read instead."""
    writers = sorted({sample.writer for sample in pens[source]})
    np.random.default_rng(SEED).shuffle(writers)
    doubtful = []
    for fold in range(FOLDS):
        held_out = set(writers[fold::FOLDS])
        known = {**pens, source: [sample for sample in pens[source] if sample.writer not in held_out]}
        unknown = [sample for sample in pens[source] if sample.writer in held_out]
        place = folder / f"fold-{fold}"
        nothing = Pictures(np.zeros((0, SIZE, SIZE), np.uint8), np.zeros(0, np.int64))
        rendered_pool.draw(place, nothing, known, seed=SEED, draws=DRAWS)
        rasters, targets = to_input(measures.rasters_of(unknown)), measures.targets_of(unknown)
        print(f"Fold {fold + 1} of {FOLDS}: {len(unknown)} samples of {len(held_out)} writers held out", flush=True)
        model = distillation.learn(architecture.student, place, DRAWS, seed=SEED, epochs=EPOCHS, taught=False, watch=lambda _: "")
        probabilities = softmax(model.predict(rasters, batch_size=500, verbose=0)[:, : rendered_pool.CLASSES].astype(np.float64), axis=1)
        given = probabilities[np.arange(len(unknown)), targets]
        read = [*dataset.DIGITS, "none"]
        doubtful += [(unknown[i], float(given[i]), read[probabilities[i].argmax()]) for i in np.flatnonzero(given < DOUBT)]
    return doubtful


if __name__ == "__main__":
    main()
