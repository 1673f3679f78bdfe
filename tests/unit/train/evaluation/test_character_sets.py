"""Tests of how characters are measured set by set."""

import numpy as np
import pytest

from realtime.ink.stroke import PointArray
from train.data.characters import LABELS, LETTERS
from train.data.dataset import DIGITS, LabelledInk
from train.evaluation.character_sets import (
    ALIKE,
    CharacterSet,
    accuracy,
    is_line_of_a_letter,
    measure,
)


def _logits(*ranked: str) -> np.ndarray:
    """The logits of one character of which these labels are the likeliest, the best first."""
    logits = np.zeros((1, len(LABELS) + 1))
    for rank, label in enumerate(ranked):
        logits[0, LABELS.index(label)] = 10 - rank
    return logits


def test_only_labels_that_are_allowed_are_counted() -> None:
    targets = np.array([LABELS.index("a")])
    assert accuracy(_logits("4", "a"), targets, LETTERS).top1 == 1.0
    assert accuracy(_logits("4", "a"), targets, LETTERS + DIGITS).top1 == 0.0
    assert accuracy(_logits("4", "a"), targets, LETTERS + DIGITS).top3 == 1.0


@pytest.mark.parametrize(("read", "written"), [("C", "c"), ("0", "o"), ("l", "I")])
def test_labels_of_one_shape_count_as_one_where_that_is_asked_for(read: str, written: str) -> None:
    targets = np.array([LABELS.index(written)])
    assert accuracy(_logits(read), targets, LETTERS + DIGITS).top1 == 0.0
    assert accuracy(_logits(read), targets, LETTERS + DIGITS, ALIKE).top1 == 1.0


def _set(labels: str, *written: str, whole: bool = True) -> CharacterSet:
    """Characters that were written, one that is no whole one the last, if not all are."""
    return CharacterSet(
        ["anna"] * len(written),
        np.zeros((len(written), 28, 28, 3), np.float32),
        np.array([LABELS.index(one) for one in written]),
        labels,
        np.array([True] * (len(written) - 1) + [whole]),
    )


def test_digits_and_letters_are_measured_together_but_not_punctuation() -> None:
    known = {
        "digits": _set(DIGITS, "4"),
        "small letters": _set(LETTERS[26:], "a"),
        "punctuation": _set("+", "+"),
    }
    found = measure(known, lambda _: _logits("4", "b"))
    assert found["digits"].top1 == 1.0
    assert found["small letters"].top1 == 0.0
    assert found["digits and letters"].samples == 2
    assert found["digits and letters"].top1 == 0.5


def test_letters_are_measured_with_single_lines_of_them_and_without() -> None:
    known = {"capital letters": _set(LETTERS[:26], "A", "A", whole=False)}
    found = measure(known, lambda _: np.concatenate([_logits("A"), _logits("I")]))
    assert found["capital letters"].samples == 2
    assert found["capital letters"].top1 == 0.5
    without = found["capital letters, without single lines of them"]
    assert (without.samples, without.top1) == (1, 1.0)


BAR = np.array([(0, 0), (2, 50), (0, 100)], np.float32)
BOWL = np.array([(0, 0), (60, 50), (0, 100)], np.float32)


@pytest.mark.parametrize(
    ("label", "strokes", "expected"),
    [
        ("A", [BAR], True),
        ("t", [BAR[:1]], True),
        ("I", [BAR], False),
        ("|", [BAR], False),
        ("A", [BAR, BAR + 30], False),
        ("D", [BOWL], False),
        ("O", [np.concatenate([BOWL, BOWL[:1]])], False),
    ],
)
def test_a_single_line_of_a_letter_is_told_from_whole_ones(
    label: str, strokes: list[PointArray], expected: bool
) -> None:
    sample = LabelledInk(LABELS.index(label), label, "anna", tuple(strokes))
    assert is_line_of_a_letter(sample) is expected
