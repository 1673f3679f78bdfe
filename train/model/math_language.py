"""What is counted of what follows what in formulas: made-up ones, as trees."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from realtime.recognition.math.language import (
    BEGINNING,
    END_COLUMN,
    KIND_INDEX,
    KINDS,
)
from realtime.recognition.math.signs import COMPOUND, DOT, FUNCTIONS, LETTERS, kind_of
from realtime.recognition.math.tree import Fraction, Item, Root, Row, Sign
from realtime.recognition.math.weights import RELATIONS, RIGHT, SUB, SUP

# Shares of each kind's labels that are taken to be as frequent as each other, since the made-up
# formulas are a guess; and counts that are added to each kind that may follow.
_EVEN = 0.3
_MORE = 30.0
# Pairs of labels are noted that are at least e^0.4 times likelier together, or less likely.
_LEAST_PAIR = 0.4
_MOST_PAIR = 2.5
_PAIR_MORE = 40.0

Follows = tuple[tuple[float, ...], ...]


class LanguageStatistics(NamedTuple):
    """What was counted; see `MathWeights`, and of frequencies `SignFacts`."""

    frequencies: dict[str, tuple[float, float, float]]
    follows: Follows
    pairs: dict[str, float]
    plain: Follows
    plain_share: float


def count_language(labels: Sequence[str], rows: Sequence[Row]) -> LanguageStatistics:
    """Count; of the frequencies one is that of `·`, which is no label.

    Args:
        labels: those of formulas.
        rows: made-up formulas.
    """
    signs = [*labels, DOT]
    every, plain = _Counts(signs), _Counts(signs)
    for row in rows:
        every.add(row, BEGINNING)
    whole = [one for row in rows for one in _whole_rows(row)]
    without_letters = [row for row in whole if _is_plain(row)]
    for row in without_letters:
        plain.add(row, BEGINNING, within=False)
    return LanguageStatistics(
        every.frequencies(),
        every.follows(),
        every.pairs(),
        plain.follows(),
        round(len(without_letters) / len(whole), 3),
    )


class _Counts:
    """Counts what follows what in rows."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self._next = np.zeros((KINDS + 1, len(RELATIONS) * KINDS + 1))
        self._items = np.zeros(KINDS + 1)
        self._single: tuple[Counter[str], ...] = tuple(Counter() for _ in RELATIONS)
        self._pairs: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def add(self, row: Row, before: int, *, within: bool = True) -> None:
        """Count a row, which begins after something, and the rows within it."""
        self._items[before] += before == BEGINNING
        last_label = ""
        for item in row:
            kind, label = _kind(item)
            self._next[before, RIGHT * KINDS + kind] += 1
            self._items[kind] += 1
            if label:
                self._single[RIGHT][label] += 1
                if last_label:
                    self._pairs[last_label + label] += 1
            if last_label:
                self._before[last_label] += 1
            # Of the name of a function each letter is known, and none is what it is elsewhere.
            last_label = label if not (item.sub or item.sup) else ""
            self._within(item, kind, rows=within)
            before = kind
        self._next[before, END_COLUMN] += 1

    def _within(self, item: Item, kind: int, *, rows: bool) -> None:
        base = item.base
        if not rows:
            pass
        elif isinstance(base, Fraction):
            self.add(base.over, BEGINNING)
            self.add(base.under, BEGINNING)
        elif isinstance(base, Root):
            self.add(base.inside, BEGINNING)
        is_apart = isinstance(base, Sign) and base.label in "∑∏m"
        for row, relation in ((item.sub, SUB), (item.sup, SUP)):
            if not row:
                continue
            if is_apart:
                if rows:
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


def _whole_rows(row: Row) -> Iterator[Row]:
    """A row, and those within fractions, roots and limits."""
    yield row
    for base, sub, sup in row:
        inner: tuple[Row, ...] = ()
        if isinstance(base, Fraction):
            inner = (base.over, base.under)
        elif isinstance(base, Root):
            inner = (base.inside,)
        elif isinstance(base, Sign) and base.label in "∑∏m":
            inner = (sub, sup)
        for one in inner:
            if one:
                yield from _whole_rows(one)


def _is_plain(row: Row) -> bool:
    """Whether a row and its exponents and indices have no letters."""
    return all(
        (not isinstance(base, Sign) or kind_of(base.label) not in LETTERS)
        and _is_plain(sub)
        and _is_plain(sup)
        for base, sub, sup in row
    )


def _kind(item: Item) -> tuple[int, str]:
    base = item.base
    if isinstance(base, Sign):
        return KIND_INDEX[kind_of(base.label)], base.label
    return KIND_INDEX[COMPOUND], ""
