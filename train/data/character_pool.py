"""What the network of characters learns from: characters, alone and cut from lines, and none.

Wrong groups are most of what it sees when a word or a formula is read: two characters, or one with
a stroke of its neighbour, beside each other or one above the other.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from train.data import allographs, characters, line_characters, sign_allographs
from train.data.augment import neighbours
from train.data.characters import LABELS, NONE
from train.data.dataset import DIGITS, read_mnist
from train.data.ink_source import InkSource, LabelledStrokes, Place, inks, shuffled
from train.data.rendered_pool import Item
from train.data.wrong_groups import above_each_other

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
# Signs that are bent little; see `THIN_BEND`.
THIN = frozenset(LABELS.index(label) for label in "/(),.-\\|_'`\"~^")
# What is no part of another character and becomes none by a bar over it or under it.
JOINED = frozenset(DIGITS + characters.LETTERS) - frozenset("1iIlTEFZzJjtfuUvVoO7")


@dataclass(frozen=True)
class CharacterSource(InkSource):
    """An `InkSource` of letters, digits and signs."""

    none = NONE
    thin = THIN

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

    def plan(self, rng: np.random.Generator) -> Sequence[Item]:
        """One draw's samples in random order."""
        plan = self._some_pictures(PICTURES, rng)
        known = list[Place]()
        for label in LABELS:
            places = self._by_label.get(label, [])
            if places:
                size = min(max(len(places), LEAST_OF_A_LABEL), MOST_OF_A_LABEL)
                known += _draw(places, size, rng)
        plan += inks(known)
        for label in sign_allographs.labels():
            count = ALLOGRAPHS_OF_A_LETTER if label.isascii() else ALLOGRAPHS_OF_A_SIGN
            plan += [Item("allograph", label, 0)] * count
        plan += [Item("digit", "", 0)] * DIGIT_ALLOGRAPHS
        if others := self._by_label.get("", []):
            plan += inks(_draw(others, OTHERS, rng))
        joining = [place for place in known if self._joins(place)]
        plan += inks(_draw(known, BEGINNINGS, rng), "beginning")
        plan += inks(_draw(joining, NEIGHBOURS, rng), "neighbours")
        plan += inks(_draw(joining, ABOVE_EACH_OTHER, rng), "above")
        if self.lines:
            chosen = rng.integers(len(self.lines), size=WRONG_GROUPS)
            plan += [Item("wrong", "", int(i)) for i in chosen]
        plan += [Item("scribble", "", 0)] * SCRIBBLES
        return shuffled(plan, rng)

    def _made_up(self, item: Item, rng: np.random.Generator) -> LabelledStrokes:
        """An allograph, or characters of a writer beside or above each other."""
        kind, source, place = item
        if kind == "digit":
            return *allographs.write(rng), ""
        if kind == "allograph":
            return sign_allographs.write(source, rng), LABELS.index(source), ""
        character = self._at((source, place))
        of_writer = self._of_writer[character.writer]
        other = self._at(of_writer[int(rng.integers(len(of_writer)))])
        join = neighbours if kind == "neighbours" else above_each_other
        return join(character.strokes, other.strokes, rng), self.none, character.writer

    @cached_property
    def _of_writer(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = defaultdict(list)
        for name, some in self.characters.items():
            for i, character in enumerate(some):
                if self._joins((name, i)):
                    found[character.writer].append((name, i))
        return found

    def _joins(self, place: Place) -> bool:
        return self._at(place).label in JOINED


def _draw(places: Sequence[Place], size: int, rng: np.random.Generator) -> list[Place]:
    """So many of some places, each as often as every other, or once more."""
    whole, rest = divmod(size, len(places))
    chosen = [*range(len(places))] * whole + rng.permutation(len(places))[:rest].tolist()
    return [places[i] for i in chosen]
