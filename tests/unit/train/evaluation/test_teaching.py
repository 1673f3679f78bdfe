"""Tests of the replays of a hand that teaches, and of their card."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy")

from realtime.recognition.characters.examples import Sketch
from realtime.recognition.model_card import Teaching, read_model_card
from tests.support.files import DIGIT_MODEL
from train.data.dataset import OTHER
from train.evaluation import teaching, teaching_card
from train.evaluation.hands import Hand, Ink, corrections, first_of_each, known, only
from train.evaluation.teaching_results import Curve, NoDigits, Results

FEATURES = 640
TEACHING = Teaching(weight=8.0, threshold=0.5, accept_from=0.85)
FOUR, NINE = 4, 9


def odd_hand() -> Hand:
    """A writer of twenty 4 and twenty 9, whose 4 the network reads as a 9, by a little."""
    shapes = np.random.default_rng(1).normal(size=(2, FEATURES))
    noise = np.random.default_rng(2).normal(scale=0.3, size=(40, FEATURES))
    features = (np.repeat(shapes, 20, axis=0) + noise).astype(np.float32)
    logits = np.zeros((40, OTHER + 1))
    logits[:, NINE], logits[:, FOUR] = 5.0, 3.0
    targets = np.repeat([FOUR, NINE], 20)
    return Hand("w", Ink(logits, features, targets), TEACHING, Sketch(FEATURES))


def test_one_correction_spares_the_errors_that_follow() -> None:
    replayed, examples = odd_hand().replay(corrections(5), seed=3)
    assert (~replayed.untaught.right).sum() == 20
    assert (~replayed.taught.right).sum() == 1
    assert (replayed.spared, replayed.is_example.sum(), len(examples)) == (19, 1, 1)
    # What was read wrongly is what was taught, and it was read before.
    assert (replayed.is_example == ~replayed.taught.right).all()
    assert replayed.taught.targets[replayed.is_example].tolist() == [FOUR]


def test_orders_differ_and_are_repeated() -> None:
    one, same, other = (odd_hand().replay(corrections(0), seed)[0] for seed in (1, 1, 2))
    assert (one.taught.targets == same.taught.targets).all()
    assert (one.taught.targets != other.taught.targets).any()
    assert one.spared == 0
    assert not one.is_example.any()


def test_ways_to_teach() -> None:
    hand = odd_hand()
    shown, _ = hand.replay(first_of_each(3), seed=1)
    assert np.bincount(shown.taught.targets[shown.is_example])[[FOUR, NINE]].tolist() == [3, 3]
    alone, examples = hand.replay(only(NINE, 7), seed=1)
    assert np.bincount(alone.taught.targets[alone.is_example]).tolist()[NINE] == 7
    assert alone.is_example.sum() == len(examples) == 7
    nines = hand.ink.targets == NINE
    is_known = known(hand.ink, examples)
    assert is_known[nines].any()
    assert not is_known[~nines].any()


def test_what_was_shown_is_not_measured() -> None:
    hand = odd_hand()
    taught = teaching.show(hand, 2)
    assert all(len(one.taught.targets) == 36 for one in taught.replays)
    assert (taught.before, taught.after, taught.worst) == (18, 0, -18)
    fewer = teaching.show(hand, 0, unmeasured=2)
    assert (fewer.before, fewer.after) == (18, 18)
    assert teaching.correct(hand).after == 1


def test_the_card_has_each_writer_and_a_picture(tmp_path: Path) -> None:
    corrected = {"pens": [teaching.correct(odd_hand())]}
    curve = Curve(["0", "all"], [20, 1])
    results = Results(
        read_model_card(DIGIT_MODEL),
        corrected,
        {"pens": [teaching.show(odd_hand(), 3)]},
        {"pens": [teaching.teach_one(odd_hand())]},
        {"after corrections": NoDigits(100, 0.03, 0.031, 1)},
        {"pens": curve},
        {"pens": curve},
    )
    teaching_card.write(results, tmp_path)
    text = (tmp_path / teaching_card.CARD).read_text()
    assert "| pens w | 40 | 20 | 1.0 |" in text
    assert "| pens | what was read wrongly | 1 | 40 | 20.0 | 1.0 | -19 |" in text
    assert "| after corrections, 1 writers | 100 | 3.000% | 3.100% |" in text
    assert (tmp_path / teaching_card.PICTURE).stat().st_size > 10_000
