"""Tests of telling one line from rows, columns, and characters written over each other."""

from collections.abc import Sequence

import pytest

from realtime.ink.stroke import PointArray
from realtime.recognition.characters.box import Box, box_of
from realtime.recognition.lines.layout import has_rows
from tests.support.line_ink import HEIGHT, digit, written


def boxes(strokes: Sequence[PointArray]) -> list[Box]:
    return [box_of(points) for points in strokes]


@pytest.mark.parametrize("text", ["4", "5", "747", "0123456789"])
def test_a_line_has_no_rows(text: str) -> None:
    assert not has_rows(boxes(written(text)))
    assert not has_rows(boxes(written(text, gap=-5)))


@pytest.mark.parametrize("apart", [1.05, 1.5, 4.0])
def test_two_lines_are_rows(apart: float) -> None:
    upper = written("475")
    assert has_rows(boxes([*upper, *written("31", y=apart * HEIGHT)]))
    assert has_rows(boxes([*upper, digit("8", 0, apart * HEIGHT)[0]]))


def test_a_column_is_rows() -> None:
    assert has_rows(boxes([*digit("2"), *digit("3", y=1.6 * HEIGHT)]))


def test_bars_and_dots_are_no_rows() -> None:
    equals = [Box(0, 0, 60, 4), Box(0, 25, 58, 27)]
    assert not has_rows(equals)
    divided = [Box(30, 0, 33, 4), Box(0, 30, 60, 33), Box(29, 60, 33, 63)]
    assert not has_rows([*divided, *boxes(written("12", x=80))])
    semicolon = [Box(0, 0, 5, 6), Box(0, 60, 8, 90)]
    assert not has_rows([*semicolon, *boxes(written("12", x=40))])


def test_the_rings_of_an_eight_are_no_rows() -> None:
    assert not has_rows([Box(5, 0, 45, 44), Box(0, 50, 50, 100)])
    assert not has_rows([Box(11, 0, 67, 44), Box(0, 50, 72, 100)])


def test_the_long_hat_of_a_five_is_no_row() -> None:
    assert not has_rows([Box(0, 43, 13, 100), Box(41, 39, 74, 97), Box(51, 0, 129, 33)])


def test_a_line_below_and_beside_is_no_row() -> None:
    assert not has_rows(boxes([*written("12"), *written("34", x=400, y=1.5 * HEIGHT)]))
