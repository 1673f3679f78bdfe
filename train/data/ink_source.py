"""The base of what networks learn from beside digits: pictures, characters, and lines of them."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import ClassVar

import numpy as np

from realtime.ink.stroke import PointArray
from train.data.augment import augment_picture, augment_strokes, beginning, scribble
from train.data.dataset import LabelledInk, Pictures
from train.data.digit_pool import fingerprint
from train.data.folds import NOBODYS, fold_of
from train.data.lines import LabelledLine
from train.data.rendered_pool import Item, Rendered
from train.data.wrong_groups import wrong_group

# How much thin signs are bent as a share of what is usual: what they lean like tells them apart.
THIN_BEND = 0.4
DOT_SHARE = 0.3  # of the full stops that are a single point

# Of a character its source, and its place in it.
Place = tuple[str, int]
# Strokes, class index and writer.
LabelledStrokes = tuple[tuple[PointArray, ...], int, str]


@dataclass(frozen=True)
class InkSource(ABC):
    """A `PoolSource` of characters; what a draw has of each kind, those say that derive from it.

    Attributes:
        none: class index of ink that is no character; the last one.
        thin: class indices of signs that are bent less than others.
        pictures: of MNIST.
        characters: by source; those of "cut" are cut from lines.
        lines: of which each character's strokes are known.
    """

    none: ClassVar[int]
    thin: ClassVar[frozenset[int]]

    pictures: Pictures
    characters: Mapping[str, list[LabelledInk]]
    lines: Sequence[LabelledLine]

    @abstractmethod
    def plan(self, rng: np.random.Generator) -> Sequence[Item]:
        """One draw's samples in random order."""

    @abstractmethod
    def _made_up(self, item: Item, rng: np.random.Generator) -> LabelledStrokes:
        """A sample of a kind that only this source has."""

    @property
    def classes(self) -> int:
        """Labels, and one more for ink that is none of them."""
        return self.none + 1

    def fingerprint(self) -> int:
        """Tells one collection of handwriting from another."""
        return fingerprint(self.pictures, chain.from_iterable(self.characters.values()))

    def render(self, item: Item, rng: np.random.Generator) -> Rendered:
        """Render one of the samples of a draw."""
        if item.kind == "picture":
            raster = augment_picture(self.pictures.rasters[item.place], rng)
            return Rendered(raster, int(self.pictures.targets[item.place]), False, NOBODYS)
        strokes, target, writer = self._ink(item, rng)
        is_begun = item.kind == "beginning"
        if is_begun:
            strokes = beginning(strokes, rng)
        bend = THIN_BEND if target in self.thin else 1.0
        return Rendered(augment_strokes(strokes, rng, bend), target, is_begun, fold_of(writer))

    def _ink(self, item: Item, rng: np.random.Generator) -> LabelledStrokes:
        kind, source, place = item
        if kind == "scribble":
            while len((strokes := scribble(rng))[0]) == 1:
                pass  # a dot is a full stop
            return strokes, self.none, ""
        if kind == "wrong":
            line = self.lines[place]
            return wrong_group(line, rng), self.none, line.writer
        if kind not in ("ink", "beginning"):
            return self._made_up(item, rng)
        character = self._at((source, place))
        strokes = character.strokes
        if character.label == "." and rng.random() < DOT_SHARE:
            strokes = (strokes[0][:1],)
        return strokes, character.target, character.writer

    def _at(self, place: Place) -> LabelledInk:
        return self.characters[place[0]][place[1]]

    @cached_property
    def _by_label(self) -> Mapping[str, list[Place]]:
        """Where the characters of each label are; "" stands for those of none."""
        found: dict[str, list[Place]] = defaultdict(list)
        for name, some in self.characters.items():
            for i, character in enumerate(some):
                found["" if character.target == self.none else character.label].append((name, i))
        return found

    def _some_pictures(self, count: int, rng: np.random.Generator) -> list[Item]:
        """So many pictures at most, each once."""
        chosen = rng.permutation(len(self.pictures.targets))[:count]
        return [Item("picture", "", int(i)) for i in chosen]


def inks(places: Sequence[Place], kind: str = "ink") -> list[Item]:
    """An item for each of some characters."""
    return [Item(kind, *place) for place in places]


def shuffled(plan: Sequence[Item], rng: np.random.Generator) -> list[Item]:
    """The items of a plan in random order."""
    return [plan[i] for i in rng.permutation(len(plan))]
