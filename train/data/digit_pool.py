"""What the digit network learns from: MNIST's pictures, pen strokes, and ink that is no digit."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from realtime.ink.stroke import PointArray
from train.data import allographs
from train.data.augment import (
    augment_picture,
    augment_strokes,
    beginning,
    fragments,
    neighbours,
    scribble,
)
from train.data.dataset import OTHER, LabelledInk, Pictures
from train.data.folds import NOBODYS, fold_of
from train.data.rendered_pool import Item, Rendered

CLASSES = OTHER + 1
# How often each pen source comes in one draw: pens differ more than MNIST's pictures, and there
# are fewer of them.
REPEATS = {"pendigits": 2, "unipen-digits": 2}
OTHERS = 16_000  # letters and symbols in one draw, out of all there are
SCRIBBLES = 4_000
# Wrong groupings of strokes: two digits, or one with a stroke of another; a stroke of a digit.
NEIGHBOURS = 6_000
FRAGMENTS = 2_000
# Whose strokes are no digit on their own, unless they are upright.
FRAGMENTED = frozenset("1457")
ALLOGRAPHS = 10_000
# Ink cut off in the middle, as the server sees it while the pen still moves.
BEGINNINGS = 16_000


@dataclass(frozen=True)
class DigitSource:
    """A `PoolSource` of digits.

    Attributes:
        pictures: of MNIST.
        pens: pen strokes by source.
    """

    pictures: Pictures
    pens: Mapping[str, list[LabelledInk]]

    @property
    def classes(self) -> int:
        """Digits, and one more for ink that is none."""
        return CLASSES

    def fingerprint(self) -> int:
        """Tells one collection of handwriting from another."""
        return fingerprint(self.pictures, chain.from_iterable(self.pens.values()))

    def plan(self, rng: np.random.Generator) -> Sequence[Item]:
        """One draw's samples in random order."""
        digits, others = list[tuple[str, int]](), list[tuple[str, int]]()
        for name, samples in self.pens.items():
            for i, sample in enumerate(samples):
                (others if sample.target == OTHER else digits).append((name, i))
        plan = [Item("picture", "", i) for i in range(len(self.pictures.targets))]
        plan += [Item("ink", name, i) for name, i in digits for _ in range(REPEATS.get(name, 1))]
        plan += [Item("ink", *others[i]) for i in rng.permutation(len(others))[:OTHERS]]
        # One beginning in five is of a letter or symbol.
        begun = digits * 2
        begun += [others[i] for i in rng.permutation(len(others))[: len(digits) // 2]]
        plan += [Item("beginning", *begun[i]) for i in rng.permutation(len(begun))[:BEGINNINGS]]
        plan += [Item("neighbours", *digits[i]) for i in rng.integers(len(digits), size=NEIGHBOURS)]
        broken = [
            (name, i)
            for name, i in digits
            if self.pens[name][i].label in FRAGMENTED and fragments(self.pens[name][i].strokes)
        ]
        if broken:
            chosen = rng.integers(len(broken), size=FRAGMENTS)
            plan += [Item("fragment", *broken[i]) for i in chosen]
        plan += [Item("scribble", "", 0)] * SCRIBBLES + [Item("allograph", "", 0)] * ALLOGRAPHS
        return [plan[i] for i in rng.permutation(len(plan))]

    def render(self, item: Item, rng: np.random.Generator) -> Rendered:
        """Render one of them."""
        kind, source, place = item
        if kind == "picture":
            raster = augment_picture(self.pictures.rasters[place], rng)
            return Rendered(raster, int(self.pictures.targets[place]), False, NOBODYS)
        strokes: tuple[PointArray, ...]
        fold = fold_of(self.pens[source][place].writer) if source else NOBODYS
        if kind == "scribble":
            strokes, target = scribble(rng), OTHER
        elif kind == "neighbours":
            samples = self.pens[source]
            while (other := samples[int(rng.integers(len(samples)))]).target == OTHER:
                pass
            strokes, target = neighbours(samples[place].strokes, other.strokes, rng), OTHER
        elif kind == "fragment":
            found = fragments(self.pens[source][place].strokes)
            strokes, target = (found[int(rng.integers(len(found)))],), OTHER
        elif kind == "allograph":
            strokes, target = allographs.write(rng)
        else:
            sample = self.pens[source][place]
            strokes, target = sample.strokes, sample.target
        if kind == "beginning":
            strokes = beginning(strokes, rng)
        return Rendered(augment_strokes(strokes, rng), target, kind == "beginning", fold)


def fingerprint(pictures: Pictures, samples: Iterable[LabelledInk]) -> int:
    """Tells one collection of pictures and pen strokes from another."""
    found = zlib.crc32(pictures.rasters.tobytes())
    for sample in samples:
        for stroke in sample.strokes:
            found = zlib.crc32(stroke.tobytes(), found)
        found = zlib.crc32(sample.label.encode(), found)
    return found
