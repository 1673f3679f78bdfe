"""The training and validation sets: MNIST's pictures, and pen strokes of all kinds.

A data folder holds `mnist.npz` (with the keys of `keras.datasets.mnist`) and any number of
`NAME.train.ndjson.gz` and `NAME.val.ndjson.gz`; `formats.py` says what may be in them. Splits are
by writer: no writer of a `val` file is in a `train` file. `python -m train.data.download` makes
such a folder.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realtime.ink.stroke import PointArray
from train.data.formats import read_file
from train.data.sample import Sample

DIGITS = "0123456789"
OTHER = len(DIGITS)  # class index of ink that is no digit
# Letters and symbols whose careless form is some digit's careless form. They are neither digits nor
# good examples of "no digit", so that no network is trained to tell a 0 from an O. (l I | and o O
# cannot be told apart by shape alone.)
LOOKALIKES = frozenset("BDGIOQSZbgiloqsyz.,'`|/\\()!]}?$&")
# The same for the words that Quick, Draw! asks for.
LOOKALIKE_WORDS = frozenset(
    {
        "boomerang",
        "circle",
        "donut",
        "golf club",
        "hockey stick",
        "hourglass",
        "line",
        "lollipop",
        "moon",
        "snake",
        "snowman",
        "squiggle",
    }
)
# One picture in so many of MNIST's training split is held out for validation; its test split is
# reported, and nothing is chosen on it.
MNIST_VAL_EVERY = 12
MISLABELLED = Path(__file__).with_name("mislabelled.txt")


@dataclass(frozen=True, slots=True)
class LabelledInk:
    """One sample of pen strokes.

    Attributes:
        target: class index.
        label: what was to be written.
        writer: who wrote it, or "".
        strokes: for each stroke float32 points of shape (n, 2).
        place: the sample's place in its file, from 1.
        mislabelled: whether `mislabelled.txt` lists it.
    """

    target: int
    label: str
    writer: str
    strokes: tuple[PointArray, ...]
    place: int = 0
    mislabelled: bool = False


@dataclass(frozen=True)
class Pictures:
    """MNIST-like pictures: uint8 (n, 28, 28), ink 255 on 0, and int class indices (n,)."""

    rasters: npt.NDArray[np.uint8]
    targets: npt.NDArray[np.int64]


def target_of(label: str) -> int | None:
    """The class index of a label: its digit, or `OTHER`.

    None is for labels that are left out: look-alikes, and several digits.
    """
    if label.isdecimal():
        return DIGITS.index(label) if label in DIGITS and len(label) == 1 else None
    return None if label in LOOKALIKES | LOOKALIKE_WORDS else OTHER


def read_ink(path: Path) -> list[LabelledInk]:
    """Read one file of pen strokes, without its look-alikes; print how many lines are malformed.

    Raises:
        OSError: it cannot be opened.
    """
    read = read_file(path)
    if read.malformed:
        print(
            f"{path}: {read.malformed} malformed lines left out, "
            f"the first is line {read.first_malformed}"
        )
    wrong = mislabelled(path, read.samples)
    samples = []
    for place, sample in enumerate(read.samples, 1):
        target = target_of(sample.label)
        if target is not None:
            samples.append(
                LabelledInk(
                    target, sample.label, sample.writer, sample.strokes, place, place in wrong
                )
            )
    return samples


def mislabelled(path: Path, samples: Sequence[Sample]) -> set[int]:
    """The places, from 1, of a file's samples whose label is wrong."""
    wrong = _mislabelled().get(path.name.removesuffix(".ndjson.gz"), {})
    if any(
        place > len(samples) or samples[place - 1].label != label for place, label in wrong.items()
    ):
        print(f"{path}: is not the file that {MISLABELLED.name} describes; nothing is set aside")
        return set()
    return set(wrong)


def read_split(folder: Path, split: str) -> dict[str, list[LabelledInk]]:
    """All pen strokes of a split ("train" or "val"), by source: a file's name up to its first dot.

    Raises:
        FileNotFoundError: the folder has no such file.
        OSError: see `read_ink`.
    """
    files = sorted(folder.glob(f"*.{split}.ndjson.gz"))
    if not files:
        raise FileNotFoundError(
            f"no *.{split}.ndjson.gz in {folder}: "
            "name a folder of pen strokes with --data, or download one with `make data`"
        )
    return {path.name.partition(".")[0]: read_ink(path) for path in files}


def read_training(folder: Path, more: Sequence[Path] = ()) -> dict[str, list[LabelledInk]]:
    """The pen strokes to train on: the folder's, without mislabelled samples, and those of `more`.

    Raises:
        FileNotFoundError, OSError: see `read_split`.
    """
    pens = {
        name: [sample for sample in samples if not sample.mislabelled]
        for name, samples in read_split(folder, "train").items()
    }
    return pens | {str(path): read_ink(path) for path in more}


@functools.cache
def _mislabelled() -> dict[str, dict[int, str]]:
    """For each file the places of mislabelled samples, and their labels."""
    found: dict[str, dict[int, str]] = {}
    for line in MISLABELLED.read_text().splitlines():
        if not line.startswith("#"):
            file, place, label, _ = line.split(maxsplit=3)
            found.setdefault(file, {})[int(place)] = label
    return found


def read_mnist(folder: Path) -> tuple[Pictures, Pictures, Pictures]:
    """MNIST as (train, val, test), from `mnist.npz` in the folder, or else downloaded by Keras."""
    path = folder / "mnist.npz"
    if path.exists():
        with np.load(path) as arrays:
            train = arrays["x_train"], arrays["y_train"]
            test = arrays["x_test"], arrays["y_test"]
    else:
        from keras.datasets import mnist

        train, test = mnist.load_data()
    held_out = np.arange(len(train[1])) % MNIST_VAL_EVERY == 0
    return (
        Pictures(train[0][~held_out], train[1][~held_out].astype(np.int64)),
        Pictures(train[0][held_out], train[1][held_out].astype(np.int64)),
        Pictures(test[0], test[1].astype(np.int64)),
    )
