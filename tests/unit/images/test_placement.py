"""Tests of where ink lies on the image."""

import cv2
import numpy as np
import pytest

from realtime.images.foreground import find_ink
from realtime.images.placement import Placement
from tests.support.papers.marks import lined


def test_a_part_of_an_image_is_moved_back() -> None:
    placement = Placement(left=10, top=20, width=100, height=200)
    assert placement.shares((0, 0, 40, 80)) == pytest.approx((0.1, 0.1, 0.5, 0.5))


def test_shares_do_not_leave_the_image() -> None:
    assert Placement(0, 0, 10, 10).shares((-3, -3, 12, 12)) == (0, 0, 1, 1)


def test_ink_on_tilted_paper_is_found_where_it_is() -> None:
    stroke = np.array([[120.0, 150.0], [120.0, 250.0], [220.0, 250.0]], np.float32)
    grey = lined(False, 4)([stroke], np.random.default_rng(2))
    image = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.uint8) if grey.ndim == 2 else grey
    ink = find_ink(image)
    left, top, width, height = cv2.boundingRect(ink.picture)
    box = ink.placement.shares((left, top, left + width, top + height))
    assert box == pytest.approx((120 / 400, 150 / 400, 220 / 400, 250 / 400), abs=0.06)
