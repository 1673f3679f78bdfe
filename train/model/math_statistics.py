"""What is counted for formulas: how signs are drawn, where they stand, and what follows what."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from realtime.ink.stroke import PointArray
from realtime.recognition.math.formula_parser import DOT
from realtime.recognition.math.geometry import SMALLEST
from realtime.recognition.math.language import BEGINNING, END_COLUMN, KIND_INDEX, KINDS
from realtime.recognition.math.signs import COMPOUND, FUNCTIONS, kind_of
from realtime.recognition.math.tree import Fraction, Item, Root, Row, Sign
from realtime.recognition.math.weights import RELATIONS, RIGHT, SUB, SUP, SignFacts
from train.data.dataset import LabelledInk
from train.data.lines import LabelledLine
from train.data.sign_places import place_of
from train.model.line_statistics import GAP_SAMPLES, usual_gaps

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
# Shares of each kind's labels that are taken to be as frequent as each other, since the made-up
# formulas are a guess; and counts that are added to each kind that may follow.
_EVEN = 0.3
_MORE = 30.0
# Pairs of labels are noted that are at least e^0.4 times likelier together, or less likely.
_LEAST_PAIR = 0.4
_MOST_PAIR = 2.5
_PAIR_MORE = 40.0


class Statistics(NamedTuple):
    """What was counted; see `MathWeights`."""

    labels: dict[str, SignFacts]
    follows: tuple[tuple[float, ...], ...]
    pairs: dict[str, float]


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
    language = _Language(labels)
    for row in rows:
        language.add(row, BEGINNING)
    writings: dict[str, list[Sequence[PointArray]]] = defaultdict(list)
    for one in characters:
        writings[one.label].append(one.strokes)
    strokes = {label: _stroke_shares(writings[label]) for label in labels}
    places = _places(labels, lines)
    frequency = language.frequencies()
    facts = {
        label: SignFacts(
            strokes=strokes[label],
            gaps=usual_gaps(writings[label][:GAP_SAMPLES])[1:],
            **dict(zip(_PLACE_FIELDS, places[label], strict=True)),
            frequency=frequency[label],
        )
        for label in labels
    }
    return Statistics(facts, language.follows(), language.pairs())


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


class _Language:
    """Counts what follows what in rows."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._next = np.zeros((KINDS + 1, len(RELATIONS) * KINDS + 1))
        self._items = np.zeros(KINDS + 1)
        self._single: tuple[Counter[str], ...] = tuple(Counter() for _ in RELATIONS)
        self._pairs: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def add(self, row: Row, before: int) -> None:
        """Count a row, which begins after something."""
        relation = RIGHT
        self._items[before] += before == BEGINNING
        last_label = ""
        for item in row:
            kind, label = _kind(item)
            self._next[before, relation * KINDS + kind] += 1
            self._items[kind] += 1
            if label:
                self._single[RIGHT][label] += 1
                if last_label:
                    self._pairs[last_label + label] += 1
            if last_label:
                self._before[last_label] += 1
            # Of the name of a function each letter is known, and none is what it is elsewhere.
            last_label = label if not (item.sub or item.sup) else ""
            self._within(item, kind)
            before = kind
        self._next[before, END_COLUMN] += 1

    def _within(self, item: Item, kind: int) -> None:
        base = item.base
        if isinstance(base, Fraction):
            self.add(base.over, BEGINNING)
            self.add(base.under, BEGINNING)
        elif isinstance(base, Root):
            self.add(base.inside, BEGINNING)
        is_apart = isinstance(base, Sign) and base.label in "∑∏m"
        for row, relation in ((item.sub, SUB), (item.sup, SUP)):
            if not row:
                continue
            if is_apart:
                self.add(row, BEGINNING)
                continue
            first, label = _kind(row[0])
            self._next[kind, relation * KINDS + first] += 1
            self._single[relation][label] += 1
            self._rest(row)

    def _rest(self, row: Row) -> None:
        """Count a script: how it begins was counted with its base."""
        counted = self._next[BEGINNING].copy(), self._items[BEGINNING]
        self.add(row, BEGINNING)
        self._next[BEGINNING], self._items[BEGINNING] = counted

    def follows(self) -> tuple[tuple[float, ...], ...]:
        """See `MathWeights.follows`: of scripts the odds, since there is one or none."""
        rows = []
        for counts, items in zip(self._next, self._items, strict=True):
            parts = counts[:END_COLUMN].reshape(len(RELATIONS), KINDS)
            right = np.append(parts[RIGHT], counts[END_COLUMN])
            # What was never seen is as likely as the kinds are anywhere.
            spread = np.append(self._items[:KINDS] / self._items[:KINDS].sum(), 0.5)
            right = right + _MORE * (spread + 0.01)
            logs = np.log(right / right.sum())
            row = [*logs[:-1]]
            for relation in (SUB, SUP):
                script = parts[relation] + _MORE * 0.1 * (spread[:-1] + 0.01)
                there = script.sum() / (items + _MORE)
                odds = there / max(1 - there, 0.05)
                row += [*np.log(script / script.sum() * odds)]
            row.append(logs[-1])
            rows.append(tuple([round(float(one), 3) for one in row]))
        return tuple(rows)

    def frequencies(self) -> dict[str, tuple[float, float, float]]:
        """The logarithms of each label's share among those of its kind, in each relation."""
        of_kind: dict[str, list[str]] = defaultdict(list)
        for label in self._labels:
            of_kind[kind_of(label)].append(label)
        found = {}
        for some in of_kind.values():
            totals = [sum([counts[label] for label in some]) for counts in self._single]
            for label in some:
                shares = [
                    (1 - _EVEN) * counts[label] / (total or 1) + _EVEN / len(some)
                    for counts, total in zip(self._single, totals, strict=True)
                ]
                right, sub, sup = [round(math.log(share), 3) for share in shares]
                found[label] = right, sub, sup
        return found

    def pairs(self) -> dict[str, float]:
        """How much likelier labels are to the right of others than their kinds say."""
        frequency = self.frequencies()
        follows = self.follows()
        found = {}
        letters = [pair for name in FUNCTIONS for pair in map("".join, pairwise(name))]
        for pair in sorted({*self._pairs, *letters}):
            one, other = pair[0], pair[1]
            kinds = KIND_INDEX[kind_of(one)], KIND_INDEX[kind_of(other)]
            usual = math.exp(follows[kinds[0]][RIGHT * KINDS + kinds[1]] + frequency[other][RIGHT])
            likely = (self._pairs[pair] + _PAIR_MORE * usual) / (self._before[one] + _PAIR_MORE)
            more = min(max(math.log(likely / usual), -_MOST_PAIR), _MOST_PAIR)
            if abs(more) >= _LEAST_PAIR:
                found[pair] = round(more, 2)
        return found


def _kind(item: Item) -> tuple[int, str]:
    base = item.base
    if isinstance(base, Sign):
        # A point in the middle is a sign as × is.
        return KIND_INDEX["binary" if base.label == DOT else kind_of(base.label)], (
            "." if base.label == DOT else base.label
        )
    return KIND_INDEX[COMPOUND], ""
