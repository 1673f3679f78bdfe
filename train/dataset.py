"""Reads handwriting: MNIST pictures, and pen strokes as newline-delimited JSON.

A data folder holds `mnist.npz` (the keys of `keras.datasets.mnist`) and any number of `NAME.train.ndjson.gz` and
`NAME.val.ndjson.gz`, one object a line: `{"label": "7", "writer": "1f0c", "strokes": [[[x, y], …], …]}`, x to the right,
y down. Splits are by writer: no writer of a `val` file is in a `train` file.
"""

import gzip
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from realtime.rasterizer import Points

DIGITS = "0123456789"
OTHER = len(DIGITS)  # class index of ink that is no digit
# Letters and symbols whose careless form is some digit's careless form. They are neither digits nor good examples of "no
# digit", so that no network is taught to tell a 0 from an O. (l I | and o O cannot be told apart by shape alone.)
LOOKALIKES = frozenset("BDGIOQSZbgiloqsyz.,'`|/\\()!]}?$&")
# Every so many pictures of MNIST's training split are held back to choose on; its test split is reported, never chosen on.
MNIST_VAL_EVERY = 12


class _Line(msgspec.Struct):
    label: str
    writer: str
    strokes: list[list[tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Ink:
    """One written sample: its class index, its writer and, for each stroke, float32 points of shape (n, 2)."""

    target: int
    label: str
    writer: str
    strokes: tuple[Points, ...]


@dataclass(frozen=True)
class Pictures:
    """MNIST-like pictures: uint8 of shape (n, 28, 28), ink 255 on 0, and int class indices of shape (n,)."""

    rasters: npt.NDArray[np.uint8]
    targets: npt.NDArray[np.int64]


def target_of(label: str) -> int | None:
    """The class index of a label: its digit, `OTHER`, or None for a look-alike that is left out."""
    if len(label) == 1 and label in DIGITS:
        return DIGITS.index(label)
    return None if label in LOOKALIKES else OTHER


def read_ink(path: Path) -> list[Ink]:
    """Read one `.ndjson.gz` file, without its look-alikes.

    Raises:
        ValueError: a line is not of the format; names file and line.
    """
    decoder = msgspec.json.Decoder(_Line)
    samples = []
    with gzip.open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                sample = decoder.decode(line)
            except msgspec.DecodeError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
            target = target_of(sample.label)
            strokes = tuple(np.array(stroke, np.float32) for stroke in sample.strokes if stroke)
            if target is not None and strokes:
                samples.append(Ink(target, sample.label, sample.writer, strokes))
    return samples


def read_split(folder: Path, split: str) -> dict[str, list[Ink]]:
    """All pen strokes of a split ("train" or "val"), by source (the file's name before the first dot).

    Raises:
        FileNotFoundError: the folder has no such file.
    """
    files = sorted(folder.glob(f"*.{split}.ndjson.gz"))
    if not files:
        raise FileNotFoundError(f"no *.{split}.ndjson.gz in {folder}: give a folder of pen strokes with --data")
    return {path.name.partition(".")[0]: read_ink(path) for path in files}


def read_mnist(folder: Path) -> tuple[Pictures, Pictures, Pictures]:
    """MNIST as (train, val, test); `mnist.npz` in the folder, or else downloaded by Keras."""
    path = folder / "mnist.npz"
    if path.exists():
        with np.load(path) as arrays:
            train, test = (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])
    else:
        from keras.datasets import mnist

        train, test = mnist.load_data()
    held_back = np.arange(len(train[1])) % MNIST_VAL_EVERY == 0
    return (
        Pictures(train[0][~held_back], train[1][~held_back].astype(np.int64)),
        Pictures(train[0][held_back], train[1][held_back].astype(np.int64)),
        Pictures(test[0], test[1].astype(np.int64)),
    )
