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

import math
from collections.abc import Generator, Sequence
from operator import itemgetter
from typing import NamedTuple

from realtime.recognition.math.geometry import Baseline, first
from realtime.recognition.math.language import BEGINNING, RELATION_KIND, Language
from realtime.recognition.math.open_rows import OpenRow, Option, Unit
from realtime.recognition.math.tree import Row
from realtime.recognition.math.weights import RIGHT, SUB, SUP, ParseWeights

# Readings that are kept after each unit, and how much less likely than the best one they may be.
MOST_READINGS = 8
_HOPELESS = 9.0
# Units after which others may have their turn: about 3 ms.
UNITS_AT_ONCE = 4
# A script begins at most so far after its base, in units of the base's row, and not much before its
# end; what is to the right does not overlap by more. Beyond, each unit costs so much; what is far
# off is no script.
_SCRIPT_GAP = 0.45
_SCRIPT_OVERLAP = 0.7
_RIGHT_OVERLAP = 0.35
_GAP_COST = 4.0
_FAR = 1.5
# Within a script signs are closer: a wide gap in it speaks for its end.
_WIDE_GAP = 0.9
_WIDE_GAP_COST = 1.5
# Exponents of exponents: no deeper.
_DEEPEST = 4


_Reading = tuple[float, OpenRow]


class _Put(NamedTuple):
    """A way to put a unit into the rows of a reading.

    Attributes:
        score: of the reading after it.
        option: what the unit is.
        last: the row that it is put into, or whose last item it begins a script of.
        relation: how it stands to that row's last item.
        line: what is known of its row with it.
        brackets: that are open in its row then.
        within: the rows that this row is in, each with the script it is, the innermost first.
    """

    score: float
    option: Option
    last: OpenRow
    relation: int
    line: Baseline
    brackets: int
    within: tuple[tuple[OpenRow, int], ...]


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
        # Limits are no scripts here.
        self._script_relation = weights.script_relation
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
        language = self._language
        readings = []
        for option in unit.options:
            density, line = start.begun(unit.spot, option.shape)
            score = option.score + self._placed(density)
            score += language.next(BEGINNING, RIGHT, option.kind)
            if option.label:
                score += language.frequency(option.label, RIGHT)
            row = OpenRow.begun(None, line, unit, option, 0)
            row.brackets = max(language.opened(option.kind), 0)
            readings.append((score, row))
        readings.sort(key=itemgetter(0), reverse=True)
        return readings[:MOST_READINGS]

    def _placed(self, density: float) -> float:
        return self._geometry * (density + self._usual) + self._sign

    def _go_on(self, readings: Sequence[_Reading], unit: Unit) -> list[_Reading]:
        """The best readings with one unit more; only these are made."""
        put: list[_Put] = []
        for score, last in readings:
            for option in unit.options:
                self._put(put, score, last, unit, option, ())
        put.sort(key=itemgetter(0), reverse=True)
        least = put[0].score - _HOPELESS
        return [(one.score, _made(one, unit)) for one in put[:MOST_READINGS] if one.score >= least]

    def _put(
        self,
        put: list[_Put],
        score: float,
        last: OpenRow,
        unit: Unit,
        option: Option,
        within: tuple[tuple[OpenRow, int], ...],
    ) -> None:
        """Add the ways to put a unit into an open row, and into those within it."""
        put.append(self._right(score, last, unit, option, within))
        if last.deep >= _DEEPEST:
            return
        for relation, script in ((SUB, last.sub), (SUP, last.sup)):
            if script is not None:
                self._put(put, score, script, unit, option, ((last, relation), *within))
        # An exponent's middle is above that of its base, and an index's below it.
        spot, base = unit.spot, last.unit
        is_sup = spot.middle < base.spot.middle
        relation = SUP if is_sup else SUB
        is_there = (last.sup, base.sup) if is_sup else (last.sub, base.sub)
        if is_there == (None, ()) and (
            spot.box.left - base.spot.box.right < _FAR * math.exp(last.line.unit)
        ):
            put.append(self._script(score, last, unit, option, relation, within))

    def _right(
        self,
        score: float,
        last: OpenRow,
        unit: Unit,
        option: Option,
        within: tuple[tuple[OpenRow, int], ...],
    ) -> _Put:
        language = self._language
        density, line = last.line.placed(unit.spot, option.shape)
        gap = (unit.spot.box.left - last.unit.spot.box.right) / math.exp(last.line.unit)
        score += option.score + self._placed(density)
        score += language.next(last.option.kind, RIGHT, option.kind)
        if option.label:
            score += language.frequency(option.label, RIGHT)
            if last.before and last.sub is None and last.sup is None:
                score += language.to_the_right(last.before, option.label)
        if gap < -_RIGHT_OVERLAP:
            score += _GAP_COST * (gap + _RIGHT_OVERLAP)
        elif last.deep and gap > _WIDE_GAP:
            score -= _WIDE_GAP_COST * (gap - _WIDE_GAP)
        if last.deep and option.kind == RELATION_KIND:
            score += self._script_relation
        brackets = last.brackets + language.opened(option.kind)
        if brackets < 0:
            score += language.unmatched
            brackets = 0
        return _Put(score, option, last, RIGHT, line, brackets, within)

    def _script(
        self,
        score: float,
        last: OpenRow,
        unit: Unit,
        option: Option,
        relation: int,
        within: tuple[tuple[OpenRow, int], ...],
    ) -> _Put:
        box, language = last.unit.spot.box, self._language
        gap = (unit.spot.box.left - box.right) / math.exp(last.line.unit)
        line = last.line.script(box, is_sup=relation == SUP)
        density, line = line.placed(unit.spot, option.shape)
        score += option.score + self._placed(density)
        score += language.next(last.option.kind, relation, option.kind)
        if gap > _SCRIPT_GAP:
            score -= _GAP_COST * (gap - _SCRIPT_GAP)
        elif gap < -_SCRIPT_OVERLAP:
            score += _GAP_COST * (gap + _SCRIPT_OVERLAP)
        if option.label:
            score += language.frequency(option.label, relation)
        brackets = max(language.opened(option.kind), 0)
        return _Put(score, option, last, relation, line, brackets, within)


def _made(put: _Put, unit: Unit) -> OpenRow:
    """The outermost row of a reading after a unit was put into it."""
    last, option = put.last, put.option
    if put.relation == RIGHT:
        row = OpenRow.begun((last.closed, last), put.line, unit, option, last.deep)
        if option.label and last.sub is None and last.sup is None:
            row.before = last.before[-2:] + option.label
        row.brackets = put.brackets
    else:
        script = OpenRow.begun(None, put.line, unit, option, last.deep + 1)
        script.brackets = put.brackets
        row = last.with_script(script, put.relation)
    for outer, relation in put.within:
        row = outer.with_script(row, relation)
    return row
