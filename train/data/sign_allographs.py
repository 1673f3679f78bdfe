"""Allographs of letters and signs of which there is little ink that may be used, drawn at random.

Their patterns (`sign_patterns.py`) are as those of `allographs.py`: a stroke is a text of control
points on a grid 100 high, and each pattern gives two extremes, between which a sample lies. For the
signs of mathematics the data has the hand of one writer (mathnote) and some 40 drawings by mouse
(Detexify), so that what most people write is made up here; the model card says which signs.
"""

from collections import defaultdict

import numpy as np

from realtime.ink.stroke import PointArray
from train.data.allographs import Strokes, draw_between
from train.data.sign_patterns import PATTERNS


def write(label: str, rng: np.random.Generator) -> tuple[PointArray, ...]:
    """Draw one random allograph of a label that has some: float32 strokes of shape (n, 2)."""
    of = _BY_LABEL[label]
    one, other = of[int(rng.integers(len(of)))]
    return draw_between(one, other, rng)


def labels() -> list[str]:
    """The labels that have allographs, in the order of their patterns."""
    return list(_BY_LABEL)


def _by_label() -> dict[str, list[tuple[Strokes, Strokes]]]:
    found: dict[str, list[tuple[Strokes, Strokes]]] = defaultdict(list)
    for label, one, other in PATTERNS:
        # Extremes of different strokes are not mixed, but are one allograph each.
        pairs = [(one, other)] if len(one) == len(other) else [(one, one), (other, other)]
        found[label] += pairs
    return dict(found)


_BY_LABEL = _by_label()
