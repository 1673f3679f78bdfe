"""Finds the fractions, roots and sums of a formula among its groups."""

from collections.abc import Iterator, Mapping, Sequence

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.groups import Group
from realtime.recognition.math.regions import (
    Region,
    fraction_at,
    limits_at,
    may_be,
    name_at,
    root_at,
)


class RegionFinder:
    """Finds the regions over, under and inside of signs.

    Args:
        index: of each label of formulas among those of the network.

    Attributes:
        bar: the index of the label of a fraction's bar, -1 where there is none.
        root: that of a root's sign.
    """

    def __init__(self, index: Mapping[str, int]) -> None:
        self.bar, self.root = (index.get(label, -1) for label in "-√")
        self._sums = [index[label] for label in "∑∏" if label in index]
        self._integral = index.get("∫", -1)
        self._lim = [index.get(letter, -1) for letter in "lim"]

    def may_be_bar(self, group: Group) -> bool:
        """Whether a group may be the bar of a fraction."""
        return may_be(group, self.bar)

    def widest(self, groups: Sequence[Group]) -> Region | None:
        """The widest fraction or root among groups."""
        for group in sorted(groups, key=lambda one: one.box.left - one.box.right):
            region = None
            if may_be(group, self.bar):
                region = fraction_at(group, groups)
            elif may_be(group, self.root):
                region = root_at(group, groups)
            if region is not None:
                return region
        return None

    def limits(self, groups: Sequence[Group]) -> Iterator[tuple[Region, list[Group]]]:
        """The sums among groups that something is over or under, and the letters of a name."""
        for group in sorted(groups, key=lambda one: -one.size):
            is_integral = may_be(group, self._integral, 0.0)
            if is_integral or any(may_be(group, label, 0.0) for label in self._sums):
                region = limits_at(group, group.box, groups, is_integral=is_integral)
                if region is not None:
                    yield region, []
            elif self._lim[-1] in group.ranked_labels:
                name = name_at(group, groups, self._lim)
                if name is not None:
                    box = Box.around([one.box for one in name])
                    others = [one for one in groups if one not in name or one is group]
                    region = limits_at(group, box, others)
                    if region is not None and region.under:
                        yield Region(group, (), region.under), name
