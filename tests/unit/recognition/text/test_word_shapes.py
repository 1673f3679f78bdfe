"""Tests of the shapes of words."""

import pytest

from realtime.errors import WeightsError
from realtime.recognition.text.word_shapes import (
    CharacterClass,
    WordShape,
    check_follows,
    class_of,
    shape_after,
)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("", WordShape.LINE),
        ("a ", WordShape.WORD),
        ("A", WordShape.CAPITAL),
        ("AB", WordShape.CAPITALS),
        ("A-B", WordShape.CAPITALS),
        ("Ab", WordShape.SMALL),
        ("12", WordShape.DIGITS),
        ("12,", WordShape.SIGN_AFTER_DIGITS),
        ("(", WordShape.SIGN_FIRST),
        ("it'", WordShape.SIGN_AFTER_SMALL),
        ("AB.", WordShape.SIGN_AFTER_CAPITALS),
        ("AB. c", WordShape.SMALL),
    ],
)
def test_shapes_of_words(text: str, shape: WordShape) -> None:
    found = WordShape.LINE
    for character in text:
        found = shape_after(found, class_of(character))
    assert found == shape


def test_nothing_comes_after_the_end() -> None:
    with pytest.raises(ValueError, match="end"):
        shape_after(WordShape.LINE, CharacterClass.END)


def test_there_is_a_number_for_each_shape_and_class() -> None:
    whole = tuple((0.0,) * len(CharacterClass) for _ in WordShape)
    check_follows("text.json", whole)
    with pytest.raises(WeightsError, match="shapes"):
        check_follows("text.json", whole[1:])
    with pytest.raises(WeightsError, match="shapes"):
        check_follows("text.json", (whole[0][1:], *whole[1:]))
