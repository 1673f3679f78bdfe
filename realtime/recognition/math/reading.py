"""What the readings of a formula say together: the likeliest formulas, the signs of the best."""

import math
from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from realtime.recognition.answer import Alternative, Segment
from realtime.recognition.lines.groups import Group
from realtime.recognition.math.mathml import mathml_of
from realtime.recognition.math.notation import latex_of, text_of
from realtime.recognition.math.signs import DOT
from realtime.recognition.math.tree import Ids, Row, Sign, signs_of
from realtime.recognition.math.value import value_of

# How much of a sign's probability is what the network says of its strokes alone: readings are few,
# and hold few of the labels that it may have.
_ALONE = 0.1
_LEAST_SOME = 1e-6
# Readings that are less likely than this are looked at only where there are too few.
_LEAST_SHARE = 1e-4


class Reading(NamedTuple):
    """One way to read all ink.

    Attributes:
        score: of the groups, and of the signs and their places together.
        groups: that the strokes are shared among.
        row: the formula, its names put together.
    """

    score: float
    groups: tuple[Group, ...]
    row: Row


def likeliest_formulas(
    readings: Sequence[Reading], temperature: float, count: int
) -> tuple[list[Alternative], list[float]]:
    """So many of the likeliest formulas, and the probability of each reading.

    Args:
        readings: at least one, the best first.
        temperature: divides the scores.
        count: at least 1.
    """
    shares = [math.exp((one.score - readings[0].score) / temperature) for one in readings]
    total = sum(shares)
    shares = [share / total for share in shares]
    places = {ids: place for place, ids in enumerate(ids_of(readings[0]))}
    rows: dict[str, Row] = {}
    probabilities: dict[str, float] = defaultdict(float)
    for reading, share in zip(readings, shares, strict=True):
        if share < _LEAST_SHARE and len(probabilities) >= count:
            continue
        row = reading.row
        latex = latex_of(row)
        rows.setdefault(latex, row)
        probabilities[latex] += share
    ranked = sorted(probabilities.items(), key=itemgetter(1), reverse=True)
    first = latex_of(readings[0].row)
    # The segments are those of the best reading, which the best formula is of.
    ranked.sort(key=lambda one: one[0] != first)
    return [
        Alternative(
            text_of(rows[latex]),
            min(probability, ranked[0][1]),
            latex,
            mathml_of(rows[latex], places),
            value_of(rows[latex]),
        )
        for latex, probability in ranked[:count]
    ], shares


def ids_of(reading: Reading) -> list[Ids]:
    """The pieces of each group of a reading, from left to right: the order of the segments."""
    return [group.ids for group in _in_order(reading)]


def segments_of(
    readings: Sequence[Reading], shares: Sequence[float], labels: Sequence[str], top: int
) -> tuple[Segment, ...]:
    """The signs of the best reading, from left to right.

    Args:
        readings: at least one, the best first.
        shares: the probability of each.
        labels: the network's.
        top: how many labels to give of each sign.
    """
    said: dict[Ids, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for reading, share in zip(readings, shares, strict=True):
        for sign in signs_of(reading.row):
            said[sign.ids][_drawn(sign)] += share
    best = {sign.ids: _drawn(sign) for sign in signs_of(readings[0].row)}
    return tuple(
        [
            _segment(group, best[group.ids], said[group.ids], labels, top)
            for group in _in_order(readings[0])
        ]
    )


def _segment(
    group: Group, label: str, said: dict[str, float], labels: Sequence[str], top: int
) -> Segment:
    shown = group.free or group
    there = sum(said.values())
    best = shown.ranked_scores[0]
    alone = [math.exp(score - best) for score in shown.ranked_scores]
    probabilities: dict[str, float] = defaultdict(float)
    if group.free is None:
        for one, share in said.items():
            probabilities[one] += (1 - _ALONE) * share
    for index, share in zip(shown.ranked_labels, alone, strict=True):
        weight = 1.0 if group.free is not None else _ALONE * there
        probabilities[labels[index]] += weight * share / sum(alone)
    ranked = sorted(probabilities.items(), key=itemgetter(1), reverse=True)[:top]
    return Segment(
        label,
        there if group.free is not None else probabilities[label],
        group.stroke_numbers,
        tuple([Alternative(one, share) for one, share in ranked]),
        group.box,
        pinned=group.free is not None,
    )


def likeness(reading: Reading) -> float:
    """How much ink looks like the signs that it is read as, as a logarithm.

    The least that the network says of a sign, and what the groups score on average: nothing is
    asked of what a person has said.
    """
    asked = [group for group in reading.groups if group.free is None]
    if not asked:
        return math.inf
    least = max(min([1.0 - group.none for group in asked]), _LEAST_SOME)
    return math.log(least) + sum([group.score for group in asked]) / len(asked)


def _in_order(reading: Reading) -> list[Group]:
    return sorted(reading.groups, key=lambda group: (group.box.left, group.ids))


def _drawn(sign: Sign) -> str:
    """The label of what was drawn: a point in the middle of a line is drawn as any other."""
    return "." if sign.label == DOT else sign.label
