"""Tests of shearing: a slope becomes level, and no pixel is lost."""

import numpy as np
import pytest

from realtime.images.shear import sheared, unsheared


@pytest.mark.parametrize("slope", [0.1, -0.045, 0.0001, 0.9])
@pytest.mark.parametrize("shape", [(50, 80), (80, 50), (1, 1)])
def test_it_can_be_taken_back(slope: float, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).random(shape)
    np.testing.assert_array_equal(unsheared(sheared(picture, slope), slope), picture)


def test_a_falling_line_becomes_level() -> None:
    picture = np.zeros((60, 100), np.uint8)
    columns = np.arange(100)
    picture[np.rint(30 + 0.1 * (columns - 50)).astype(int), columns] = 1
    assert (sheared(picture, 0.1).any(axis=1)).sum() == 1
