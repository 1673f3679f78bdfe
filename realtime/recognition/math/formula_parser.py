"""Parses the signs of a formula: fractions, roots and sums are found, and their rows parsed.

What was parsed is kept by the groups that it is of, so that a new stroke costs the rows that it is
in and those around them, and nothing of the others.
"""

import math
from collections.abc import Generator, Sequence
from operator import attrgetter

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.groups import Group
from realtime.recognition.math.geometry import Shape, Spot
from realtime.recognition.math.language import COMPOUND_KIND, Language
from realtime.recognition.math.open_rows import Option, Unit
from realtime.recognition.math.region_finder import RegionFinder
from realtime.recognition.math.regions import Region
from realtime.recognition.math.row_parser import RowParser
from realtime.recognition.math.scoring import MathScorer
from realtime.recognition.math.signs import DOT
from realtime.recognition.math.tree import Fraction, Root, Row, Sign

# Readings that are kept of a row within another one.
MOST_WITHIN = 3
# Fractions in fractions: no deeper; what is beyond is read as one row.
_DEEPEST = 8
# The unit of a formula is the size of its larger signs; it is rounded to this, so that it stays as
# a rule, and what was parsed still holds.
_UNIT_STEP = 0.25
_UNIT_QUANTILE = 0.6
# Where the bar of a fraction stands over the baseline, and a root's middle; sizes say nothing.
_FRACTION = Shape(0.42, 0.16**2, 0.0, 4.0)
_ROOT = Shape(0.45, 0.22**2, 0.3, 1.0)
_DOT_MIDDLE = 0.42

Readings = list[tuple[float, Row]]


class FormulaParser:
    """Parses formulas of one drawing."""

    def __init__(self, scorer: MathScorer) -> None:
        weights = scorer.weights
        self._labels = scorer.names
        self._network = weights.parse.network
        self._language = Language(weights)
        self._rows = RowParser(self._language, weights.parse)
        self._shapes = {
            label: Shape(facts.middle, facts.middle_scale**2, facts.size, facts.size_scale**2)
            for label, facts in weights.labels.items()
        }
        self._sizes = {label: shape.size for label, shape in self._shapes.items()}
        self._regions = RegionFinder(scorer.index)
        self._unit = 0.0
        # By the groups that they are of: what was parsed lately, and what is used now.
        self._known: dict[frozenset[Group], Readings] = {}
        self._kept: dict[frozenset[Group], Readings] = {}
        self._units: dict[object, Unit] = {}
        self._kept_units: dict[object, Unit] = {}

    def begin(self, groups: Sequence[Group]) -> None:
        """Begin an answer, whose best cover is these groups; forgets what the last did not use."""
        sizes = sorted(
            [
                math.log(max(group.size, 1e-3)) - self._sizes[self._labels[group.ranked_labels[0]]]
                for group in groups
            ]
        )
        unit = sizes[int(_UNIT_QUANTILE * (len(sizes) - 1))]
        unit = round(unit / _UNIT_STEP) * _UNIT_STEP
        if unit != self._unit:
            self._unit = unit
            self._known, self._units = {}, {}
        else:
            self._known, self._units = self._kept, self._kept_units
        self._kept, self._kept_units = {}, {}
        self._rows.forget_unused()

    def parse(
        self, groups: Sequence[Group], most: int, deep: int = 0
    ) -> Generator[None, None, Readings]:
        """The best readings of some groups, so many at most, with their scores.

        Args:
            groups: at least one; no two share a stroke.
            most: at least 1.
            deep: in how many others this row is.
        """
        key = frozenset(groups)
        found = self._kept.get(key) or self._known.get(key)
        if found is None:
            units = yield from self._parsed_units(groups, deep)
            units.sort(key=_from_the_left)
            found = yield from self._rows.parse(units, self._unit, most)
        self._kept[key] = found
        return found

    def _parsed_units(
        self, groups: Sequence[Group], deep: int
    ) -> Generator[None, None, list[Unit]]:
        rest = sorted(groups, key=lambda one: one.ids)
        units = []
        if deep < _DEEPEST:
            while (region := self._regions.widest(rest)) is not None:
                unit = yield from self._compound(region, deep)
                units.append(unit)
                rest = _without(rest, [region.sign, *region.over, *region.under])
            for region, name in self._regions.limits(rest):
                taken = [region.sign, *region.over, *region.under]
                if not set(taken) <= set(rest):
                    continue
                unit = yield from self._sum(region, name, deep)
                units.append(unit)
                rest = _without(rest, taken)
        return units + [self._sign(group) for group in rest]

    def _compound(self, region: Region, deep: int) -> Generator[None, None, Unit]:
        """The unit of a fraction or a root."""
        key = region
        known = self._kept_units.get(key) or self._units.get(key)
        if known is None:
            over: Readings = [(0.0, ())]
            if region.over:
                over = yield from self.parse(region.over, MOST_WITHIN, deep + 1)
            under = yield from self.parse(region.under, MOST_WITHIN, deep + 1)
            is_fraction = self._regions.may_be_bar(region.sign)
            label = self._regions.bar if is_fraction else self._regions.root
            sign = Sign(self._labels[label], region.sign.ids)
            own = self._network * (
                region.sign.ranked_scores[region.sign.ranked_labels.index(label)]
                - region.sign.ranked_scores[0]
            )
            shape = _FRACTION if is_fraction else _ROOT
            options = [
                Option(
                    own + score + other,
                    Fraction(sign, row, other_row) if is_fraction else Root(sign, other_row, row),
                    "",
                    COMPOUND_KIND,
                    shape,
                )
                for score, row in over
                for other, other_row in under
            ]
            options.sort(key=attrgetter("score"), reverse=True)
            boxes = [one.box for one in (region.sign, *region.over, *region.under)]
            box = Box.around(boxes) if is_fraction else region.sign.box
            middle = (region.sign.box.top + region.sign.box.bottom) / 2
            known = Unit(Spot.of(box, middle), options[:MOST_WITHIN])
        self._kept_units[key] = known
        return known

    def _sum(self, region: Region, name: Sequence[Group], deep: int) -> Generator[None, None, Unit]:
        """The unit of a sum, or of the last letter of a name."""
        key = region
        known = self._kept_units.get(key) or self._units.get(key)
        if known is None:
            rows: list[Row] = []
            score = 0.0
            for groups in (region.under, region.over):
                row: Row = ()
                if groups:
                    best, row = (yield from self.parse(groups, MOST_WITHIN, deep + 1))[0]
                    score += best
                rows.append(row)
            options = self._options(region.sign)
            if name:
                options = [one for one in options if one.label == "m"] or options
            options = [one._replace(score=one.score + score) for one in options]
            own = region.sign.box
            boxes = [one.box for one in (region.sign, *region.over, *region.under)]
            around = Box.around(boxes)
            spot = Spot.of(own)
            if not name:
                box = Box(around.left, own.top, around.right, own.bottom)
                spot = spot._replace(box=box)
            known = Unit(spot, options, *rows)
        self._kept_units[key] = known
        return known

    def _sign(self, group: Group) -> Unit:
        known = self._kept_units.get(group) or self._units.get(group)
        if known is None:
            known = Unit(Spot.of(group.box), self._options(group))
        self._kept_units[group] = known
        return known

    def _options(self, group: Group) -> list[Option]:
        best = group.ranked_scores[0]
        options = []
        for label_index, score in zip(group.ranked_labels, group.ranked_scores, strict=True):
            label = self._labels[label_index]
            shape = self._shapes[label]
            kind = self._language.kinds[label]
            own = self._network * (score - best)
            options.append(Option(own, Sign(label, group.ids), label, kind, shape))
            if label == ".":
                shape = shape._replace(middle=_DOT_MIDDLE)
                sign = Sign(DOT, group.ids)
                options.append(Option(own, sign, DOT, self._language.kinds[DOT], shape))
        return options


def _without(groups: Sequence[Group], gone: Sequence[Group]) -> list[Group]:
    taken = set(gone)
    return [group for group in groups if group not in taken]


def _from_the_left(unit: Unit) -> tuple[float, float]:
    box = unit.spot.box
    return box.left + min(box.right - box.left, box.bottom - box.top) / 4, box.top
