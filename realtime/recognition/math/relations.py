"""Scores how a unit stands to the last item of an open row: to its right, or as its script.

A score is the sum of what the network says of the unit's label, how likely its size and place are
there, and how likely it is to come next.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.log_sum import log_sum
from realtime.recognition.math.geometry import Baseline
from realtime.recognition.math.language import BEGINNING, RELATION_KIND, Language
from realtime.recognition.math.open_rows import OpenRow, Unit
from realtime.recognition.math.weights import RIGHT, SUP, ParseWeights

# A script begins at most so far after its base, in units of the base's row; within a script signs
# are closer, and a wide gap in it speaks for its end. Beyond, each unit costs so much.
_SCRIPT_GAP = 0.35
_GAP_COST = 4.0
_WIDE_GAP = 0.9
_WIDE_GAP_COST = 1.5
# Signs one above the other are no neighbours, but a fraction, or one sign: what is beside another
# overlaps it sideways by at most this share of the narrower one. Beyond, all of it would cost so
# much more. A stop under an overhang is taken for as wide as this, in units.
_OVERLAP = 0.4
_OVERLAP_COST = 10.0
_LEAST_WIDTH = 0.2


class Placed(NamedTuple):
    """A unit in its place.

    Attributes:
        score: what it adds to that of a reading.
        plain: how much likelier it is there, as a logarithm, if the row is one without letters;
            minus infinity of a letter.
        line: what is known of its row with it.
        brackets: that are open in its row then.
    """

    score: float
    plain: float
    line: Baseline
    brackets: int


class RelationScorer:
    """Scores units in their places.

    Attributes:
        usual: the logarithm of the formula's unit, by which densities are the same whatever the
            canvas measures.
    """

    def __init__(self, language: Language, weights: ParseWeights) -> None:
        self.usual = 0.0
        self._language = language
        self._place = weights.place
        self._geometry = weights.geometry
        self._sign = weights.sign
        # Limits are no scripts here.
        self._script_relation = weights.script_relation

    def begun(self, start: Baseline, unit: Unit) -> list[Placed]:
        """A unit that begins a row, of which nothing but its start is known, as each option."""
        lines = [start.begun(unit.spot, option.shape) for option in unit.options]
        return self._first(unit, lines, BEGINNING, RIGHT, 0.0)

    def right(self, last: OpenRow, unit: Unit) -> list[Placed]:
        """A unit to the right of a row's last item, as each option."""
        language, kind = self._language, last.option.kind
        lines = [last.line.placed(unit.spot, option.shape) for option in unit.options]
        gap = _gap(last, unit)
        of_gap = 0.0
        if gap < 0:
            of_gap = -_overlap_cost(last, unit)
        elif last.deep and gap > _WIDE_GAP:
            of_gap = -_WIDE_GAP_COST * (gap - _WIDE_GAP)
        is_alone = last.sub is None and last.sup is None
        found = []
        for option, (score, line) in zip(unit.options, self._scored(unit, lines), strict=True):
            next_score, plain = language.next(kind, RIGHT, option.kind)
            score += next_score + of_gap
            if option.label:
                score += language.frequency(option.label, RIGHT)
                if last.before and is_alone:
                    score += language.to_the_right(last.before, option.label)
            if last.deep and option.kind == RELATION_KIND:
                score += self._script_relation
            brackets = last.brackets + language.opened(option.kind)
            if brackets < 0:
                score += language.unmatched
                brackets = 0
            found.append(Placed(score, plain, line, brackets))
        return found

    def script(self, last: OpenRow, unit: Unit, relation: int) -> list[Placed]:
        """A unit that begins the exponent or the index of a row's last item, as each option."""
        begun = last.line.script(last.unit.spot.box, is_sup=relation == SUP)
        lines = [begun.placed(unit.spot, option.shape) for option in unit.options]
        gap = _gap(last, unit)
        of_gap = 0.0
        if gap < 0:
            of_gap = -_overlap_cost(last, unit)
        elif gap > _SCRIPT_GAP:
            of_gap = -_GAP_COST * (gap - _SCRIPT_GAP)
        return self._first(unit, lines, last.option.kind, relation, of_gap)

    def _first(
        self,
        unit: Unit,
        lines: Sequence[tuple[float, Baseline]],
        kind: int,
        relation: int,
        of_gap: float,
    ) -> list[Placed]:
        """A unit that begins a row or a script of a kind of sign, as each option."""
        language = self._language
        found = []
        for option, (score, line) in zip(unit.options, self._scored(unit, lines), strict=True):
            next_score, plain = language.next(kind, relation, option.kind)
            score += next_score + of_gap
            if option.label:
                score += language.frequency(option.label, relation)
            found.append(Placed(score, plain, line, max(language.opened(option.kind), 0)))
        return found

    def _scored(
        self, unit: Unit, lines: Sequence[tuple[float, Baseline]]
    ) -> list[tuple[float, Baseline]]:
        """What each option scores where it stands, given its density there, and its line.

        That something stands there, whatever it is, tells how it stands to what is before it, and
        counts for more than what size and place tell of its label.
        """
        something = log_sum(
            [density + share for (density, _), share in zip(lines, unit.log_shares, strict=True)]
        )
        known = self._place * (something + self.usual) + self._sign
        return [
            (option.score + known + self._geometry * (density - something), line)
            for option, (density, line) in zip(unit.options, lines, strict=True)
        ]


def _gap(last: OpenRow, unit: Unit) -> float:
    """How far a unit is behind a row's last item, in units of the row; negative as they overlap."""
    return (unit.spot.box.left - last.unit.spot.box.right) / math.exp(last.line.unit)


def _overlap_cost(last: OpenRow, unit: Unit) -> float:
    one: Box = last.unit.spot.box
    other: Box = unit.spot.box
    overlap = min(one.right, other.right) - max(one.left, other.left)
    narrower = min(one.right - one.left, other.right - other.left)
    share = overlap / max(narrower, _LEAST_WIDTH * math.exp(last.line.unit))
    return _OVERLAP_COST * max(share - _OVERLAP, 0.0)
