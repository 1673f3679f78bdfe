"""Tests of what is counted in lines."""

import pytest

pytest.importorskip("scipy")

from realtime.recognition.lines.sequence import BEGINNING, END, Context, Contexts
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


def test_what_comes_next_depends_on_what_came_before() -> None:
    statistics = count(CHARACTERS, LINES, TEXTS * 20, LABELS)
    assert statistics.kinds == KINDS
    contexts = Contexts(KINDS)

    def follows(text: str, label: str) -> float:
        state = BEGINNING
        for one in text:
            state = contexts.after(state, contexts.kind_of[one])
        return statistics.follows[state][contexts.kind_of[label] if label else END]

    assert follows("3", "+") > 0 > follows("3+", "+")
    assert follows("3+4=", "") > 0, "a sum ends with ="
    assert follows("", "=") < 0, "and does not begin with it"
    assert follows("3+4", "=") > follows("3", "="), "nor does a sum without an operator have one"


def test_what_was_never_seen_is_as_likely_as_after_what_is_alike() -> None:
    statistics = count(CHARACTERS, LINES, TEXTS * 20, LABELS)
    contexts = Contexts(KINDS)
    plus, equals = contexts.kind_of["+"], contexts.kind_of["="]
    seen, unseen = (
        statistics.follows[contexts.every.index(Context(plus, 1, opened, repeated=False))]
        for opened in (0, 1)
    )
    assert 0 < unseen[equals] <= seen[equals]
