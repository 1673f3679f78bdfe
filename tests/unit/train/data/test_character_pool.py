"""Tests of what the network of characters learns from."""

from collections import Counter

import numpy as np
import pytest

from tests.support.line_ink import digit, sign
from train.data import character_pool, characters, sign_allographs
from train.data.character_pool import CharacterSource
from train.data.characters import (
    FORMULA_LABELS,
    LABELS,
    MATHEMATICS,
    NONE,
    PLAIN_LABELS,
    cut,
    label_of,
)
from train.data.dataset import DIGITS, LabelledInk, Pictures
from train.data.folds import NOBODYS, fold_of
from train.data.lines import LabelledLine
from train.data.rendered_pool import Item
from train.data.wrong_groups import above_each_other

STROKES = (*digit("4"), *sign("+"), *digit("1"))
LINE = LabelledLine("4+1", "anna", "test", STROKES, ((0, 1), (2, 3), (4,)), ("4", "+", "1"))


@pytest.fixture(scope="module")
def source() -> CharacterSource:
    known = [
        LabelledInk(LABELS.index(label), label, "anna", tuple(digit(DIGITS[place % 10])))
        for place, label in enumerate(LABELS)
        if label not in MATHEMATICS
    ]
    known += [LabelledInk(NONE, "", "bert", tuple(digit("3")))]
    pictures = Pictures(np.full((4, 28, 28), 200, np.uint8), np.arange(4))
    return CharacterSource(pictures, {"unipen-upper": known, "cut": cut([LINE])}, [LINE])


def test_labels_are_characters_and_each_is_there_once() -> None:
    assert len(set(LABELS)) == len(LABELS) == NONE
    assert set(FORMULA_LABELS) <= set(LABELS)
    assert LABELS.startswith(PLAIN_LABELS), "single characters are measured by the first columns"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("a", "a"),
        (r"\sqrt", "√"),
        (r"\Sigma", "∑"),
        (r"\lt", "<"),
        (r"\{", "{"),
        (r"\aleph", ""),
        (r"\cup", None),
        ("é", None),
    ],
)
def test_names_of_signs_are_labels_or_none_of_them(name: str, label: str | None) -> None:
    assert label_of(name) == label


def test_a_draw_has_every_kind_and_enough_of_each_label(source: CharacterSource) -> None:
    plan = source.plan(np.random.default_rng(0))
    kinds = Counter(item.kind for item in plan)
    assert kinds.keys() == {
        *("picture", "ink", "digit", "allograph", "beginning", "neighbours", "above", "wrong"),
        "scribble",
    }
    made = Counter(item.source for item in plan if item.kind == "allograph")
    assert all(made[label] == character_pool.ALLOGRAPHS_OF_A_SIGN for label in MATHEMATICS)
    drawn = Counter(
        source.characters[item.source][item.place].label for item in plan if item.kind == "ink"
    )
    assert all(drawn[label] >= character_pool.LEAST_OF_A_LABEL for label in PLAIN_LABELS)
    assert plan == source.plan(np.random.default_rng(0)), "the same seed plans the same"


@pytest.mark.parametrize(
    ("item", "target", "fold"),
    [
        (Item("picture", "", 3), 3, NOBODYS),
        (Item("ink", "cut", 1), LABELS.index("+"), fold_of("anna")),
        (Item("digit", "", 0), None, NOBODYS),
        (Item("allograph", "∫", 0), LABELS.index("∫"), NOBODYS),
        (Item("wrong", "", 0), NONE, fold_of("anna")),
        (Item("neighbours", "unipen-upper", 30), NONE, fold_of("anna")),
        (Item("above", "unipen-upper", 30), NONE, fold_of("anna")),
        (Item("scribble", "", 0), NONE, NOBODYS),
        (Item("beginning", "cut", 0), 4, fold_of("anna")),
    ],
)
def test_samples_are_rendered(
    source: CharacterSource, item: Item, target: int | None, fold: int
) -> None:
    rendered = source.render(item, np.random.default_rng(0))
    assert rendered.raster.shape == (28, 28, 3)
    assert rendered.raster[..., 0].sum() > 5
    assert rendered.fold == fold
    assert rendered.target == target if target is not None else rendered.target < len(DIGITS)
    assert rendered.unfinished == (item.kind == "beginning")


@pytest.mark.parametrize("label", sign_allographs.labels())
def test_allographs_can_be_drawn_and_differ(label: str) -> None:
    assert label in characters.LABELS
    drawn = [sign_allographs.write(label, np.random.default_rng(seed)) for seed in range(20)]
    for strokes in drawn:
        for stroke in strokes:
            assert stroke.dtype == np.float32
            assert np.isfinite(stroke).all()
            assert np.abs(stroke).max() < 500, "the patterns are drawn on a grid 100 high"
    assert len({stroke.tobytes() for strokes in drawn for stroke in strokes}) > len(drawn) // 2


def test_two_characters_above_each_other_are_both_there() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        strokes = above_each_other(tuple(digit("4")), tuple(digit("7")), rng)
        # Of the other one there may be a bar in its place.
        assert len(strokes) >= len(digit("4")) + 1
        assert all(np.isfinite(stroke).all() for stroke in strokes)
