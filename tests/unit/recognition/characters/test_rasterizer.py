"""Tests of the rasterizer: size, position, directions, and incremental drawing."""

import time

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.ink.drawing import Drawing
from realtime.recognition.characters.normalisation import INK_SIZE, SIZE, normalise
from realtime.recognition.characters.rasterizer import (
    CHANNELS,
    LiveRaster,
    Raster,
    raster_of,
    rasterize,
)
from tests.support.drawing import EDGE_CASES, SEVEN, Point, stroke_arrays
from tests.support.files import DATA, NO_DATA


def ink_box(raster: Raster) -> tuple[int, int]:
    """Width and height of the ink."""
    _, _, width, height = _box(raster)
    return width, height


def _box(raster: Raster) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is inked by an eighth at least."""
    left, top, width, height = cv2.boundingRect((raster[..., 0] > 1 / 8).astype(np.uint8))
    return left, top, width, height


def centre_of_mass(raster: Raster) -> tuple[float, float]:
    """The (x, y) of the ink's centre of mass."""
    moments = cv2.moments(raster[..., 0])
    return moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]


def test_ink_fits_the_box_and_its_mass_is_in_the_middle() -> None:
    raster = rasterize(stroke_arrays(SEVEN))
    assert raster.shape == (SIZE, SIZE, CHANNELS)
    assert raster.dtype == np.float32
    assert max(ink_box(raster)) in (INK_SIZE, INK_SIZE + 1)
    assert centre_of_mass(raster) == pytest.approx((14, 14), abs=0.15)


@pytest.mark.parametrize("name", EDGE_CASES)
def test_edge_cases_leave_ink(name: str) -> None:
    raster = rasterize(stroke_arrays(EDGE_CASES[name]))
    assert raster.shape == (SIZE, SIZE, CHANNELS)
    assert raster[..., 0].max() > 0.4


def test_size_and_place_on_the_canvas_do_not_matter() -> None:
    moved = [[(x * 7.3 - 900, y * 7.3 + 4000) for x, y in stroke] for stroke in SEVEN]
    difference = np.abs(rasterize(stroke_arrays(SEVEN)) - rasterize(stroke_arrays(moved)))
    assert difference[..., 0].max() <= 0.08
    assert difference[..., 1:].mean() < 0.01


def test_points_may_be_columns_of_another_array() -> None:
    x, y = np.arange(5, dtype=np.float32), np.arange(5, dtype=np.float32) ** 2
    as_rows = np.ascontiguousarray(np.array((x, y)).T)
    assert np.array_equal(rasterize([np.array((x, y)).T]), rasterize([as_rows]))
    assert not np.array_equal(rasterize([as_rows[::-1]]), rasterize([as_rows]))


def test_a_trembling_tap_is_a_dot_not_a_line() -> None:
    tap: list[list[Point]] = [[(200, 200), (200.5, 202), (201, 203)]]
    dot = rasterize(stroke_arrays(EDGE_CASES["one point"]))
    assert np.array_equal(rasterize(stroke_arrays(tap), dot_size=8), dot)
    assert not np.array_equal(rasterize(stroke_arrays(tap)), dot)


def test_a_dot_beside_a_line_is_drawn() -> None:
    line, dotted = (
        rasterize(stroke_arrays(strokes))[..., 0]
        for strokes in (EDGE_CASES["a dot beside a line"][:1], EDGE_CASES["a dot beside a line"])
    )
    assert dotted.sum() > line.sum()


def test_the_raster_holds_the_direction_of_the_pen() -> None:
    bar: list[Point] = [(0, 0), (100, 0)]
    stem: list[Point] = [(100, 0), (100, 200)]

    def directions(strokes: list[list[Point]]) -> list[tuple[float, float]]:
        """The direction near the left end of the bar and near the lower end of the stem."""
        raster = rasterize(stroke_arrays(strokes))
        left, top, width, height = _box(raster)
        places = ((top + 1, left + 2), (top + height - 3, left + width - 2))
        return [tuple((raster[place][1:] / raster[place][0]).round(2).tolist()) for place in places]

    assert directions([bar, stem]) == [(1, 0), (0, 1)]
    assert directions([bar[::-1], stem]) == [(-1, 0), (0, 1)]
    assert directions([stem, bar]) == [(1, 0), (0, 1)], "the order of strokes does not matter"
    assert not rasterize(stroke_arrays([bar, stem]))[-1, 0].any(), "no ink, no direction"


def test_a_very_long_path_costs_little_more_than_its_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    to_and_fro = np.column_stack([np.arange(20_000) % 2 * 400, np.linspace(0, 400, 20_000)]).astype(
        np.float32
    )
    counted = []
    count = np.bincount

    def counting(cells: np.ndarray, weights: np.ndarray | None, minlength: int) -> np.ndarray:
        # Each sample is counted in four cells, for three channels.
        counted.append(len(cells) / 12)
        return count(cells, weights, minlength)

    monkeypatch.setattr(np, "bincount", counting)
    raster = rasterize([to_and_fro])
    assert max(counted) <= 4001
    assert raster[..., 1].any()


def test_a_pen_in_the_air_has_no_direction() -> None:
    left, right = [(0.0, 0.0), (0.0, 100.0)], [(100.0, 0.0), (100.0, 100.0)]
    raster = rasterize(stroke_arrays([left, right]))
    assert np.abs(raster[:, 10:18, 1:]).max() < 0.001
    assert (raster[:, 3:8, 2] > 0.6).any()


def test_direction_does_not_depend_on_how_often_the_pen_reports() -> None:
    often: list[list[Point]] = [[(x, y) for (x, y) in np.linspace((0, 0), (100, 200), 90).tolist()]]
    rarely: list[list[Point]] = [[(0, 0), (100, 200)]]
    difference = rasterize(stroke_arrays(often)) - rasterize(stroke_arrays(rarely))
    assert np.abs(difference[..., 1:]).max() <= 0.01
    # Equal points, as of a pen that rests, are no step.
    rested = [[point for point in often[0] for _ in range(3)]]
    assert np.array_equal(
        rasterize(stroke_arrays(rested))[..., 1:], rasterize(stroke_arrays(often))[..., 1:]
    )


@pytest.mark.parametrize("name", EDGE_CASES)
def test_the_input_of_the_network_is_within_bounds(name: str) -> None:
    given = rasterize(stroke_arrays(EDGE_CASES[name]))
    assert 0 <= given[..., 0].min() < given[..., 0].max() <= 1
    assert np.abs(given[..., 1:]).max() <= 1.001


def test_a_picture_has_no_direction() -> None:
    picture = np.arange(SIZE * SIZE).reshape(SIZE, SIZE).astype(np.uint8)
    raster = raster_of(picture)
    np.testing.assert_allclose(raster[..., 0] * 255, picture, rtol=1e-6)
    assert not raster[..., 1:].any()


def test_no_ink_is_refused() -> None:
    with pytest.raises(ValueError, match="no ink"):
        rasterize([])
    with pytest.raises(ValueError, match="no ink"):
        normalise(np.zeros((50, 50), np.uint8))


@pytest.mark.parametrize("factor", [1, 3, 17])
def test_a_picture_of_any_size_gives_the_same_raster(factor: float) -> None:
    raster = rasterize(stroke_arrays(SEVEN))[..., 0] * 255
    size = round(SIZE * factor)
    picture = cv2.resize(raster, (size, size), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    picture[picture < 64] = 0
    assert np.abs(normalise(picture) - raster).mean() < 12


def test_mnist_is_already_normalised() -> None:
    if not (DATA / "mnist.npz").exists():
        pytest.skip(NO_DATA)
    with np.load(DATA / "mnist.npz") as arrays:
        pictures = arrays["x_test"][:300]
    assert (
        np.mean([np.abs(normalise(picture).astype(int) - picture).mean() for picture in pictures])
        < 10
    )


COORDINATE = st.integers(0, 40)
STROKE_PART = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=6)
# The events of a drawing, most of which extend a stroke.
EVENT = st.one_of(
    STROKE_PART,
    STROKE_PART,
    STROKE_PART,
    st.sampled_from(["finish", "undo", "redo", "clear"]),
    st.integers(0, 9),
)


@given(st.lists(EVENT, min_size=1, max_size=40))
@settings(deadline=None)
def test_an_incremental_raster_equals_one_drawn_at_once(
    events: list[list[tuple[int, int]] | str | int],
) -> None:
    drawing, live, number = Drawing(10_000), LiveRaster(), 0
    for event in events:
        if isinstance(event, list):
            drawing.extend(number, *map(list, zip(*event, strict=True)))
        elif isinstance(event, int):
            drawing.erase(event)
        else:
            getattr(drawing, event)()
            number += 1
        if drawing.strokes:
            at_once = rasterize([stroke.points for stroke in drawing.strokes], dot_size=2)
            grown = live.draw(drawing, dot_size=2)
            # What is summed in another order may differ by rounding.
            assert np.abs(grown - at_once).max() <= 1e-4


def test_the_hundredth_stroke_costs_little_more_than_the_second() -> None:
    rng = np.random.default_rng(5)
    costs: list[list[float]] = []
    for _ in range(9):
        drawing, live = Drawing(100_000), LiveRaster()
        drawing.extend(0, [0.0, 400.0], [0.0, 400.0])
        drawing.finish()
        live.draw(drawing)
        costs.append([])
        for number in range(1, 100):
            x, y = (
                rng.uniform(50, 250, (2, 1))
                + np.linspace(0, 100, 40)
                + rng.normal(0, 5, (2, 40)).cumsum(axis=1)
            )
            drawing.extend(number, x.clip(0, 400).tolist(), y.clip(0, 400).tolist())
            drawing.finish()
            start = time.process_time()
            live.draw(drawing)
            costs[-1].append(time.process_time() - start)
    each = np.median(costs, axis=0)
    # The bound is loose for busy machines. Redrawing all strokes would take twenty times as long.
    assert each[-10:].mean() < 3 * each[:10].mean()


def test_a_long_drawing_is_sampled_less_often() -> None:
    lap = np.array([(0, 0), (400, 0), (400, 400), (0, 400), (0, 0)], np.float32)
    two, many = rasterize([lap] * 2), rasterize([lap] * 20)
    inked = two[..., 0] > 0.9
    assert (many[inked, 0] > 0.9).all()
    # The mean of a twenty equal directions is that direction.
    assert np.abs(two - many)[inked, 1:].max() < 0.1
    # Ink over ink grows no wider than the pen's spread.
    assert np.abs(many[9:19, 9:19]).max() < 1e-3
