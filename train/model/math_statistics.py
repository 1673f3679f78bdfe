"""What is counted for formulas: how signs are drawn, and where they stand; what follows what."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from realtime.ink.stroke import PointArray
from realtime.recognition.math.geometry import SMALLEST
from realtime.recognition.math.tree import Row
from realtime.recognition.math.weights import SignFacts
from train.data.dataset import LabelledInk
from train.data.lines import LabelledLine
from train.data.sign_places import place_of
from train.model.line_statistics import GAP_SAMPLES, usual_gaps
from train.model.math_language import LanguageStatistics, count_language

# Formulas that are made up for what follows what.
TEXTS = 12_000
# What is counted of signs of letters and digits in lines that have so many of these at least; of
# how many of a label at least, or else it is taken to be as in print.
_LEAST_IN_LINE = 3
_LEAST_OF_LABEL = 20
# Scales: nothing is as regular as this, and hands that were not measured differ more.
_LEAST_MIDDLE = 0.09
_LEAST_SIZE = 0.14
_WIDER = 1.2
_MIDDLE_SCALE = 0.12
_STROKE_COUNTS = 4
# Of a label's writings, so many are taken to have any number of strokes.
_ANY_STROKES = 0.5


class Statistics(NamedTuple):
    """What was counted; see `MathWeights`."""

    labels: dict[str, SignFacts]
    language: LanguageStatistics


def count(
    labels: Sequence[str],
    characters: Iterable[LabelledInk],
    lines: Iterable[LabelledLine],
    rows: Sequence[Row],
) -> Statistics:
    """Count.

    Args:
        labels: those of formulas.
        characters: with the strokes that each label is drawn with.
        lines: of which each character's strokes are known, for sizes and places.
        rows: made-up formulas.
    """
    language = count_language(labels, rows)
    writings: dict[str, list[Sequence[PointArray]]] = defaultdict(list)
    for one in characters:
        writings[one.label].append(one.strokes)
    strokes = {label: _stroke_shares(writings[label]) for label in labels}
    places = _places(labels, lines)
    facts = {
        label: SignFacts(
            strokes=strokes[label],
            gaps=usual_gaps(writings[label][:GAP_SAMPLES])[1:],
            **dict(zip(_PLACE_FIELDS, places[label], strict=True)),
            frequency=language.frequencies[label],
        )
        for label in labels
    }
    return Statistics(facts, language)


_PLACE_FIELDS = ("middle", "middle_scale", "size", "size_scale")


def _stroke_shares(
    writings: Iterable[Sequence[PointArray]],
) -> tuple[float, float, float, float]:
    counts = np.full(_STROKE_COUNTS, _ANY_STROKES)
    for strokes in writings:
        counts[min(len(strokes), _STROKE_COUNTS) - 1] += 1
    one, two, three, four = (counts / counts.sum()).round(4).tolist()
    return one, two, three, four


class _Placed(NamedTuple):
    label: str
    x: float
    middle: float
    size: float


def _places(
    labels: Sequence[str], lines: Iterable[LabelledLine]
) -> dict[str, tuple[float, float, float, float]]:
    """Middles and sizes with their scales: of letters and digits as measured, else as in print."""
    print_places = {label: place_of(label) for label in labels}
    known = {
        label: (middle, math.log(longer)) for label, (middle, longer, _) in print_places.items()
    }
    placed = [
        [
            _spot(label, [line.strokes[at] for at in group])
            for label, group in zip(line.group_labels, line.groups or (), strict=True)
            if label in known
        ]
        for line in lines
    ]
    measured: dict[str, list[tuple[float, float]]] = {}
    for _ in range(3):
        measured = defaultdict(list)
        for signs in placed:
            upright = [one for one in signs if one.label.isalnum()]
            if len(upright) < _LEAST_IN_LINE:
                continue
            unit = math.exp(np.median([one.size - known[one.label][1] for one in upright]))
            bases = [one.middle + known[one.label][0] * unit for one in upright]
            x = [one.x for one in upright]
            slope, base = 0.0, float(np.median(bases))
            if len(upright) > _LEAST_IN_LINE + 1 and max(x) > min(x):
                slope, base = np.polyfit(x, bases, 1).tolist()
            for one in signs:
                middle = (base + slope * one.x - one.middle) / unit
                size = max(one.size - math.log(unit), math.log(SMALLEST))
                if abs(middle) < 2:
                    measured[one.label].append((middle, size))
        for label, some in measured.items():
            if len(some) >= _LEAST_OF_LABEL:
                middle, size = np.median(some, axis=0).tolist()
                known[label] = middle, size
    found = {}
    for label in labels:
        middle, size = known[label]
        middle_scale, size_scale = _MIDDLE_SCALE, print_places[label][2] + 0.05
        if len(measured.get(label, ())) >= _LEAST_OF_LABEL:
            off = np.abs(np.array(measured[label]) - known[label])
            middle_scale, size_scale = (_WIDER * 1.4826 * np.median(off, axis=0)).tolist()
        found[label] = (
            round(middle, 3),
            round(max(middle_scale, _LEAST_MIDDLE), 3),
            round(size, 3),
            round(max(size_scale, _LEAST_SIZE), 3),
        )
    return found


def _spot(label: str, strokes: Sequence[PointArray]) -> _Placed:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = ((low + high) / 2).tolist()
    return _Placed(label, x, y, math.log(max(float((high - low).max()), 1.0)))
