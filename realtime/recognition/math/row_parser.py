"""Parses a row: units from left to right become items with exponents and indices.

    unit        a group of strokes with the labels it may have, or a fraction or root parsed before
    reading     open rows, each within the last item of another: where the next unit may be put
    beam        the best readings of the units so far

Each unit is put to the right of the last item of an open row, or begins the exponent or the index
of such an item; all that is open in that row's last item is closed then. The score of a reading is
the sum of what the network, size and place, and the language say, so that they decide together
about x and ×, o and 0, a minus and a stop. Beams of a row's beginning are kept: a sign that is
written at the end costs one step.
"""

from collections.abc import Generator, Sequence
from operator import itemgetter
from typing import NamedTuple

from realtime.recognition.math.geometry import Baseline, Shape, Spot, first
from realtime.recognition.math.language import BEGINNING, RELATION_KIND, Language
from realtime.recognition.math.tree import Base, Item, Row
from realtime.recognition.math.weights import RIGHT, SUB, SUP, ParseWeights

# Readings that are kept after each unit, and how much less likely than the best one they may be.
MOST_READINGS = 10
_HOPELESS = 9.0
# Units after which others may have their turn: about 3 ms.
UNITS_AT_ONCE = 4
# A script begins at most so far after its base, in units of the base's row, and not much before its
# end; what is to the right does not overlap by more. Beyond, each unit costs so much.
_SCRIPT_GAP = 0.45
_SCRIPT_OVERLAP = 0.7
_RIGHT_OVERLAP = 0.35
_GAP_COST = 4.0
# Within a script signs are closer: a wide gap in it speaks for its end.
_WIDE_GAP = 0.9
_WIDE_GAP_COST = 1.5
# Indices and exponents have hardly ever a sign of relation; limits, which have, are no scripts here.
_RELATION_COST = 2.0
# Exponents of exponents: no deeper.
_DEEPEST = 4


class Option(NamedTuple):
    """What a unit may be.

    Attributes:
        score: of the network or of what is within it, weighted.
        base: of its item.
        label: of a sign; empty for others.
        kind: of the sign.
        shape: how large it is, and where it stands.
    """

    score: float
    base: Base
    label: str
    kind: int
    shape: Shape


class Unit:
    """Something that is parsed as a whole; known by itself.

    Attributes:
        spot: where it is.
        options: what it may be, at least one.
        sub: of a sum, what was found under it.
        sup: the same over it.
    """

    __slots__ = ("options", "spot", "sub", "sup")

    def __init__(self, spot: Spot, options: Sequence[Option], sub: Row = (), sup: Row = ()) -> None:
        self.spot = spot
        self.options = options
        self.sub = sub
        self.sup = sup


class _Open:
    """A row that is open at its end: its last item may get scripts, or a next one."""

    __slots__ = ("before", "brackets", "closed", "deep", "line", "option", "sub", "sup", "unit")

    closed: "tuple | None"
    line: Baseline
    unit: Unit
    option: Option
    sub: "_Open | None"
    sup: "_Open | None"
    # The last labels, as far as a function's name reaches.
    before: str
    brackets: int
    deep: int

    def row(self) -> Row:
        items = [self._last()]
        closed = self.closed
        while closed is not None:
            closed, last = closed
            items.append(last._last())
        return tuple(items[::-1])

    def _last(self) -> Item:
        sub, sup = self.unit.sub, self.unit.sup
        if self.sub is not None:
            sub = sub + self.sub.row()
        if self.sup is not None:
            sup = sup + self.sup.row()
        return Item(self.option.base, sub, sup)


_Reading = tuple[float, _Open]


class _Beam:
    """The best readings of some units, and the beams of one unit more."""

    __slots__ = ("next", "readings")

    def __init__(self, readings: list[_Reading]) -> None:
        self.readings = readings
        self.next: dict[Unit, _Beam] = {}


class RowParser:
    """Parses rows; keeps what it knows of their beginnings."""

    def __init__(self, language: Language, weights: ParseWeights) -> None:
        self._language = language
        self._geometry = weights.geometry
        self._sign = weights.sign
        # The formula's unit, by which densities are the same whatever the canvas measures.
        self._usual = 0.0
        self._beams: dict[float, _Beam] = {}
        self._kept: dict[float, _Beam] = {}

    def forget_unused(self) -> None:
        """Forget beams that were not used since the last time."""
        self._beams, self._kept = self._kept, {}

    def parse(
        self, units: Sequence[Unit], unit: float, most: int
    ) -> Generator[None, None, list[tuple[float, Row]]]:
        """The best readings of a row, so many at most; yields where others may have their turn.

        Args:
            units: at least one, from left to right.
            unit: logarithm of the usual height of a capital letter.
            most: at least 1.
        """
        known = self._beams.get(unit) or self._kept.get(unit) or _Beam([])
        kept = self._kept.setdefault(unit, _Beam([]))
        start = first(unit)
        self._usual = unit
        made = 0
        for place, one in enumerate(units):
            beam = known.next.get(one) if known is not None else None
            beam = beam or kept.next.get(one)
            if beam is None:
                readings = self._begin(one, start) if not place else self._go_on(kept.readings, one)
                beam = _Beam(readings)
                made += 1
                if made % UNITS_AT_ONCE == 0:
                    yield
            known = beam
            if one not in kept.next:
                kept.next[one] = _Beam(beam.readings)
            kept = kept.next[one]
        language = self._language
        ended = [
            (
                score + language.end(last.option.kind) + language.unmatched * max(last.brackets, 0),
                last,
            )
            for score, last in kept.readings
        ]
        ended.sort(key=itemgetter(0), reverse=True)
        found: dict[Row, float] = {}
        for score, last in ended:
            found.setdefault(last.row(), score)
            if len(found) == most:
                break
        return [(score, row) for row, score in found.items()]

    def _begin(self, unit: Unit, start: Baseline) -> list[_Reading]:
        readings = []
        for option in unit.options:
            density, line = start.begun(unit.spot, option.shape)
            score = option.score + self._placed(density)
            score += self._language.next(BEGINNING, RIGHT, option.kind)
            if option.label:
                score += self._language.frequency(option.label, RIGHT)
            readings.append((score, self._opened(None, line, unit, option, 0)))
        return _best(readings)

    def _placed(self, density: float) -> float:
        return self._geometry * (density + self._usual) + self._sign

    def _go_on(self, readings: Sequence[_Reading], unit: Unit) -> list[_Reading]:
        most = max([score for score, _ in readings])
        return _best(
            [
                (score + more, after)
                for score, last in readings
                if score >= most - _HOPELESS
                for option in unit.options
                for more, after in self._put(last, unit, option)
            ]
        )

    def _put(self, last: _Open, unit: Unit, option: Option) -> list[_Reading]:
        """The ways to put a unit into an open row, and what each adds to the score."""
        put = [self._right(last, unit, option)]
        deep = last.deep
        if deep < _DEEPEST:
            sub, sup = last.sub, last.sup
            if sub is None:
                if not last.unit.sub and (begun := self._script(last, unit, option, SUB)):
                    put.append(_with_script(last, begun, SUB))
            else:
                put += [_with_script(last, one, SUB) for one in self._put(sub, unit, option)]
            if sup is None:
                if not last.unit.sup and (begun := self._script(last, unit, option, SUP)):
                    put.append(_with_script(last, begun, SUP))
            else:
                put += [_with_script(last, one, SUP) for one in self._put(sup, unit, option)]
        return put

    def _right(self, last: _Open, unit: Unit, option: Option) -> _Reading:
        language = self._language
        density, line = last.line.placed(unit.spot, option.shape)
        kind = last.option.kind
        em = 2.718281828459045**last.line.unit
        gap = (unit.spot.box.left - last.unit.spot.box.right) / em
        score = option.score + self._placed(density) + language.next(kind, RIGHT, option.kind)
        if option.label:
            score += language.frequency(option.label, RIGHT)
            if last.before and last.sub is None and last.sup is None:
                score += language.to_the_right(last.before, option.label)
        if gap < -_RIGHT_OVERLAP:
            score += _GAP_COST * (gap + _RIGHT_OVERLAP)
        elif last.deep and gap > _WIDE_GAP:
            score -= _WIDE_GAP_COST * (gap - _WIDE_GAP)
        if last.deep and option.kind == RELATION_KIND:
            score -= _RELATION_COST
        after = self._opened((last.closed, last), line, unit, option, last.deep)
        if option.label and last.sub is None and last.sup is None:
            after.before = last.before[-2:] + option.label
        brackets = last.brackets + language.opened(option.kind)
        if brackets < 0:
            score += language.unmatched
            brackets = 0
        after.brackets = brackets
        return score, after

    def _script(self, last: _Open, unit: Unit, option: Option, relation: int) -> _Reading | None:
        box, language = last.unit.spot.box, self._language
        em = 2.718281828459045**last.line.unit
        gap = (unit.spot.box.left - box.right) / em
        score = option.score + language.next(last.option.kind, relation, option.kind)
        if gap > _SCRIPT_GAP:
            score -= _GAP_COST * (gap - _SCRIPT_GAP)
        elif gap < -_SCRIPT_OVERLAP:
            score += _GAP_COST * (gap + _SCRIPT_OVERLAP)
        line = last.line.script(box, is_sup=relation == SUP)
        density, line = line.placed(unit.spot, option.shape)
        score += self._placed(density)
        if option.label:
            score += language.frequency(option.label, relation)
        return score, self._opened(None, line, unit, option, last.deep + 1)

    def _opened(
        self, closed: "tuple | None", line: Baseline, unit: Unit, option: Option, deep: int
    ) -> _Open:
        opened = _Open()
        opened.closed, opened.line, opened.unit, opened.option = closed, line, unit, option
        opened.sub = opened.sup = None
        opened.before = option.label
        opened.brackets = max(self._language.opened(option.kind), 0)
        opened.deep = deep
        return opened


def _with_script(last: _Open, script: _Reading, relation: int) -> _Reading:
    score, row = script
    after = _Open()
    for name in ("closed", "line", "unit", "option", "sub", "sup", "before", "brackets", "deep"):
        setattr(after, name, getattr(last, name))
    if relation == SUB:
        after.sub = row
    else:
        after.sup = row
    return score, after


def _best(readings: list[_Reading]) -> list[_Reading]:
    readings.sort(key=itemgetter(0), reverse=True)
    least = readings[0][0] - _HOPELESS
    return [one for one in readings[:MOST_READINGS] if one[0] >= least]
