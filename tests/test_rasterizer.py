"""Strokes and pictures become the raster that the network was trained on."""

import cv2
import numpy as np
import pytest

from realtime.rasterizer import INK_SIZE, SIZE, Raster, normalise, rasterize
from tests.conftest import DATA, NO_DATA
from tests.drawing import EDGES, SEVEN, Point, as_arrays


def ink_box(raster: Raster) -> tuple[int, int]:
    _, _, width, height = cv2.boundingRect(raster)
    return width, height


def centre_of_mass(raster: Raster) -> tuple[float, float]:
    moments = cv2.moments(raster)
    return moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]


def test_ink_fits_the_box_and_its_mass_is_in_the_middle() -> None:
    raster = rasterize(as_arrays(SEVEN))
    assert raster.shape == (SIZE, SIZE)
    assert raster.dtype == np.uint8
    assert max(ink_box(raster)) in (INK_SIZE, INK_SIZE + 1)
    assert centre_of_mass(raster) == pytest.approx((14, 14), abs=0.15)


@pytest.mark.parametrize("name", EDGES)
def test_edge_cases_leave_ink(name: str) -> None:
    raster = rasterize(as_arrays(EDGES[name]))
    assert raster.shape == (SIZE, SIZE)
    assert raster.max() > 100


def test_size_and_place_on_the_canvas_do_not_matter() -> None:
    moved = [[(x * 7.3 - 900, y * 7.3 + 4000) for x, y in stroke] for stroke in SEVEN]
    difference = rasterize(as_arrays(SEVEN)).astype(int) - rasterize(as_arrays(moved))
    assert np.abs(difference).max() <= 16


def test_a_trembling_tap_is_a_dot_not_a_line() -> None:
    tap: list[list[Point]] = [[(200, 200), (200.5, 202), (201, 203)]]
    dot = rasterize(as_arrays(EDGES["one point"]))
    assert np.array_equal(rasterize(as_arrays(tap), dot_size=8), dot)
    assert not np.array_equal(rasterize(as_arrays(tap)), dot)


def test_a_dot_beside_a_line_is_drawn() -> None:
    line = rasterize(as_arrays(EDGES["a dot beside a line"][:1]))
    assert rasterize(as_arrays(EDGES["a dot beside a line"])).sum() > line.sum()


def test_no_ink_is_refused() -> None:
    with pytest.raises(ValueError, match="no ink"):
        rasterize([])
    with pytest.raises(ValueError, match="no ink"):
        normalise(np.zeros((50, 50), np.uint8))


@pytest.mark.parametrize("factor", [1, 3, 17])
def test_a_picture_of_any_size_gives_the_same_raster(factor: float) -> None:
    raster = rasterize(as_arrays(SEVEN))
    size = round(SIZE * factor)
    picture = cv2.resize(raster, (size, size), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    assert np.abs(normalise(picture).astype(int) - raster).mean() < 12


def test_mnist_is_already_normalised() -> None:
    if not (DATA / "mnist.npz").exists():
        pytest.skip(NO_DATA)
    with np.load(DATA / "mnist.npz") as arrays:
        pictures = arrays["x_test"][:300]
    assert np.mean([np.abs(normalise(picture).astype(int) - picture).mean() for picture in pictures]) < 10
