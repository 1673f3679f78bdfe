"""How the network of characters reads validation writers' isolated characters, set by set.

The sets are UniPen's, each read with its own labels allowed, as `config.labels` does; and digits
and letters together, where characters count as one whose shapes are the same.
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
# Of each set its file, and the labels that are allowed.
SETS = {
    "digits": ("unipen-digits", DIGITS),
    "capital letters": ("unipen-upper", LETTERS[:26]),
    "small letters": ("unipen-lower", LETTERS[26:]),
    "punctuation": ("unipen-symbols", PUNCTUATION),
}
# float32 rasters in, float logits of the first head out, of shape (n, 115).
Read = Callable[[Rasters], npt.NDArray]


class CharacterSet(NamedTuple):
    """Characters of validation writers: who wrote them, rasters, class indices, labels allowed."""

    writers: list[str]
    rasters: Rasters
    targets: Targets
    labels: str


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
    )


def measure(known: Mapping[str, CharacterSet], read: Read) -> dict[str, Accuracy]:
    """The accuracy of each set, and of digits and letters together, folded by `ALIKE`."""
    found = {}
    logits_of_sets = {name: read(one.rasters)[:, : NONE + 1] for name, one in known.items()}
    for name, one in known.items():
        found[name] = accuracy(logits_of_sets[name], one.targets, one.labels)
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
