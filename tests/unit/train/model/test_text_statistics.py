"""Tests of what is counted in texts."""

import math
from functools import cache

import numpy as np
import pytest

from realtime.recognition.text.word_shapes import CharacterClass, WordShape
from tests.support.letter_ink import written
from train.data.characters import PLAIN_LABELS
from train.data.lines import LabelledLine
from train.model.text_statistics import TextStatistics, count, printed_spread, spaces_of

TEXTS = ["no hot oil", "Toni Cox", "tooth lotion"]
# How many strokes each letter of these has.
STROKES = {"t": 2, "i": 2, "x": 2, "T": 2, "H": 3}


def line(text: str) -> LabelledLine:
    groups, at = [], 0
    for letter in text.replace(" ", ""):
        groups.append(tuple(range(at, at + STROKES.get(letter, 1))))
        at += STROKES.get(letter, 1)
    label = text.replace(" ", "")
    return LabelledLine(label, "w", "test", tuple(written(text)), tuple(groups), tuple(label), text)


@cache
def statistics() -> TextStatistics:
    """What is counted in these texts."""
    return count([], [line(text) for text in 10 * TEXTS], TEXTS, PLAIN_LABELS)


def test_spaces_are_before_the_characters_that_follow_them() -> None:
    assert spaces_of(line("no oil")) == [False, False, True, False, False]


def test_places_are_those_of_the_letters() -> None:
    small, tall, large = (statistics().labels[one].place for one in "olT")
    assert small.top == pytest.approx(1.0, abs=0.12)
    assert tall.top == pytest.approx(1.9, abs=0.2)
    assert large.top == pytest.approx(1.8, abs=0.2)
    for place in (small, tall, large):
        assert place.bottom == pytest.approx(0.0, abs=0.1)
    assert statistics().labels["g"].place == printed_spread("g")


def test_every_label_has_a_place_in_print() -> None:
    assert printed_spread("c").top < printed_spread("C").top
    assert printed_spread(",").bottom < printed_spread(".").bottom < printed_spread("'").bottom
    assert len({label for label in PLAIN_LABELS if printed_spread(label)}) == len(PLAIN_LABELS)


def test_wide_gaps_are_spaces() -> None:
    space = statistics().space
    narrow, wide = (
        space.constant + space.gap * gap + space.beyond * max(gap - 0.35, 0) + space.usual * 0.35
        for gap in (0.35, 2.1)
    )
    assert narrow < 0 < wide


def test_shapes_are_probabilities() -> None:
    for row in statistics().shapes:
        assert sum(map(math.exp, row)) == pytest.approx(1.0, abs=0.01)
    after_small = statistics().shapes[WordShape.SMALL]
    assert after_small[CharacterClass.SMALL] > after_small[CharacterClass.CAPITAL]


def test_letters_are_alike_but_signs_are_not() -> None:
    frequencies = {label: facts.frequency for label, facts in statistics().labels.items()}
    assert len({frequencies[one] for one in "abcxyz"}) == 1
    assert np.exp(frequencies["5"]) == pytest.approx(0.1, abs=1e-3)
    signs = [frequencies[one] for one in PLAIN_LABELS if not one.isalnum()]
    assert sum(map(math.exp, signs)) == pytest.approx(1.0, abs=0.01)
