"""Tests of the reader of formulas."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.ink.drawing import Drawing
from realtime.ink.pin import Pin
from realtime.ink.stroke import FinishedInk, PointArray
from realtime.recognition.answer import Answer
from realtime.recognition.lines.proximity import MOST_GROUPS
from realtime.recognition.math.reader import MOST_STROKES
from realtime.recognition.math.recognizer import MathRecognizer
from realtime.recognition.recognizer import Query
from tests.support.formula_ink import (
    EQUALS,
    HALF,
    POWER,
    ROOT,
    SUM_WITH_LIMITS,
    Placed,
    drawn,
    moved,
)
from tests.support.line_ink import draw


def read(recognizer: MathRecognizer, strokes: Sequence[PointArray], top: int = 3) -> Answer:
    return recognizer.reader().recognize(FinishedInk.of_points(strokes), Query(top=top))


@pytest.mark.parametrize(
    ("signs", "latex", "text", "result"),
    [
        (HALF, r"\frac{1}{2}", "1/2", "0.5"),
        (POWER, "2^{3}", "2^3", "8"),
        (ROOT, r"\sqrt{9}", "√(9)", "3"),
        (SUM_WITH_LIMITS, r"\sum_{2}^{9}4", "∑_2^9 4", None),
        ([*POWER, *moved([EQUALS], 130)], "2^{3}=", "2^3=", "8"),
    ],
)
def test_formulas_of_two_dimensions(
    math_recognizer: MathRecognizer,
    signs: Sequence[Placed],
    latex: str,
    text: str,
    result: str | None,
) -> None:
    answer = read(math_recognizer, drawn(signs))
    assert (answer.latex, answer.text, answer.result) == (latex, text, result)
    assert not answer.rejected
    assert answer.is_line
    assert 0 < answer.alternatives[0].probability <= 1


def test_segments_are_all_signs_and_mathml_names_them(math_recognizer: MathRecognizer) -> None:
    answer = read(math_recognizer, drawn(HALF))
    assert sorted(one.label for one in answer.segments) == ["-", "1", "2"]
    assert sorted(stroke for one in answer.segments for stroke in one.strokes) == [0, 1, 2]
    assert answer.mathml is not None
    named = {
        one.get("data-segment"): one.tag.partition("}")[2]
        for one in ET.fromstring(answer.mathml).iter()  # noqa: S314
        if one.get("data-segment")
    }
    tags = {answer.segments[int(place or 0)].label: tag for place, tag in named.items()}
    assert tags == {"-": "mfrac", "1": "mn", "2": "mn"}


def test_strokes_may_come_in_any_order(math_recognizer: MathRecognizer) -> None:
    signs = [*HALF, *moved(POWER, 130)]
    strokes = drawn(signs)
    expected = read(math_recognizer, strokes).latex
    for seed in range(4):
        order = np.random.default_rng(seed).permutation(len(strokes))
        assert read(math_recognizer, [strokes[at] for at in order]).latex == expected


@pytest.mark.parametrize("width", [14, 20, 30, 60])
def test_a_short_minus_between_numbers_is_no_point(
    math_recognizer: MathRecognizer, width: int
) -> None:
    signs = [("9", 0, -100, 55, 100), ("-", 75, -42, width, 2), ("3", 95 + width, -100, 55, 100)]
    assert read(math_recognizer, drawn(signs)).latex == "9-3"


def test_an_equals_sign_whose_bars_are_apart_is_one_sign(math_recognizer: MathRecognizer) -> None:
    for height in (40, 70, 90):
        equals = ("=", 80, -45 - height / 2, 60, height)
        answer = read(math_recognizer, drawn([("9", 0, -100, 55, 100), equals]))
        assert answer.latex == "9=", height


def test_a_stroke_that_was_forgotten_is_one_sign_with_the_others(
    math_recognizer: MathRecognizer,
) -> None:
    first, second = drawn([EQUALS])
    strokes = [first, *drawn(moved([("2", 0, -100, 60, 100)], -90)), *drawn(moved(POWER, 90))]
    answer = read(math_recognizer, [*strokes, second])
    assert answer.latex == "2=2^{3}"
    assert (0, len(strokes)) in [one.strokes for one in answer.segments]


def test_a_formula_that_grows_is_read_as_if_it_came_at_once(
    math_recognizer: MathRecognizer,
) -> None:
    drawing, reader = Drawing(history_points=100_000), math_recognizer.reader()
    strokes = drawn([*HALF, *moved(POWER, 130), *moved(ROOT, 280)])
    for number, stroke in enumerate(strokes):
        draw(drawing, number, stroke)
        answer = reader.recognize(drawing, Query())
        at_once = read(math_recognizer, strokes[: number + 1])
        assert answer.latex == at_once.latex


def test_a_stroke_costs_the_groups_that_it_is_in(math_recognizer: MathRecognizer) -> None:
    drawing, reader = Drawing(history_points=100_000), math_recognizer.reader()
    for number, stroke in enumerate(drawn([*HALF, *moved(POWER, 130), *moved(ROOT, 280)])):
        before = reader.passes
        draw(drawing, number, stroke)
        reader.recognize(drawing, Query())
        assert reader.passes - before <= MOST_GROUPS
    before = reader.passes
    drawing.undo()
    reader.recognize(drawing, Query())
    drawing.redo()
    reader.recognize(drawing, Query())
    assert reader.passes == before


def test_labels_restrict_a_formula(math_recognizer: MathRecognizer) -> None:
    query = Query(labels=["1", "7", "-"])
    answer = math_recognizer.reader().recognize(FinishedInk.of_points(drawn(HALF)), query)
    assert {one.label for one in answer.segments} <= {"1", "7", "-"}
    with pytest.raises(KeyError):
        math_recognizer.reader().recognize(
            FinishedInk.of_points(drawn(HALF)), Query(labels=["no label"])
        )


def test_what_is_pinned_stays(math_recognizer: MathRecognizer) -> None:
    strokes = FinishedInk.of_points(drawn(POWER)).finished
    pins = (Pin(frozenset({1}), "8"), Pin(frozenset({0}), "x"))
    answer = math_recognizer.reader().recognize(FinishedInk(strokes, pins=pins), Query())
    assert answer.latex == "x^{8}"
    assert [(one.label, one.pinned) for one in answer.segments] == [("x", True), ("8", True)]
    # What they would be otherwise.
    assert [one.alternatives[0].text for one in answer.segments] == ["2", "3"]


def test_strokes_that_are_pinned_together_are_one_sign(math_recognizer: MathRecognizer) -> None:
    strokes = FinishedInk.of_points(drawn(POWER)).finished
    pins = (Pin(frozenset({0, 1}), "z"),)
    answer = math_recognizer.reader().recognize(FinishedInk(strokes, pins=pins), Query())
    assert answer.latex == "z"
    [segment] = answer.segments
    assert segment.probability == pytest.approx(1.0)


def test_no_ink_is_no_formula(math_recognizer: MathRecognizer) -> None:
    assert read(math_recognizer, []).empty


def test_too_much_ink_is_refused_unread(math_recognizer: MathRecognizer) -> None:
    reader = math_recognizer.reader()
    strokes = drawn([("1", 40 * place, 0, 20, 100) for place in range(MOST_STROKES + 1)])
    answer = reader.recognize(FinishedInk.of_points(strokes), Query())
    assert (answer.rejected, answer.reason, answer.alternatives) == (True, "too_many_strokes", ())
    assert reader.passes == 0


def test_scribble_is_rejected(math_recognizer: MathRecognizer) -> None:
    rng = np.random.default_rng(5)
    scribble = [rng.uniform(0, 300, (200, 2)).astype(np.float32) for _ in range(3)]
    assert read(math_recognizer, scribble).rejected


@pytest.mark.parametrize("count", [1, 2, 40, MOST_STROKES])
def test_strokes_on_top_of_each_other(math_recognizer: MathRecognizer, count: int) -> None:
    [stroke] = drawn([("2", 0, 0, 60, 100)])
    reader = math_recognizer.reader()
    answer = reader.recognize(FinishedInk.of_points([stroke] * count), Query())
    assert answer.alternatives
    assert reader.passes <= MOST_GROUPS * count


def test_the_steps_of_a_long_formula_are_many(math_recognizer: MathRecognizer) -> None:
    signs = [("2", 80 * place, 0, 55, 100) for place in range(40)]
    reader = math_recognizer.reader()
    steps = reader.steps(FinishedInk.of_points(drawn(signs)), Query())
    assert sum(1 for _ in steps) >= 10


_coordinates = st.floats(-2000, 2000, width=32)
_strokes = st.lists(
    st.lists(st.tuples(_coordinates, _coordinates), min_size=1, max_size=12),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_strokes)
def test_any_ink_is_answered(
    math_recognizer: MathRecognizer, strokes: list[list[tuple[float, float]]]
) -> None:
    answer = read(math_recognizer, [np.array(stroke, np.float32) for stroke in strokes])
    assert answer.alternatives
    assert sum(one.probability for one in answer.alternatives) <= 1 + 1e-6
    assert sorted(place for one in answer.segments for place in one.strokes) == list(
        range(len(strokes))
    )
    for one in answer.alternatives:
        ET.fromstring(one.mathml or "")  # noqa: S314
