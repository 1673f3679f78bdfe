"""Tests of mending: stray taps, the gaps of a worn pen, and what has to stay as it is."""

import itertools
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.ink.drawing import Drawing
from realtime.ink.stroke import FinishedInk, PointArray
from realtime.recognition.characters import mending
from realtime.recognition.characters.mending import MOST_STROKES, MendedInk, mend
from realtime.recognition.characters.rasterizer import LiveRaster
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Query
from tests.support.drawing import EDGE_CASES, LabelledStrokes, Point, stroke_arrays
from tests.support.pens import CANVAS, WRITING_STYLES, write_glyph
from tests.support.scripted_drawings import STYLED_GLYPHS
from train.data.damage import MISSING, gap, stray_tap

CORNERS: list[Point] = list(itertools.product((12.0, CANVAS - 12), repeat=2))
Strokes = list[PointArray]


@cache
def scripted(name: str) -> Strokes:
    """The strokes of a glyph and a style."""
    glyph, style = name.rsplit("-", 1)
    strokes = write_glyph(glyph, WRITING_STYLES[style], name)
    return stroke_arrays([[(point.x, point.y) for point in stroke.points] for stroke in strokes])


def digits() -> dict[str, Strokes]:
    """All glyphs, each in its style."""
    return {name: scripted(name) for name in STYLED_GLYPHS}


def tap(x: float, y: float) -> PointArray:
    """A finger that touches the canvas, with its tremble."""
    return np.array([(x, y), (x + 1.5, y + 0.5), (x + 0.5, y - 1)], np.float32)


def mended(strokes: Sequence[PointArray]) -> list[list[list[float]]]:
    """The strokes that are read, as lists of points."""
    return [stroke.points.tolist() for stroke in mend(FinishedInk.of_points(strokes)).finished]


def is_untouched(strokes: Sequence[PointArray]) -> bool:
    """Whether all strokes are read as they are, and nothing more."""
    return mended(strokes) == [stroke.tolist() for stroke in strokes]


def misread(
    recognizer: CharacterRecognizer, drawings: Sequence[tuple[str, Sequence[PointArray]]]
) -> list[str]:
    """The labels of drawings that are rejected, or taken for another digit."""
    wrong = []
    for label, strokes in drawings:
        answer = recognizer.reader().recognize(FinishedInk.of_points(strokes), Query())
        if answer.rejected or answer.text != label:
            wrong.append(label)
    return wrong


@pytest.mark.parametrize("name", STYLED_GLYPHS)
def test_what_a_writer_means_stays_as_it_is(name: str) -> None:
    assert is_untouched(scripted(name))


@pytest.mark.parametrize("name", EDGE_CASES)
def test_edge_cases_keep_their_ink(name: str) -> None:
    assert mended(stroke_arrays(EDGE_CASES[name]))


def test_a_tap_in_a_corner_does_not_change_the_answer(recognizer: CharacterRecognizer) -> None:
    drawings = []
    for name, strokes in digits().items():
        points = np.concatenate(strokes)
        for corner in CORNERS:
            # The farthest corners: on the same side of the canvas a tap may lie beside the digit.
            if np.hypot(*(points - corner).T).min() > CANVAS * 0.3:
                drawings += [
                    (name[0], [*strokes, tap(*corner)]),
                    (name[0], [tap(*corner), *strokes]),
                ]
    assert len(drawings) > 150
    assert misread(recognizer, drawings) == []


def test_a_tap_is_left_out_whenever_it_comes() -> None:
    [body, hat] = scripted("5-hat-neat")
    stray = tap(CANVAS - 8, CANVAS - 8)
    alone = mended([body, hat])
    for strokes in itertools.permutations([body, hat, stray]):
        order = [stroke.tolist() for stroke in strokes if stroke is not stray]
        assert sorted(mended(strokes)) == sorted(order) == sorted(alone)


def test_ink_that_is_nothing_but_taps_is_kept() -> None:
    assert is_untouched([tap(10, 10)])
    assert is_untouched([tap(10, 10), tap(390, 390)])
    assert is_untouched([tap(10, 10)[:1], tap(390, 390)[:1], tap(10, 390)[:1]])


LINE = np.column_stack([np.full(40, 200.0), np.linspace(100, 300, 40)]).astype(np.float32)


@pytest.mark.parametrize(
    ("dot", "what"),
    [
        ((200, 60), "the dot of an i"),
        ((225, 20), "the dot of an i that leans"),
        ((205, 385), "the dot of an exclamation mark"),
        ((250, 300), "a full stop"),
        ((230, 200), "beside the line"),
    ],
)
def test_a_dot_that_belongs_to_something_is_kept(dot: Point, what: str) -> None:
    assert is_untouched([LINE, tap(*dot)]), what
    assert is_untouched([tap(*dot), LINE]), what


def test_the_dot_in_a_zero_is_kept() -> None:
    for name, strokes in digits().items():
        if name.startswith("0"):
            points = np.concatenate(strokes)
            assert is_untouched([*strokes, tap(*((points.min(axis=0) + points.max(axis=0)) / 2))])


def test_a_short_line_far_away_is_no_tap() -> None:
    dash = np.array([(20, 20), (30, 25), (40, 30), (50, 35)], np.float32)
    assert is_untouched([LINE, dash])


def with_gap(stroke: PointArray, start: int) -> Strokes:
    """A stroke in two, with `MISSING` points gone."""
    return [stroke[:start], stroke[start + MISSING :]]


def test_a_gap_is_closed_by_the_straight_way_across_it() -> None:
    before, after = with_gap(LINE, 20)
    bridge = [before[-1].tolist(), after[0].tolist()]
    assert mended([before, after]) == [before.tolist(), bridge, after.tolist()]
    # In the raster it is one line, with the pen's direction all along it.
    broken = LiveRaster().draw(mend(FinishedInk.of_points([before, after])))
    whole = LiveRaster().draw(FinishedInk.of_points([LINE]))
    assert np.abs(broken - whole).max() <= 0.03


@pytest.mark.parametrize("name", [name for name in STYLED_GLYPHS if name[0] in "0268"])
def test_gaps_of_three_points_are_closed_in_what_has_few_corners(name: str) -> None:
    closed = places = 0
    for stroke in scripted(name):
        for start in range(MISSING, len(stroke) - 2 * MISSING, 2):
            places += 1
            closed += len(mended(with_gap(stroke, start))) == 3
    assert closed >= 0.7 * places, f"{closed} of {places}"


def test_a_worn_pen_does_not_change_the_answer(recognizer: CharacterRecognizer) -> None:
    rng = np.random.default_rng(3)
    # Where a tablet reports 45 times a second, three points are a fifth of a digit's height.
    slow = {name: [stroke[::2] for stroke in strokes] for name, strokes in digits().items()}
    drawings = [
        (name[0], gap(tuple(strokes), rng)) for name, strokes in slow.items() for _ in range(4)
    ]
    # Unmended, it is 18 %. What is left are corners that have gone missing.
    assert len(misread(recognizer, drawings)) <= 0.08 * len(drawings)


def test_the_dash_below_an_exclamation_mark_is_its_dot() -> None:
    # A tablet that reports seldom, so that the gap is only a few steps of the pen wide.
    slow = LINE[::3]
    below = np.array([2, 240], np.float32)
    assert is_untouched([slow, slow[:3] + below])
    # A line that is longer is where the pen went on.
    assert len(mended([slow, slow[:6] + below])) == 3


def test_two_lines_that_end_where_others_begin_are_not_joined() -> None:
    across = np.column_stack([np.linspace(190, 320, 30), np.full(30, 310.0)]).astype(np.float32)
    back = across[::-1].copy()
    assert is_untouched([LINE, across + np.float32(20) * np.array([-8, 2], np.float32)])
    assert is_untouched([LINE, LINE + np.array([40, 0], np.float32)])
    assert is_untouched([back, LINE])


def test_more_strokes_than_a_digit_has_are_not_mended() -> None:
    halves = [part for start in range(20, 20 + MOST_STROKES) for part in with_gap(LINE, start % 30)]
    assert len(halves) > MOST_STROKES
    assert is_untouched(halves)


COORDINATE = st.integers(0, 40)
STROKE_PART = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=6)
EVENT = st.one_of(
    STROKE_PART,
    STROKE_PART,
    st.tuples(COORDINATE, COORDINATE).map(lambda start: [start]),
    st.sampled_from(["finish", "finish", "finish", "undo", "redo", "clear"]),
    st.integers(0, 9),
)


@given(st.lists(EVENT, min_size=1, max_size=60), st.integers(1, 4))
@settings(deadline=None, max_examples=300)
def test_ink_that_grows_is_mended_as_ink_at_once(
    events: list[list[tuple[int, int]] | str | int], most_strokes: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mending, "MOST_STROKES", most_strokes)
        drawing, grown, live, number = Drawing(10_000), MendedInk(), LiveRaster(), 0
        for event in events:
            if isinstance(event, list):
                drawing.extend(number, *map(list, zip(*event, strict=True)))
            elif isinstance(event, int):
                drawing.erase(event)
            else:
                getattr(drawing, event)()
                number += 1
            kept = [stroke.points for stroke in drawing.finished]
            grown.update(drawing)
            at_once = mend(drawing)
            assert [one.points.tolist() for one in grown.finished] == [
                one.points.tolist() for one in at_once.finished
            ]
            assert grown.open is at_once.open
            if drawing.strokes:
                raster, whole = live.draw(grown), LiveRaster().draw(at_once)
                assert np.abs(raster - whole).max() <= 1e-4
            assert all(
                one is other.points for one, other in zip(kept, drawing.finished, strict=True)
            )


@given(st.lists(STROKE_PART, min_size=1, max_size=8))
@settings(deadline=None)
def test_something_is_always_left_and_size_does_not_matter(
    strokes: list[list[tuple[int, int]]],
) -> None:
    arrays = stroke_arrays(strokes)
    read = mended(arrays)
    assert read
    assert mended([array * 4 for array in arrays]) == [
        [[4 * x, 4 * y] for x, y in stroke] for stroke in read
    ]


def test_real_ink_is_read_as_well_as_before_and_damaged_ink_better(
    validation_samples: list[LabelledStrokes], recognizer: CharacterRecognizer
) -> None:
    rng = np.random.default_rng(1)
    whole = [(one.label, tuple(stroke_arrays(one.strokes))) for one in validation_samples]
    plain = [
        label
        for label, strokes in whole
        for answer in [
            recognizer.recognize_raster(LiveRaster().draw(FinishedInk.of_points(strokes)), Query())
        ]
        if answer.rejected or answer.text != label
    ]
    assert len(misread(recognizer, whole)) <= len(plain)
    tapped = [(label, stray_tap(strokes, rng)) for label, strokes in whole]
    assert len(misread(recognizer, tapped)) <= len(plain) + 0.01 * len(whole)
    worn = [(label, gap(strokes, rng)) for label, strokes in whole]
    # Where a tablet reports seldom, three points are half of the digit.
    assert len(misread(recognizer, worn)) <= 0.13 * len(whole)
