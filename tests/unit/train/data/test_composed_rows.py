"""Tests of composed rows: labels, and digits that are apart or touch as asked."""

import cv2
import numpy as np
import pytest

from train.data.composed_rows import SPACINGS, compose_rows
from train.data.dataset import Pictures


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    """A ring of each label, as MNIST has digits."""
    ring = np.zeros((28, 28), np.uint8)
    cv2.ellipse(ring, (14, 14), (7, 9), 0, 0, 360, 255, 2)
    return Pictures(np.stack([ring] * 10), np.arange(10))


def test_spaced_and_close_digits_are_apart_and_touching_ones_meet(pictures: Pictures) -> None:
    for spacing in SPACINGS:
        rows = compose_rows(pictures, 30, np.random.default_rng(1), spacing, shortest=2, longest=5)
        for row in rows:
            assert 2 <= len(row.label) <= 5
            parts = cv2.connectedComponents((row.picture >= 77).astype(np.uint8))[0] - 1
            assert (parts < len(row.label)) == (spacing == "touching")
            assert not row.picture[[0, -1]].any()
            assert not row.picture[:, [0, -1]].any()


def test_labels_that_there_are_come_equally_often(pictures: Pictures) -> None:
    few = Pictures(pictures.rasters[[1, 1, 1, 4]], np.array([1, 1, 1, 4]))
    rows = compose_rows(few, 200, np.random.default_rng(1), "spaced", shortest=1, longest=1)
    labels = [row.label for row in rows]
    assert set(labels) == {"1", "4"}
    assert 60 < labels.count("4") < 140
