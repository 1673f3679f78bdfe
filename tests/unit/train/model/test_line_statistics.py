"""Tests of what is counted in lines."""

import pytest

pytest.importorskip("scipy")

from tests.support.line_ink import digit, sign, written
from train.data.dataset import LabelledInk
from train.data.line_characters import LABELS
from train.data.lines import LabelledLine
from train.model.line_statistics import FEWEST_PLACES, KINDS, count

CHARACTERS = [
    *[LabelledInk(1, "1", "anna", tuple(digit("1")))] * 4,
    *[LabelledInk(17, "=", "anna", tuple(sign("=")))] * 4,
]
LINES = [
    LabelledLine("1.2", "anna", "test", tuple(written("1.2")), ((0,), (1,), (2,)), ("1", ".", "2"))
] * FEWEST_PLACES
TEXTS = ["1.2", "3+4=", "12", "90"]


def test_facts_of_labels_are_counted() -> None:
    facts = count(CHARACTERS, LINES, TEXTS, LABELS).labels
    assert list(facts) == list(LABELS)
    assert facts["1"].strokes[0] > 0.7
    assert facts["="].strokes[1] > 0.7
    assert facts["1"].gaps == (0, 0, 0)
    joined, gap, aside = facts["="].gaps
    assert (joined, aside) == (1, 0)
    assert 0.3 < gap < 0.7
    assert facts["."].place.size < -2 < facts["1"].place.size
    assert facts["."].place.middle > 0.3
    assert facts["7"].frequency == facts["1"].frequency > facts["%"].frequency


def test_kinds_that_follow_each_other_are_likelier() -> None:
    statistics = count(CHARACTERS, LINES, TEXTS * 20, LABELS)
    assert statistics.kinds == KINDS
    kind_of = {label: at for at, kind in enumerate(KINDS, 1) for label in kind}
    follows = statistics.follows
    assert follows[kind_of["3"]][kind_of["+"]] > 0 > follows[kind_of["."]][kind_of["+"]]
    assert follows[kind_of["="]][0] > 0, "a sum ends with ="
    assert follows[0][kind_of["="]] < 0, "and does not begin with it"
