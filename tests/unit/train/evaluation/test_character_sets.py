"""Tests of how characters are measured set by set."""

import numpy as np
import pytest

from train.data.characters import LABELS, LETTERS
from train.data.dataset import DIGITS
from train.evaluation.character_sets import ALIKE, CharacterSet, accuracy, measure


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


def test_digits_and_letters_are_measured_together_but_not_punctuation() -> None:
    known = {
        name: CharacterSet(
            ["anna"], np.zeros((1, 28, 28, 3), np.float32), np.array([LABELS.index(one)]), some
        )
        for name, one, some in (("digits", "4", DIGITS), ("small letters", "a", LETTERS[26:]))
    }
    known["punctuation"] = CharacterSet(
        ["anna"], np.zeros((1, 28, 28, 3), np.float32), np.array([70]), "+"
    )
    found = measure(known, lambda _: _logits("4", "b"))
    assert found["digits"].top1 == 1.0
    assert found["small letters"].top1 == 0.0
    assert found["digits and letters"].samples == 2
    assert found["digits and letters"].top1 == 0.5
