"""Tests of what comes next in a formula."""

import math

import pytest

from realtime.recognition.math.language import BEGINNING, KIND_INDEX, Language
from realtime.recognition.math.recognizer import MathRecognizer
from realtime.recognition.math.signs import DOT, LETTERS
from realtime.recognition.math.weights import RIGHT

DIGIT = KIND_INDEX["digit"]


@pytest.fixture
def language(math_recognizer: MathRecognizer) -> Language:
    return Language(math_recognizer.scorer.weights)


@pytest.mark.parametrize("before", [BEGINNING, DIGIT])
def test_in_a_row_without_letters_comes_no_letter(language: Language, before: int) -> None:
    for kind in LETTERS:
        assert language.next(before, RIGHT, KIND_INDEX[kind])[1] == -math.inf
    _, plainer = language.next(before, RIGHT, DIGIT)
    assert plainer > 0


def test_rows_with_letters_are_more_frequent(language: Language) -> None:
    assert language.plain_odds < 0


def test_a_point_in_the_middle_is_a_sign_as_frequent_as_such(language: Language) -> None:
    assert language.kinds[DOT] == language.kinds["×"]
    assert language.frequency(DOT, RIGHT) < language.frequency("+", RIGHT)
    assert language.frequency(DOT, RIGHT) < language.frequency(".", RIGHT)
