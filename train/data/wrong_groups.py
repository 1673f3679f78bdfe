"""Ink of two characters that no label is right for: parts of neighbours, one above the other."""

from collections.abc import Sequence

import numpy as np

from realtime.ink.stroke import PointArray
from train.data.lines import LabelledLine

MOST_STROKES = 4  # of a group
# How large a character is beside another one that it is an exponent or an index of.
SMALLER = (0.35, 0.85)


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
