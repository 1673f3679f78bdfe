"""Made-up ink that should be rejected: scribbles, and wrong groupings of validation strokes."""

from collections.abc import Iterator, Mapping

import numpy as np

from realtime.ink.stroke import PointArray
from train.data.augment import fragments, neighbours, scribble
from train.data.dataset import LabelledInk
from train.data.digit_pool import FRAGMENTED

SCRIBBLE_COUNT = 2000
NEIGHBOUR_COUNT = 2000
SCRIBBLE_SEED = 7


def made_up_ink(pens: Mapping[str, list[LabelledInk]]) -> dict[str, list[tuple[PointArray, ...]]]:
    """Ink that is no digit, by kind."""
    rng = np.random.default_rng(SCRIBBLE_SEED)
    broken: list[tuple[PointArray, ...]] = [
        (stroke,)
        for samples in pens.values()
        for sample in samples
        if sample.label in FRAGMENTED
        for stroke in fragments(sample.strokes)
    ]
    made_up: dict[str, list[tuple[PointArray, ...]]] = {
        "scribbles": [scribble(rng) for _ in range(SCRIBBLE_COUNT)],
        "two digits, or one with a stroke of another": list(_neighbours(pens, rng)),
        "single strokes of digits": broken,
    }
    return {name: inks for name, inks in made_up.items() if inks}


def _neighbours(
    pens: Mapping[str, list[LabelledInk]], rng: np.random.Generator
) -> Iterator[tuple[PointArray, ...]]:
    """Wrong groupings of two digits each, of one source."""
    for samples in pens.values():
        for one, other in rng.integers(len(samples), size=(NEIGHBOUR_COUNT // len(pens), 2)):
            yield neighbours(samples[one].strokes, samples[other].strokes, rng)
