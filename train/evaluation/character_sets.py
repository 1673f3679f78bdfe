"""How the network of characters reads validation writers' isolated characters, set by set.

The sets are UniPen's, each read with its own labels allowed, as `config.labels` does; and digits
and letters together, where characters count as one whose shapes are the same. UniPen cut some
letters badly, so that a single line of a letter is labelled as the whole one: letters are measured
with these and without.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from train.data import characters
from train.data.characters import LABELS, LETTERS, NONE, PUNCTUATION
from train.data.dataset import DIGITS, LabelledInk
from train.evaluation import measures
from train.evaluation.measures import Rasters, Targets

# Alike in shape: what tells them apart is size and place, or nothing.
ALIKE = ("cC", "jJ", "kK", "oO0", "pP", "sS", "uU", "vV", "wW", "xX", "yY", "zZ", "lI1|")
TOGETHER = "digits and letters"
WITHOUT_LINES = ", without single lines of them"
# Of each set its file, and the labels that are allowed.
SETS = {
    "digits": ("unipen-digits", DIGITS),
    "capital letters": ("unipen-upper", LETTERS[:26]),
    "small letters": ("unipen-lower", LETTERS[26:]),
    "punctuation": ("unipen-symbols", PUNCTUATION),
}
# What is written as one straight line, by some people at least.
LINES = "1Ilij"
# The line is straight where the pen strays from the way between its ends by this share of it at
# most.
STRAIGHT = 0.12
# float32 rasters in, float logits of the first head out, of shape (n, 115).
Read = Callable[[Rasters], npt.NDArray]


class CharacterSet(NamedTuple):
    """Characters of validation writers.

    Attributes:
        writers: of each one.
        rasters: of each one.
        targets: class indices.
        labels: that are allowed.
        whole: which are no single line of a letter, bool of shape (n,).
    """

    writers: list[str]
    rasters: Rasters
    targets: Targets
    labels: str
    whole: npt.NDArray[np.bool_]


class Accuracy(NamedTuple):
    """Shares of characters that are right: the best label, one of the best three; their number."""

    top1: float
    top3: float
    samples: int


def validation(data: Path) -> dict[str, CharacterSet]:
    """The sets of a folder of handwriting, those of which there is ink.

    Raises:
        OSError: there is no such data.
    """
    isolated = characters.read_isolated(data, "val")
    return {
        name: _set_of([one for one in isolated[file] if one.target != NONE], labels)
        for name, (file, labels) in SETS.items()
        if isolated.get(file)
    }


def _set_of(samples: Sequence[LabelledInk], labels: str) -> CharacterSet:
    return CharacterSet(
        [one.writer for one in samples],
        measures.rasters_of(samples),
        measures.targets_of(samples),
        labels,
        np.array([not is_line_of_a_letter(one) for one in samples]),
    )


def is_line_of_a_letter(sample: LabelledInk) -> bool:
    """Whether the ink is one straight line, and the label a letter or a digit that is none."""
    if not sample.label.isalnum() or sample.label in LINES or len(sample.strokes) != 1:
        return False
    points = sample.strokes[0].astype(np.float64)
    way = points[-1] - points[0]
    length = float(np.hypot(*way))
    if not length:
        return len(points) == 1
    strays = np.abs((points - points[0]) @ [-way[1], way[0]]) / length
    return bool(strays.max() <= STRAIGHT * length)


def measure(known: Mapping[str, CharacterSet], read: Read) -> dict[str, Accuracy]:
    """The accuracy of each set, and of digits and letters together, folded by `ALIKE`.

    Sets that have single lines of letters are measured without these, too.
    """
    found = {}
    logits_of_sets = {name: read(one.rasters)[:, : NONE + 1] for name, one in known.items()}
    for name, one in known.items():
        logits, whole = logits_of_sets[name], one.whole
        found[name] = accuracy(logits, one.targets, one.labels)
        if not whole.all():
            found[f"{name}{WITHOUT_LINES}"] = accuracy(
                logits[whole], one.targets[whole], one.labels
            )
    some = [name for name in known if set(known[name].labels) <= set(DIGITS + LETTERS)]
    if some:
        logits = np.concatenate([logits_of_sets[name] for name in some])
        targets = np.concatenate([known[name].targets for name in some])
        found[TOGETHER] = accuracy(logits, targets, DIGITS + LETTERS, ALIKE)
    return found


def accuracy(
    logits: npt.NDArray, targets: Targets, labels: str, alike: Sequence[str] = ()
) -> Accuracy:
    """The accuracy among some labels; those that are alike count as one."""
    shapes = np.arange(len(LABELS))
    for group in alike:
        for label in group:
            shapes[LABELS.index(label)] = LABELS.index(group[0])
    allowed = np.array([LABELS.index(label) for label in labels])
    best = allowed[np.argsort(-logits[:, allowed], axis=1)[:, :3]]
    right = shapes[best] == shapes[targets][:, None]
    return Accuracy(float(right[:, 0].mean()), float(right.any(axis=1).mean()), len(targets))
