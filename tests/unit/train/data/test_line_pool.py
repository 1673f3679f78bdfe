"""Tests of what the network of lines learns from."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.support.line_ink import digit, sign
from train.data import line_pool, wrong_groups
from train.data.dataset import DIGITS, LabelledInk, Pictures
from train.data.folds import FOLDS, NOBODYS, fold_of
from train.data.line_characters import LABELS, OTHER, cut, target_of
from train.data.line_pool import LineSource
from train.data.lines import LabelledLine
from train.data.rendered_pool import Item
from train.data.wrong_groups import wrong_group

STROKES = (*digit("4"), *sign("+"), *digit("1"))
LINE = LabelledLine("4+1", "anna", "test", STROKES, ((0, 1), (2, 3), (4,)), ("4", "+", "1"))


@pytest.fixture(scope="module")
def source() -> LineSource:
    characters = [
        LabelledInk(LABELS.index(label), label, writer, tuple(digit(label)))
        for label in DIGITS
        for writer in ("anna", "bert")
    ]
    drawn_as = {label: "+" if label in "+×÷x%$" else "-" for label in LABELS if label not in DIGITS}
    characters += [
        LabelledInk(LABELS.index(label), label, "anna", tuple(sign(glyph)))
        for label, glyph in drawn_as.items()
    ]
    characters += [LabelledInk(OTHER, "M", "bert", tuple(digit("3")))] * 3
    pictures = Pictures(np.full((4, 28, 28), 200, np.uint8), np.arange(4))
    return LineSource(pictures, {"unipen-symbols": characters, "cut": cut([LINE])}, [LINE])


def test_a_draw_has_every_kind_of_sample(source: LineSource) -> None:
    plan = source.plan(np.random.default_rng(0))
    counts = Counter(item.kind for item in plan)
    assert counts.keys() == {
        *("picture", "ink", "made", "beginning", "wrong", "neighbours", "scribble", "allograph"),
    }
    assert counts["wrong"] == round(line_pool.WRONG_GROUPS * line_pool.NUMBERS_SHARE)
    assert plan == source.plan(np.random.default_rng(0)), "the same seed plans the same"


def test_signs_of_which_there_are_none_are_made(source: LineSource) -> None:
    signs = [one for one in source.characters["unipen-symbols"] if one.label not in "×÷"]
    plan = replace(source, characters={"unipen-symbols": signs}).plan(np.random.default_rng(0))
    made = Counter(item.source for item in plan if item.kind == "made")
    assert made["×"] == round(line_pool.EACH_SYMBOL * line_pool.MADE_SHARE["×"])
    assert made["÷"] == round(line_pool.EACH_SYMBOL * line_pool.MADE_SHARE["÷"])


@pytest.mark.parametrize(
    ("item", "target", "fold"),
    [
        (Item("picture", "", 3), 3, NOBODYS),
        (Item("ink", "cut", 1), LABELS.index("+"), fold_of("anna")),
        (Item("made", "×", 0), LABELS.index("×"), fold_of("anna")),
        (Item("made", "÷", 0), LABELS.index("÷"), fold_of("anna")),
        (Item("wrong", "", 0), OTHER, fold_of("anna")),
        (Item("neighbours", "unipen-symbols", 1), OTHER, fold_of("bert")),
        (Item("scribble", "", 0), OTHER, NOBODYS),
        (Item("beginning", "cut", 0), 4, fold_of("anna")),
    ],
)
def test_samples_are_rendered(source: LineSource, item: Item, target: int, fold: int) -> None:
    rendered = source.render(item, np.random.default_rng(0))
    assert rendered.raster.shape == (28, 28, 3)
    assert rendered.raster[..., 0].sum() > 5
    assert (rendered.target, rendered.fold) == (target, fold)
    assert rendered.unfinished == (item.kind == "beginning")


def test_a_wrong_group_is_no_character() -> None:
    characters = [{0, 1}, {2, 3}, {4}]
    strokes = {id(stroke): place for place, stroke in enumerate(STROKES)}
    for seed in range(60):
        group = wrong_group(LINE, np.random.default_rng(seed))
        held = {strokes[id(stroke)] for stroke in group}
        assert held not in characters
        assert sum(bool(held & character) for character in characters) > 1
        assert len(group) <= wrong_groups.MOST_STROKES


def test_a_writer_is_in_one_fold() -> None:
    folds = [fold_of(f"writer {number}") for number in range(200)]
    assert set(folds) == set(range(FOLDS))
    assert fold_of("anna") == fold_of("anna")
    assert fold_of("") == NOBODYS


@pytest.mark.parametrize(
    ("label", "target"), [("7", 7), ("+", 13), ("A", OTHER), ("O", None), ("|", None), ("12", None)]
)
def test_look_alikes_are_neither_characters_nor_examples_of_none(
    label: str, target: int | None
) -> None:
    assert target_of(label) == target
