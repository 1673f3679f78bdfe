"""Fits the score of groups: the right way to share strokes among groups against all other ways.

A conditional random field over the covers of each component of a formula's strokes, of which all
are looked at; see `realtime/recognition/math/covers.py`.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

from realtime.recognition.lines.groups import Group
from realtime.recognition.math.covers import components
from realtime.recognition.math.scoring import FEATURES, MathScorer

Floats = npt.NDArray[np.float64]

START = (1.0, 1.0, 1.0, 1.0, -1.0, -1.0, 0.0, 0.0, -1.0)
# Covers of one component that are looked at, and the strength of the pull back to the start.
_MOST_COVERS = 300
_PULL = 0.02


class CoverChoice(NamedTuple):
    """The covers of a component: features summed over groups, and which cover is right."""

    features: Floats
    right: int


def choices(
    groups: Sequence[Group], truth: Collection[tuple[int, ...]], scorer: MathScorer
) -> tuple[list[CoverChoice], int]:
    """What is to be chosen in a formula, and how many components cannot be chosen right."""
    found, unreachable = [], 0
    for component in components(groups):
        if len(component) == 1:
            unreachable += component[0].ids not in truth
            continue
        known = {group.ids: np.array(scorer.features(group)) for group in component}
        rows = list[Floats]()
        right = -1
        for place, cover in enumerate(_all(component)):
            if place == _MOST_COVERS:
                break
            if all(group.ids in truth for group in cover):
                right = len(rows)
            rows.append(np.sum([known[group.ids] for group in cover], axis=0))
        if right < 0:
            unreachable += 1
        elif len(rows) > 1:
            found.append(CoverChoice(np.array(rows), right))
    return found, unreachable


def _all(groups: Sequence[Group]) -> Iterator[list[Group]]:
    strokes = sorted({one for group in groups for one in group.ids})
    starting: dict[int, list[Group]] = {one: [] for one in strokes}
    for group in groups:
        starting[min(group.ids)].append(group)

    def go_on(covered: frozenset[int]) -> Iterator[list[Group]]:
        rest = [one for one in strokes if one not in covered]
        if not rest:
            yield []
            return
        for group in starting[rest[0]]:
            if covered.isdisjoint(group.ids):
                for others in go_on(covered | set(group.ids)):
                    yield [group, *others]

    yield from go_on(frozenset())


def fit(found: Sequence[CoverChoice]) -> dict[str, float]:
    """The weights that make the right covers likeliest."""
    start = np.array(START)

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = 0.0, np.zeros(len(weights))
        for features, right in found:
            scores = features @ weights
            all_of_them = logsumexp(scores)
            total += all_of_them - scores[right]
            gradient += np.exp(scores - all_of_them) @ features - features[right]
        off = weights - start
        pull = _PULL * len(found) / 100
        return total + pull * float(off @ off), gradient + 2 * pull * off

    fitted = minimize(loss, start, jac=True, method="L-BFGS-B")
    return dict(zip(FEATURES, [round(one, 4) for one in fitted.x.tolist()], strict=True))
