"""What the network of lines learns from: characters, alone and cut from lines, and wrong groups.

Wrong groups are most of what it sees when a line is read: two characters, or one with a stroke of
its neighbour. Real lines of which each character's strokes are known show what they look like.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from realtime.ink.stroke import PointArray
from train.data import allographs, line_characters
from train.data.augment import (
    augment_picture,
    augment_strokes,
    beginning,
    neighbours,
    rotation,
    scribble,
)
from train.data.composed_lines import compose, numbers_and_sums
from train.data.dataset import DIGITS, LabelledInk, Pictures, read_mnist
from train.data.digit_pool import fingerprint
from train.data.folds import NOBODYS, fold_of
from train.data.line_characters import LABELS, OTHER, SYMBOLS
from train.data.lines import LabelledLine
from train.data.rendered_pool import Item, Rendered

CLASSES = OTHER + 1
# How often each source's digits come in one draw; once where it is not named.
REPEATS = {"unipen-digits": 2, "cut": 2}
PICTURES = 12_000  # of MNIST's in one draw: rows of digits are read from pictures, too
EACH_SYMBOL = 2_500  # some have 40 samples, some 1,000
# Of × and ÷ few samples have a licence. These are made: of a + that is turned, of a - and dots.
MADE_SHARE = {"×": 0.6, "÷": 0.7}
DOT_SHARE = 0.3  # of the full stops that are a single point
OTHERS = 16_000
WRONG_GROUPS = 16_000
# Of the wrong groups those from lines of numbers and sums; there are more lines of letters.
NUMBERS_SHARE = 0.7
COMPOSED = 6_000  # lines of numbers and sums; there are 1,100 real ones
COMPOSING_SEED = 5
# How much these are bent as a share of what is usual: what they lean like tells them apart.
THIN = frozenset(LABELS.index(label) for label in "/(),.-")
THIN_BEND = 0.4
NEIGHBOURS = 5_000
SCRIBBLES = 4_000
ALLOGRAPHS = 8_000
BEGINNINGS = 14_000
MOST_STROKES = 4  # of a group

_Place = tuple[str, int]


@dataclass(frozen=True)
class LineSource:
    """A `PoolSource` of characters of lines.

    Attributes:
        pictures: of MNIST.
        characters: by source; those of "cut" are cut from lines.
        lines: of which each character's strokes are known.
    """

    pictures: Pictures
    characters: Mapping[str, list[LabelledInk]]
    lines: Sequence[LabelledLine]

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

    @property
    def classes(self) -> int:
        """Labels, and one more for ink that is none of them."""
        return CLASSES

    def fingerprint(self) -> int:
        """Tells one collection of handwriting from another."""
        return fingerprint(self.pictures, chain.from_iterable(self.characters.values()))

    def plan(self, rng: np.random.Generator) -> Sequence[Item]:
        """One draw's samples in random order."""
        by_label = self._by_label
        digits = [place for label in DIGITS for place in by_label[label]]
        others = by_label[""]
        pictures = rng.permutation(len(self.pictures.targets))[:PICTURES]
        plan = [Item("picture", "", int(i)) for i in pictures]
        plan += [Item("ink", *place) for place in digits for _ in range(REPEATS.get(place[0], 1))]
        begun = list(digits)
        for label in SYMBOLS:
            made = round(EACH_SYMBOL * MADE_SHARE.get(label, 0.0))
            places, size = by_label[label], EACH_SYMBOL - made
            # Of × and ÷ there may be none.
            chosen = [places[i] for i in rng.integers(len(places), size=size)] if places else []
            plan += [Item("ink", *place) for place in chosen]
            plan += [Item("made", label, 0)] * made
            begun += chosen[: EACH_SYMBOL // 3]
        plan += [Item("ink", *others[i]) for i in rng.permutation(len(others))[:OTHERS]]
        begun += [others[i] for i in rng.permutation(len(others))[: len(digits) // 4]]
        plan += [Item("beginning", *begun[i]) for i in rng.permutation(len(begun))[:BEGINNINGS]]
        numbers, letters = self._joined
        for lines, share in ((numbers, NUMBERS_SHARE), (letters, 1 - NUMBERS_SHARE)):
            if lines:
                size = round(WRONG_GROUPS * share)
                plan += [Item("wrong", "", lines[i]) for i in rng.integers(len(lines), size=size)]
        plan += [Item("neighbours", *digits[i]) for i in rng.integers(len(digits), size=NEIGHBOURS)]
        plan += [Item("scribble", "", 0)] * SCRIBBLES + [Item("allograph", "", 0)] * ALLOGRAPHS
        return [plan[i] for i in rng.permutation(len(plan))]

    def render(self, item: Item, rng: np.random.Generator) -> Rendered:
        """Render one of them."""
        if item.kind == "picture":
            raster = augment_picture(self.pictures.rasters[item.place], rng)
            return Rendered(raster, int(self.pictures.targets[item.place]), False, NOBODYS)
        strokes, target, writer = self._ink(item, rng)
        if item.kind == "beginning":
            strokes = beginning(strokes, rng)
        is_begun = item.kind == "beginning"
        bend = THIN_BEND if target in THIN else 1.0
        return Rendered(augment_strokes(strokes, rng, bend), target, is_begun, fold_of(writer))

    def _ink(self, item: Item, rng: np.random.Generator) -> tuple[tuple[PointArray, ...], int, str]:
        """Strokes, class index and writer of a sample."""
        kind, source, place = item
        if kind == "scribble":
            while len((strokes := scribble(rng))[0]) == 1:
                pass  # a dot is a full stop
            return strokes, OTHER, ""
        if kind == "allograph":
            return *allographs.write(rng), ""
        if kind == "made":
            return self._made(source, rng)
        if kind == "wrong":
            line = self.lines[place]
            return wrong_group(line, rng), OTHER, line.writer
        character = self.characters[source][place]
        if kind == "neighbours":
            others = self._digits_of[character.writer]
            other = others[int(rng.integers(len(others)))]
            strokes = neighbours(character.strokes, self._at(other).strokes, rng)
            return strokes, OTHER, character.writer
        strokes = character.strokes
        if character.label == "." and rng.random() < DOT_SHARE:
            strokes = (strokes[0][:1],)
        return strokes, character.target, character.writer

    def _made(
        self, label: str, rng: np.random.Generator
    ) -> tuple[tuple[PointArray, ...], int, str]:
        """A × or ÷ put together from what a writer has written."""
        of = self._by_label["+" if label == "×" else "-"]
        sample = self._at(of[int(rng.integers(len(of)))])
        if label == "×":
            turn = rotation(np.radians(rng.normal(45, 6))).astype(np.float32)
            strokes = tuple(stroke @ turn.T for stroke in sample.strokes)
        else:
            strokes = _obelus(sample.strokes, rng)
        return strokes, LABELS.index(label), sample.writer

    def _at(self, place: _Place) -> LabelledInk:
        return self.characters[place[0]][place[1]]

    @cached_property
    def _by_label(self) -> dict[str, list[_Place]]:
        """Where the characters of each label are; "" stands for those that are none of a line."""
        found: dict[str, list[_Place]] = defaultdict(list)
        for name, some in self.characters.items():
            for i, character in enumerate(some):
                found["" if character.target == OTHER else character.label].append((name, i))
        return found

    @cached_property
    def _digits_of(self) -> dict[str, list[_Place]]:
        found: dict[str, list[_Place]] = defaultdict(list)
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


def wrong_group(line: LabelledLine, rng: np.random.Generator) -> tuple[PointArray, ...]:
    """Strokes of two characters beside each other, seldom of three, one of them whole."""
    groups = line.groups or ()
    first = int(rng.integers(len(groups) - 1))
    whole, part = groups[first], groups[first + 1]
    if rng.random() < 0.5:
        whole, part = part, whole
    chosen = list(whole[: MOST_STROKES - 1])
    some = rng.permutation(part)
    # All of the neighbour in half of the groups; else a stroke or more of it.
    count = len(some) if rng.random() < 0.5 else int(rng.integers(1, len(some) + 1))
    chosen += some[: min(count, MOST_STROKES - len(chosen))].tolist()
    if rng.random() < 0.15 and first + 2 < len(groups) and len(chosen) < MOST_STROKES:
        chosen.append(groups[first + 2][0])
    return tuple(line.strokes[at] for at in sorted(chosen))


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
