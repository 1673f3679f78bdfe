"""What the network of lines learns from: characters, alone and cut from lines, and wrong groups.

Wrong groups are most of what it sees when a line is read: two characters, or one with a stroke of
its neighbour. Real lines of which each character's strokes are known show what they look like.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from realtime.ink.stroke import PointArray
from train.data import allographs, line_characters
from train.data.augment import neighbours, rotation
from train.data.composed_lines import compose, numbers_and_sums
from train.data.dataset import DIGITS, read_mnist
from train.data.ink_source import InkSource, LabelledStrokes, Place, inks, shuffled
from train.data.line_characters import LABELS, OTHER, SYMBOLS
from train.data.rendered_pool import Item

# How often each source's digits come in one draw; once where it is not named.
REPEATS = {"unipen-digits": 2, "cut": 2}
PICTURES = 12_000  # of MNIST's in one draw: rows of digits are read from pictures, too
EACH_SYMBOL = 2_500  # some have 40 samples, some 1,000
# Of × and ÷ few samples have a licence. These are made: of a + that is turned, of a - and dots.
MADE_SHARE = {"×": 0.6, "÷": 0.7}
OTHERS = 16_000
WRONG_GROUPS = 16_000
# Of the wrong groups those from lines of numbers and sums; there are more lines of letters.
NUMBERS_SHARE = 0.7
COMPOSED = 6_000  # lines of numbers and sums; there are 1,100 real ones
COMPOSING_SEED = 5
# Signs that are bent little; see `THIN_BEND`.
THIN = frozenset(LABELS.index(label) for label in "/(),.-")
NEIGHBOURS = 5_000
SCRIBBLES = 4_000
ALLOGRAPHS = 8_000
BEGINNINGS = 14_000


@dataclass(frozen=True)
class LineSource(InkSource):
    """An `InkSource` of characters of lines of numbers and sums."""

    none = OTHER
    thin = THIN

    @classmethod
    def read(cls, data: Path) -> "LineSource":
        """What a folder of handwriting holds, and lines composed of it.

        Raises:
            OSError: it cannot be read.
        """
        mnist, _, _ = read_mnist(data)
        isolated = line_characters.read_isolated(data)
        lines = line_characters.lines_with_known_strokes(data)
        everything = chain.from_iterable(isolated.values())
        rng = np.random.default_rng(COMPOSING_SEED)
        composed = compose(everything, COMPOSED, rng, numbers_and_sums)
        characters = isolated | {"cut": line_characters.cut(lines)}
        return cls(mnist, characters, [*lines, *composed])

    def plan(self, rng: np.random.Generator) -> Sequence[Item]:
        """One draw's samples in random order."""
        digits = [place for label in DIGITS for place in self._by_label[label]]
        others = self._by_label[""]
        plan = self._some_pictures(PICTURES, rng)
        plan += inks([place for place in digits for _ in range(REPEATS.get(place[0], 1))])
        begun = list(digits)
        for label in SYMBOLS:
            made = round(EACH_SYMBOL * MADE_SHARE.get(label, 0.0))
            places, size = self._by_label[label], EACH_SYMBOL - made
            # Of × and ÷ there may be none.
            chosen = [places[i] for i in rng.integers(len(places), size=size)] if places else []
            plan += inks(chosen) + [Item("made", label, 0)] * made
            begun += chosen[: EACH_SYMBOL // 3]
        plan += inks([others[i] for i in rng.permutation(len(others))[:OTHERS]])
        begun += [others[i] for i in rng.permutation(len(others))[: len(digits) // 4]]
        plan += inks([begun[i] for i in rng.permutation(len(begun))[:BEGINNINGS]], "beginning")
        plan += self._wrong_groups(rng)
        chosen = [digits[i] for i in rng.integers(len(digits), size=NEIGHBOURS)]
        plan += inks(chosen, "neighbours")
        plan += [Item("scribble", "", 0)] * SCRIBBLES + [Item("allograph", "", 0)] * ALLOGRAPHS
        return shuffled(plan, rng)

    def _wrong_groups(self, rng: np.random.Generator) -> list[Item]:
        """Lines to take wrong groups of, most of them of numbers and sums."""
        numbers, letters = self._joined
        found = list[Item]()
        for lines, share in ((numbers, NUMBERS_SHARE), (letters, 1 - NUMBERS_SHARE)):
            if lines:
                size = round(WRONG_GROUPS * share)
                found += [Item("wrong", "", lines[i]) for i in rng.integers(len(lines), size=size)]
        return found

    def _made_up(self, item: Item, rng: np.random.Generator) -> LabelledStrokes:
        """An allograph, a sign put together, or digits of a writer beside each other."""
        kind, source, place = item
        if kind == "allograph":
            return *allographs.write(rng), ""
        if kind == "made":
            return self._put_together(source, rng)
        character = self._at((source, place))
        others = self._digits_of[character.writer]
        other = self._at(others[int(rng.integers(len(others)))])
        strokes = neighbours(character.strokes, other.strokes, rng)
        return strokes, self.none, character.writer

    def _put_together(self, label: str, rng: np.random.Generator) -> LabelledStrokes:
        """A × or ÷ put together from what a writer has written."""
        of = self._by_label["+" if label == "×" else "-"]
        sample = self._at(of[int(rng.integers(len(of)))])
        if label == "×":
            turn = rotation(np.radians(rng.normal(45, 6))).astype(np.float32)
            strokes = tuple(stroke @ turn.T for stroke in sample.strokes)
        else:
            strokes = _obelus(sample.strokes, rng)
        return strokes, LABELS.index(label), sample.writer

    @cached_property
    def _digits_of(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = defaultdict(list)
        for label in DIGITS:
            for place in self._by_label[label]:
                found[self._at(place).writer].append(place)
        return found

    @cached_property
    def _joined(self) -> tuple[list[int], list[int]]:
        """The lines of two characters and more: of labels alone, and the others."""
        numbers, letters = list[int](), list[int]()
        for i, line in enumerate(self.lines):
            if len(line.groups or ()) > 1:
                (numbers if set(line.label) <= set(LABELS) else letters).append(i)
        return numbers, letters


def _obelus(bar: Sequence[PointArray], rng: np.random.Generator) -> tuple[PointArray, ...]:
    """A bar with a dot above and one below it."""
    points = np.concatenate(bar)
    low, high = points.min(axis=0), points.max(axis=0)
    width = max(float((high - low).max()), 1.0)
    middle = (low + high) / 2
    strokes = list(bar)
    for side in (-1, 1):
        at = middle + width * np.array([rng.normal(0, 0.08), side * rng.uniform(0.22, 0.5)])
        size = width * rng.uniform(0.0, 0.12)
        dot = at + rng.normal(0, 1, (int(rng.integers(1, 6)), 2)) * size / 2
        strokes.insert(0 if side < 0 and rng.random() < 0.4 else len(strokes), dot)
    return tuple(stroke.astype(np.float32) for stroke in strokes)
