"""Parses a row: units from left to right become items with exponents and indices.

    unit        a group of strokes with the labels it may have, or a fraction or root parsed before
    reading     open rows, each within the last item of another: where the next unit may be put
    beam        the best readings of the units so far

Each unit is put to the right of the last item of an open row, or begins the exponent or the index
of such an item; all that is open in that row's last item is closed then. The score of a reading is
the sum of what the network, size and place, and the language say (`relations.py`), so that they
decide together about x and ×, o and 0, a minus and a stop. Beams of a row's beginning are kept: a
sign that is written at the end costs one step.
"""

import math
from collections.abc import Generator, Sequence
from operator import itemgetter
from typing import NamedTuple

from realtime.recognition.lines.log_sum import log_add
from realtime.recognition.math.geometry import first
from realtime.recognition.math.language import Language
from realtime.recognition.math.open_rows import OpenRow, Option, Unit
from realtime.recognition.math.relations import Placed, RelationScorer
from realtime.recognition.math.tree import Row
from realtime.recognition.math.weights import RIGHT, SUB, SUP, ParseWeights

# Readings that are kept after each unit, and how much less likely than the best one they may be.
MOST_READINGS = 8
_HOPELESS = 9.0
# Units after which others may have their turn: about 3 ms.
UNITS_AT_ONCE = 4
# What begins so many units of a row behind its last item is no script of that.
_FAR = 1.5
# Exponents of exponents: no deeper.
_DEEPEST = 4


class _Reading(NamedTuple):
    """Rows that are open at their ends.

    Attributes:
        score: of all but what follows.
        plain: how much likelier it is in a row without letters; see `relations.Placed`.
        last: the outermost row.
    """

    score: float
    plain: float
    last: OpenRow


class _Put(NamedTuple):
    """A way to put a unit into the rows of a reading.

    Attributes:
        score: of the reading after it.
        plain: see `_Reading`.
        option: what the unit is.
        last: the row that it is put into, or whose last item it begins a script of.
        relation: how it stands to that row's last item.
        placed: where it stands in its row.
        within: the rows that this row is in, each with the script it is, the innermost first.
    """

    score: float
    plain: float
    option: Option
    last: OpenRow
    relation: int
    placed: Placed
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
        self._relations = RelationScorer(language, weights)
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
        self._relations.usual = unit
        made = 0
        for place, one in enumerate(units):
            beam = known.next.get(one) if known is not None else None
            beam = beam or kept.next.get(one)
            if beam is None:
                readings = self._go_on(kept.readings, one) if place else self._begin(one, unit)
                beam = _Beam(readings)
                made += 1
                if made % UNITS_AT_ONCE == 0:
                    yield
            known = beam
            if one not in kept.next:
                kept.next[one] = _Beam(beam.readings)
            kept = kept.next[one]
        ended = [(self._ended(one), one.last) for one in kept.readings]
        ended.sort(key=itemgetter(0), reverse=True)
        found: dict[Row, float] = {}
        for score, last in ended:
            found.setdefault(last.row(), score)
            if len(found) == most:
                break
        return [(score, row) for row, score in found.items()]

    def _ended(self, reading: _Reading) -> float:
        """The score of a reading that nothing follows."""
        score, plain, last = reading
        end, plain_end = self._language.end(last.option.kind)
        score += end + self._language.unmatched * max(last.brackets, 0)
        return score + log_add(0.0, plain + plain_end)

    def _begin(self, unit: Unit, usual: float) -> list[_Reading]:
        start = first(usual)
        readings = []
        for option, placed in zip(unit.options, self._relations.begun(start, unit), strict=True):
            row = OpenRow.begun(None, placed.line, unit, option, 0)
            row.brackets = placed.brackets
            plain = self._language.plain_odds + placed.plain
            readings.append(_Reading(placed.score, plain, row))
        readings.sort(key=_likely, reverse=True)
        return readings[:MOST_READINGS]

    def _go_on(self, readings: Sequence[_Reading], unit: Unit) -> list[_Reading]:
        """The best readings with one unit more; only these are made."""
        put: list[_Put] = []
        for reading in readings:
            self._put(put, reading, reading.last, unit, ())
        put.sort(key=_likely, reverse=True)
        least = _likely(put[0]) - _HOPELESS
        return [
            _Reading(one.score, one.plain, _made(one, unit))
            for one in put[:MOST_READINGS]
            if _likely(one) >= least
        ]

    def _put(
        self,
        put: list[_Put],
        reading: _Reading,
        last: OpenRow,
        unit: Unit,
        within: tuple[tuple[OpenRow, int], ...],
    ) -> None:
        """Add the ways to put a unit into an open row, and into those within it."""

        def add(relation: int, as_options: Sequence[Placed]) -> None:
            for option, placed in zip(unit.options, as_options, strict=True):
                score, plain = reading.score + placed.score, reading.plain + placed.plain
                put.append(_Put(score, plain, option, last, relation, placed, within))

        add(RIGHT, self._relations.right(last, unit))
        if last.deep >= _DEEPEST:
            return
        for relation, script in ((SUB, last.sub), (SUP, last.sup)):
            if script is not None:
                self._put(put, reading, script, unit, ((last, relation), *within))
        # An exponent's middle is above that of its base, and an index's below it.
        spot, base = unit.spot, last.unit
        is_sup = spot.middle < base.spot.middle
        is_there = (last.sup, base.sup) if is_sup else (last.sub, base.sub)
        if is_there == (None, ()) and (
            spot.box.left - base.spot.box.right < _FAR * math.exp(last.line.unit)
        ):
            relation = SUP if is_sup else SUB
            add(relation, self._relations.script(last, unit, relation))


def _likely(one: _Reading | _Put) -> float:
    """The score of a reading, whether it is in a row with letters or without."""
    return one.score + log_add(0.0, one.plain)


def _made(put: _Put, unit: Unit) -> OpenRow:
    """The outermost row of a reading after a unit was put into it."""
    last, option, placed = put.last, put.option, put.placed
    if put.relation == RIGHT:
        row = OpenRow.begun((last.closed, last), placed.line, unit, option, last.deep)
        if option.label and last.sub is None and last.sup is None:
            row.before = last.before[-2:] + option.label
        row.brackets = placed.brackets
    else:
        script = OpenRow.begun(None, placed.line, unit, option, last.deep + 1)
        script.brackets = placed.brackets
        row = last.with_script(script, put.relation)
    for outer, relation in put.within:
        row = outer.with_script(row, relation)
    return row
