"""Formulas composed of isolated characters: a made-up formula is set, and each sign drawn.

Signs are set as in print, on baselines that climb and with sizes that vary as those of handwriting
do: exponents and indices smaller, fractions around the middle of their bar, limits over and under
sums. What a writer did not write is taken from another.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from realtime.ink.stroke import PointArray
from realtime.recognition.math.tree import Ids, Row
from train.data.dataset import LabelledInk
from train.data.formula_setting import FormulaSetter
from train.data.formula_texts import formula

UNIT = 1000.0  # the height of a capital letter
FEWEST_LABELS = 25
# Of the signs of several strokes this share get their last one after all else is written: a dot or
# a bar that was forgotten.
DELAYED = 0.03
# Formulas of more signs are rare by hand.
MOST_SIGNS = 24


class ComposedFormula(NamedTuple):
    """A formula with its ink.

    Attributes:
        row: the formula.
        strokes: in the order drawn, each float32 of shape (n, 2).
        groups: of each sign, by its ids, the strokes' places.
        writer: who wrote most of it.
    """

    row: Row
    strokes: tuple[PointArray, ...]
    groups: Mapping[Ids, tuple[int, ...]]
    writer: str


def compose(samples: Iterable[LabelledInk], count: int, seed: int) -> list[ComposedFormula]:
    """Compose formulas of the hands of those who wrote many labels.

    Args:
        samples: isolated characters; those that have no label are left out.
        count: of formulas.
        seed: the random one.
    """
    rng = np.random.default_rng(seed)
    hands: dict[str, dict[str, list[LabelledInk]]] = defaultdict(lambda: defaultdict(list))
    anyone: dict[str, list[LabelledInk]] = defaultdict(list)
    for sample in samples:
        if sample.label:
            hands[sample.writer][sample.label].append(sample)
            anyone[sample.label].append(sample)
    writers = sorted(name for name, known in hands.items() if len(known) >= FEWEST_LABELS)
    found: list[ComposedFormula] = []
    while len(found) < count:
        row = formula(rng)
        writer = writers[int(rng.integers(len(writers)))]
        setter = FormulaSetter(hands[writer], anyone, rng)
        try:
            box = setter.row(row, 1.0)
        except KeyError:
            continue
        if len(box.drawn) > MOST_SIGNS:
            continue
        strokes, groups = list[PointArray](), dict[Ids, tuple[int, ...]]()
        delayed = list[tuple[Ids, PointArray]]()
        for ids, drawn in box.drawn.items():
            if len(drawn) > 1 and rng.random() < DELAYED:
                *drawn, last = drawn
                delayed.append((ids, last))
            groups[ids] = tuple(range(len(strokes), len(strokes) + len(drawn)))
            strokes += drawn
        for ids, last in delayed:
            groups[ids] += (len(strokes),)
            strokes.append(last)
        strokes = [(stroke * UNIT).astype(np.float32) for stroke in strokes]
        found.append(ComposedFormula(row, tuple(strokes), groups, writer))
    return found
