"""Tests of the measures of lines."""

import numpy as np
import pytest

pytest.importorskip("scipy")

from realtime.recognition.answer import Alternative, Answer, Segment
from train.data.lines import LabelledLine, StrokePlaces
from train.evaluation.line_measures import (
    ReadLine,
    calibration_error,
    character_error,
    characters_right,
    group_score,
    share_rejected,
    share_right,
    string_error,
)

STROKE = np.zeros((2, 2), np.float32)


def read(
    label: str,
    segments: list[tuple[str, StrokePlaces]],
    *,
    groups: tuple[StrokePlaces, ...] | None = None,
    strokes: int = 4,
    probability: float = 0.9,
) -> ReadLine:
    parts = tuple(
        Segment(one, probability, places, (), (0.0, 0.0, 1.0, 1.0)) for one, places in segments
    )
    text = "".join(one for one, _ in segments)
    answer = Answer((Alternative(text, probability),) if text else (), segments=parts)
    return ReadLine(LabelledLine(label, "w", "s", (STROKE,) * strokes, groups), answer)


def test_strings_are_right_as_a_whole() -> None:
    right, wrong = read("12", [("1", (0,)), ("2", (1,))]), read("12", [("1", (0,)), ("7", (1,))])
    assert share_right([right, wrong]) == 0.5
    assert share_rejected([right, wrong]) == 0
    assert np.isnan(share_right([]))


def test_faults_are_told_apart() -> None:
    one: list[tuple[str, StrokePlaces]] = [("1", (0,))]
    assert read("7", one).fault == "character"
    assert read("71", one).fault == "grouping"
    assert read("71", one, strokes=1).fault == "grouping, joined strokes"
    assert read("71", []).fault == "refused"


def test_groups_are_right_if_all_their_strokes_are() -> None:
    some = read("47", [("4", (0, 1)), ("1", (2,)), ("1", (3,))], groups=((0, 1), (2, 3)))
    assert group_score([some]) == pytest.approx(2 * 1 / (3 + 2))
    assert np.isnan(group_score([read("1", [("1", (0,))])]))


def test_characters_are_right_by_their_strokes_or_by_their_place_in_the_text() -> None:
    known = read("47", [("4", (0,)), ("7", (2, 3))], groups=((0, 1), (2, 3)))
    assert characters_right(known) == [False, True]
    aligned = read("1047", [("1", (0,)), ("4", (1,)), ("7", (2,))])
    assert characters_right(aligned) == [True, True, True]
    assert characters_right(read("12", [("1", (0,)), ("7", (1,))])) == [True, False]


def test_calibration_errors_are_gaps_between_confidence_and_share() -> None:
    assert calibration_error([0.9] * 10, [True] * 9 + [False]) == pytest.approx(0)
    assert calibration_error([0.9] * 10, [True] * 5 + [False] * 5) == pytest.approx(0.4)
    some = [read("1", [("1", (0,))], probability=0.8)] * 4 + [
        read("7", [("1", (0,))], probability=0.8)
    ]
    assert string_error(some) == pytest.approx(0)
    assert character_error(some) == pytest.approx(0)
