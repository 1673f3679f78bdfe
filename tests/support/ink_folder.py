"""A small folder of handwriting whose shapes a few steps of training can tell apart."""

import gzip
import json
from pathlib import Path

import numpy as np

from train.data.dataset import DIGITS

WRITERS = 3


def write_ink_folder(folder: Path) -> None:
    """Write pens of three sources, two of digits, and pictures in place of MNIST's."""
    rng = np.random.default_rng(3)
    for name, alphabet in (("pendigits", DIGITS), ("unipen-digits", DIGITS), ("letters", "xwM")):
        for split, count in (("train", 30), ("val", 6)):
            lines = []
            for number in range(count):
                for label in alphabet:
                    turn = 2 * np.pi * (DIGITS + "xwM").index(label) / 13
                    end = [500 + 500 * np.cos(turn), 500 + 500 * np.sin(turn)]
                    stroke = (
                        (np.array([[500, 500], [0, 1000], end]) + rng.normal(0, 20, (3, 2)))
                        .round()
                        .tolist()
                    )
                    lines.append(
                        json.dumps(
                            {
                                "label": label,
                                "writer": f"{split}{number % WRITERS}",
                                "strokes": [stroke],
                            }
                        )
                    )
            (folder / f"{name}.{split}.ndjson.gz").write_bytes(
                gzip.compress("\n".join(lines).encode())
            )
    targets = np.arange(600) % 10
    pictures = np.zeros((600, 28, 28), np.uint8)
    for picture, target in zip(pictures, targets, strict=True):
        picture[4:24, 4 + 2 * target : 6 + 2 * target] = 255
    np.savez(
        folder / "mnist.npz",
        x_train=pictures,
        y_train=targets,
        x_test=pictures[:100],
        y_test=targets[:100],
    )
