"""Tests of the seams that part touching ink."""

import cv2
import numpy as np

from realtime.recognition.rows.seams import seams_through, sides


def joined_rings() -> np.ndarray:
    """Two rings with a line from one to the other."""
    picture = np.zeros((100, 160), np.uint8)
    for middle in (32, 128):
        cv2.ellipse(picture, (middle, 50), (26, 44), 0, 0, 360, 255, 10)
    cv2.line(picture, (58, 50), (102, 50), 255, 10)
    return picture


def test_joined_rings_are_parted_between_them() -> None:
    seams = seams_through(joined_rings(), 10)
    least = min(seams, key=lambda seam: seam.crossed)
    # The line is crossed once, and a ring would be twice.
    assert 58 < float(least.columns.mean()) < 102
    assert least.crossed < 0.15


def test_a_seam_follows_the_gap_between_slanted_ink() -> None:
    picture = np.zeros((100, 120), np.uint8)
    cv2.line(picture, (10, 95), (60, 5), 255, 8)
    cv2.line(picture, (50, 95), (100, 5), 255, 8)
    seams = seams_through(picture, 10)
    assert min(seam.crossed for seam in seams) == 0
    seam = min(seams, key=lambda one: one.crossed)
    left = sides([seam], picture.shape) == 0
    for inside in (left, ~left):
        assert ((picture > 0) & inside).sum() > 0.4 * (picture > 0).sum()


def test_there_are_no_more_seams_than_allowed() -> None:
    picture = np.hstack([joined_rings()] * 2)
    assert len(seams_through(picture, 3)) == 3
    assert seams_through(picture, 0) == []


def test_ink_is_not_cut_into_parts_that_are_low() -> None:
    picture = np.zeros((100, 160), np.uint8)
    cv2.line(picture, (10, 6), (10, 94), 255, 10)
    cv2.line(picture, (10, 90), (150, 90), 255, 10)
    for seam in seams_through(picture, 5):
        places = sides([seam], picture.shape)
        for place in (0, 1):
            rows = np.flatnonzero(((places == place) & (picture > 0)).any(axis=1))
            assert rows[-1] - rows[0] > 40


def test_a_single_column_and_a_single_row_have_no_seams() -> None:
    for shape in ((1, 1), (1, 50), (50, 1)):
        assert all(
            seam.columns.shape == (shape[0],)
            for seam in seams_through(np.full(shape, 255, np.uint8), 5)
        )
