"""`python -m train.evaluation.label_check SOURCE`: lists the doubtful labels of a training file.

A label is doubtful if a network that never saw its writer contradicts it (threefold
cross-validation over writers). The samples are printed and drawn, to be judged by eye: those that
are plainly wrong belong in `mislabelled.txt`, the others are the rare allographs that are worth
most.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from scipy.special import softmax

from realtime.recognition.characters.normalisation import SIZE
from train.data import dataset, rendered_pool
from train.data.dataset import LabelledInk, Pictures
from train.data.digit_pool import CLASSES, DigitSource
from train.evaluation import measures
from train.evaluation.pictures import draw_samples
from train.model import architecture, distillation

FOLD_SEED = 5
FOLDS = 3
FOLD_DRAWS = 2
FOLD_EPOCHS = 6
DOUBT = 0.05  # a label is doubtful if its probability is less


def main() -> None:
    """Cross-validate, print, draw."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluation.label_check",
        description="List the doubtful labels of a training file.",
    )
    parser.add_argument(
        "source",
        help="the file's name up to its first dot, say unipen-digits; its labels are digits",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        help="folder of pen strokes (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(".labels"),
        help="for checkpoints and the picture (default: %(default)s)",
    )
    options = parser.parse_args()
    try:
        pens = dataset.read_split(options.data, "train")
    except OSError as error:
        sys.exit(str(error))
    if options.source not in pens:
        sys.exit(f"no {options.source} in {options.data}, only {', '.join(pens)}")
    doubtful = sorted(cross_validate(pens, options.source, options.out), key=lambda one: one[1])
    print(
        f"\n{len(doubtful)} of {len(pens[options.source])} labels are doubtful: "
        "place, label, what is read, probability of the label"
    )
    for sample, probability, read in doubtful:
        known = " (known to be wrong)" if sample.mislabelled else ""
        print(f"{sample.place} {sample.label} {read} {probability:.4f}{known}")
    picture = options.out / "doubtful.png"
    titled = [(sample, f"{sample.place}: {sample.label} → {read}") for sample, _, read in doubtful]
    draw_samples(titled, picture)
    print(f"Drawn: {picture}")


def cross_validate(
    pens: dict[str, list[LabelledInk]], source: str, folder: Path
) -> list[tuple[LabelledInk, float, str]]:
    """Cross-validate the labels of a source over its writers.

    Args:
        pens: training samples by source.
        source: whose labels are checked; they are digits.
        folder: for the pools and checkpoints.

    Returns:
        The samples with doubtful labels, each with the probability of its label and what is read
        instead.
    """
    writers = sorted({sample.writer for sample in pens[source]})
    np.random.default_rng(FOLD_SEED).shuffle(writers)
    no_pictures = Pictures(np.zeros((0, SIZE, SIZE), np.uint8), np.zeros(0, np.int64))
    classes = [*dataset.DIGITS, "none"]
    doubtful = []
    for fold in range(FOLDS):
        held_out = set(writers[fold::FOLDS])
        seen = [sample for sample in pens[source] if sample.writer not in held_out]
        unseen = [sample for sample in pens[source] if sample.writer in held_out]
        checkpoints = folder / f"fold-{fold}"
        rendered_pool.render(
            checkpoints,
            DigitSource(no_pictures, {**pens, source: seen}),
            seed=FOLD_SEED,
            draws=FOLD_DRAWS,
        )
        print(
            f"Fold {fold + 1} of {FOLDS}: "
            f"{len(unseen)} samples of {len(held_out)} writers held out",
            flush=True,
        )
        model = distillation.fit(
            architecture.student,
            checkpoints,
            distillation.STUDENT,
            draws=FOLD_DRAWS,
            seed=FOLD_SEED,
            epochs=FOLD_EPOCHS,
            distill=False,
            watch=lambda _: "",
        )
        rasters, targets = measures.rasters_of(unseen), measures.targets_of(unseen)
        logits = model.predict(rasters, batch_size=500, verbose=0)[:, :CLASSES]
        probabilities = softmax(logits.astype(np.float64), axis=1)
        of_label = probabilities[np.arange(len(unseen)), targets]
        for i in np.flatnonzero(of_label < DOUBT):
            read = classes[probabilities[i].argmax()]
            doubtful.append((unseen[i], float(of_label[i]), read))
    return doubtful


if __name__ == "__main__":
    main()
