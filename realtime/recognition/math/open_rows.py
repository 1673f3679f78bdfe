"""Rows that are open at their ends, and the units that are put into them, for the row parser."""

from collections.abc import Sequence
from typing import NamedTuple

from realtime.recognition.lines.log_sum import log_sum
from realtime.recognition.math.geometry import Baseline, Shape, Spot
from realtime.recognition.math.tree import Base, Item, Row
from realtime.recognition.math.weights import SUB


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
        log_shares: of the options, as far as what they score tells.
        sub: of a sum, what was found under it.
        sup: the same over it.
    """

    __slots__ = ("log_shares", "options", "spot", "sub", "sup")

    def __init__(self, spot: Spot, options: Sequence[Option], sub: Row = (), sup: Row = ()) -> None:
        self.spot = spot
        self.options = options
        total = log_sum([option.score for option in options])
        self.log_shares = [option.score - total for option in options]
        self.sub = sub
        self.sup = sup


class OpenRow:
    """A row that is open at its end: its last item may get scripts, or a next one."""

    __slots__ = ("before", "brackets", "closed", "deep", "line", "option", "sub", "sup", "unit")

    closed: "Closed | None"
    line: Baseline
    unit: Unit
    option: Option
    sub: "OpenRow | None"
    sup: "OpenRow | None"
    # The last labels, as far as a function's name reaches.
    before: str
    brackets: int
    deep: int

    @classmethod
    def begun(
        cls, closed: "Closed | None", line: Baseline, unit: Unit, option: Option, deep: int
    ) -> "OpenRow":
        """A row whose last item is this unit."""
        row = cls()
        row.closed, row.line, row.unit, row.option = closed, line, unit, option
        row.sub = row.sup = None
        row.before = option.label
        row.brackets = 0
        row.deep = deep
        return row

    def with_script(self, script: "OpenRow", relation: int) -> "OpenRow":
        """The same row with another index or exponent at its last item."""
        row = OpenRow()
        row.closed, row.line, row.unit, row.option = self.closed, self.line, self.unit, self.option
        row.sub, row.sup = (script, self.sup) if relation == SUB else (self.sub, script)
        row.before, row.brackets, row.deep = self.before, self.brackets, self.deep
        return row

    def row(self) -> Row:
        """The items so far."""
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


# The rows up to an item before the last one: those before that, and the row that ended with it.
Closed = tuple["Closed | None", OpenRow]
