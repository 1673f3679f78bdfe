"""What the network of characters learns from: characters, alone and cut from lines, and none.

Wrong groups are most of what it sees when a word or a formula is read: two characters, or one with
a stroke of its neighbour, beside each other or one above the other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from realtime.ink.stroke import PointArray
from train.data import allographs, characters, line_characters, sign_allographs
from train.data.augment import augment_picture, augment_strokes, beginning, neighbours, scribble
from train.data.characters import LABELS, NONE
from train.data.dataset import DIGITS, LabelledInk, Pictures, read_mnist
from train.data.digit_pool import fingerprint
from train.data.folds import NOBODYS, fold_of
from train.data.line_pool import THIN_BEND, wrong_group
from train.data.lines import LabelledLine
from train.data.rendered_pool import Item, Rendered

# A label has so many samples in one draw at least, if there is any ink of it, and at most.
LEAST_OF_A_LABEL = 500
MOST_OF_A_LABEL = 1_500
PICTURES = 4_000  # of MNIST's in one draw: characters are read from pictures, too
DIGIT_ALLOGRAPHS = 4_000
ALLOGRAPHS_OF_A_LETTER = 120
ALLOGRAPHS_OF_A_SIGN = 500
OTHERS = 3_000
WRONG_GROUPS = 12_000
# Characters of one writer put beside each other, and as an exponent, an index or a fraction is.
NEIGHBOURS = 3_000
ABOVE_EACH_OTHER = 7_000
SCRIBBLES = 4_000
BEGINNINGS = 12_000
# How much these are bent as a share of what is usual: what they lean like tells them apart.
THIN = frozenset(LABELS.index(label) for label in "/(),.-\\|_'`\"~^")
# What is no part of another character and becomes none by a bar over it or under it.
JOINED = frozenset(DIGITS + characters.LETTERS) - frozenset("1iIlTEFZzJjtfuUvVoO7")
DOT_SHARE = 0.3  # of the full stops that are a single point
# How large a character is beside another one that it is an exponent or an index of.
SMALLER = (0.35, 0.85)

_Place = tuple[str, int]


@dataclass(frozen=True)
class CharacterSource:
    """A `PoolSource` of characters.

    Attributes:
        pictures: of MNIST.
        characters: by source; those of "cut" are cut from lines.
        lines: of which each character's strokes are known.
    """

    pictures: Pictures
    characters: Mapping[str, list[LabelledInk]]
    lines: Sequence[LabelledLine]

    @classmethod
    def read(cls, data: Path) -> "CharacterSource":
        """What a folder of handwriting holds.

        Raises:
            OSError: it cannot be read.
        """
        mnist, _, _ = read_mnist(data)
        isolated = characters.read_isolated(data)
        lines = line_characters.lines_with_known_strokes(data)
        several = [line for line in lines if len(line.groups or ()) > 1]
        return cls(mnist, isolated | {"cut": characters.cut(lines)}, several)

    @property
    def classes(self) -> int:
        """Labels, and one more for ink that is none of them."""
        return NONE + 1

    def fingerprint(self) -> int:
        """Tells one collection of handwriting from another."""
        return fingerprint(self.pictures, chain.from_iterable(self.characters.values()))

    def plan(self, rng: np.random.Generator) -> Sequence[Item]:
        """One draw's samples in random order."""
        pictures = rng.permutation(len(self.pictures.targets))[:PICTURES]
        plan = [Item("picture", "", int(i)) for i in pictures]
        known = list[_Place]()
        for label in LABELS:
            places = self._by_label.get(label, [])
            if places:
                size = min(max(len(places), LEAST_OF_A_LABEL), MOST_OF_A_LABEL)
                known += _draw(places, size, rng)
        plan += [Item("ink", *place) for place in known]
        for label in sign_allographs.labels():
            count = ALLOGRAPHS_OF_A_LETTER if label.isascii() else ALLOGRAPHS_OF_A_SIGN
            plan += [Item("allograph", label, 0)] * count
        plan += [Item("digit", "", 0)] * DIGIT_ALLOGRAPHS
        if others := self._by_label.get("", []):
            plan += [Item("ink", *place) for place in _draw(others, OTHERS, rng)]
        for kind, count in (
            ("beginning", BEGINNINGS),
            ("neighbours", NEIGHBOURS),
            ("above", ABOVE_EACH_OTHER),
        ):
            some = known if kind == "beginning" else [at for at in known if self._joins(at)]
            plan += [Item(kind, *place) for place in _draw(some, count, rng)]
        if self.lines:
            chosen = rng.integers(len(self.lines), size=WRONG_GROUPS)
            plan += [Item("wrong", "", int(i)) for i in chosen]
        plan += [Item("scribble", "", 0)] * SCRIBBLES
        return [plan[i] for i in rng.permutation(len(plan))]

    def render(self, item: Item, rng: np.random.Generator) -> Rendered:
        """Render one of them."""
        if item.kind == "picture":
            raster = augment_picture(self.pictures.rasters[item.place], rng)
            return Rendered(raster, int(self.pictures.targets[item.place]), False, NOBODYS)
        strokes, target, writer = self._ink(item, rng)
        is_begun = item.kind == "beginning"
        if is_begun:
            strokes = beginning(strokes, rng)
        bend = THIN_BEND if target in THIN else 1.0
        return Rendered(augment_strokes(strokes, rng, bend), target, is_begun, fold_of(writer))

    def _ink(self, item: Item, rng: np.random.Generator) -> tuple[tuple[PointArray, ...], int, str]:
        """Strokes, class index and writer of a sample."""
        kind, source, place = item
        if kind == "scribble":
            while len((strokes := scribble(rng))[0]) == 1:
                pass  # a dot is a full stop
            return strokes, NONE, ""
        if kind == "digit":
            return *allographs.write(rng), ""
        if kind == "allograph":
            return sign_allographs.write(source, rng), LABELS.index(source), ""
        if kind == "wrong":
            line = self.lines[place]
            return wrong_group(line, rng), NONE, line.writer
        character = self.characters[source][place]
        if kind in ("neighbours", "above"):
            of_writer = self._of_writer[character.writer]
            source, place = of_writer[int(rng.integers(len(of_writer)))]
            join = neighbours if kind == "neighbours" else above_each_other
            other = self.characters[source][place]
            return join(character.strokes, other.strokes, rng), NONE, character.writer
        strokes = character.strokes
        if character.label == "." and rng.random() < DOT_SHARE:
            strokes = (strokes[0][:1],)
        return strokes, character.target, character.writer

    @cached_property
    def _by_label(self) -> dict[str, list[_Place]]:
        """Where the characters of each label are; "" stands for those of none."""
        found: dict[str, list[_Place]] = defaultdict(list)
        for name, some in self.characters.items():
            for i, character in enumerate(some):
                found[character.label].append((name, i))
        return found

    @cached_property
    def _of_writer(self) -> dict[str, list[_Place]]:
        found: dict[str, list[_Place]] = defaultdict(list)
        for name, some in self.characters.items():
            for i, character in enumerate(some):
                if self._joins((name, i)):
                    found[character.writer].append((name, i))
        return found

    def _joins(self, place: _Place) -> bool:
        return self.characters[place[0]][place[1]].label in JOINED


def above_each_other(
    strokes: tuple[PointArray, ...], others: tuple[PointArray, ...], rng: np.random.Generator
) -> tuple[PointArray, ...]:
    """Two characters as in a formula: an exponent, an index, a numerator, or a bar under one."""
    size = float(rng.uniform(*SMALLER))
    large, small = _unit(strokes, 1.0), _unit(others, size)
    low, high = _extent(large)
    small_low, small_high = _extent(small)
    kind = rng.integers(4)
    if kind < 2:  # an exponent or an index
        x = high[0] + rng.uniform(0.0, 0.3)
        y = low[1] - small_high[1] * rng.uniform(0.2, 1.0)
        if kind:
            y = high[1] - small_high[1] * rng.uniform(0.0, 0.8)
    else:
        x = (low[0] + high[0]) / 2 - small_high[0] / 2 + rng.normal(0, 0.15)
        y = high[1] + rng.uniform(0.02, 0.35)
        if kind == 3:  # a bar of a fraction
            width = max(high[0], small_high[0]) * rng.uniform(1.0, 1.6)
            ends = [[-0.1, 0.0], [width, rng.normal(0, 0.05)]]
            small, small_low = (np.array(ends, np.float32),), np.zeros(2)
            x = (high[0] - width) / 2
            if rng.random() < 0.5:
                y = low[1] - rng.uniform(0.02, 0.35)
    moved = tuple((stroke - small_low + [x, y]).astype(np.float32) for stroke in small)
    return (*large, *moved) if rng.random() < 0.8 else (*moved, *large)


def _unit(strokes: Sequence[PointArray], size: float) -> tuple[PointArray, ...]:
    """Strokes of which the longer side is so long, at the origin."""
    low, high = _extent(strokes)
    scale = size / max(float((high - low).max()), 1e-3)
    return tuple(((stroke - low) * scale).astype(np.float32) for stroke in strokes)


def _extent(strokes: Sequence[PointArray]) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def _draw(places: Sequence[_Place], size: int, rng: np.random.Generator) -> list[_Place]:
    """So many of some places, each as often as every other, or once more."""
    whole, rest = divmod(size, len(places))
    chosen = [*range(len(places))] * whole + rng.permutation(len(places))[:rest].tolist()
    return [places[i] for i in chosen]
