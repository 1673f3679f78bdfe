"""The groups of a line that grows in their places: those beside which all is the same are kept."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from realtime.recognition.lines.group_scorer import GroupScorer
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.lines.places import Row


class _Placed(NamedTuple):
    """A group with its place.

    Attributes:
        around: see `Row.around`.
        end: where that ends in the row.
        of_kinds: the group once for each kind of characters that it may be.
    """

    around: tuple[int, ...]
    end: int
    of_kinds: list[Group]


class Places(Protocol):
    """Places the groups of one line, time and again."""

    def clear(self) -> None:
        """Forget all groups."""

    def place(
        self,
        groups: Sequence[Group],
        pieces: Sequence[Piece],
        pinned: Sequence[Group],
        allowed: Collection[int] | None,
    ) -> list[Group]:
        """Groups in their places, of one kind each.

        Args:
            groups: scored ones; they stay as they are.
            pieces: all of the line. What is of another shape has another id.
            pinned: of which a person has said what they are: the others share no piece with them.
            allowed: see `GroupReader.read`.
        """


def besides(groups: Iterable[Group], pinned: Iterable[Group]) -> list[Group]:
    """The groups that share no piece with those that are pinned."""
    taken = {piece_id for group in pinned for piece_id in group.ids}
    return [group for group in groups if taken.isdisjoint(group.ids)]


class NoPlaces:
    """`Places` of what is no line: groups stay as they are read."""

    def clear(self) -> None:
        """There is nothing to forget."""

    def place(
        self,
        groups: Sequence[Group],
        pieces: Sequence[Piece],  # noqa: ARG002
        pinned: Sequence[Group],
        allowed: Collection[int] | None,  # noqa: ARG002
    ) -> list[Group]:
        """The groups, of any kind each; see `Places`."""
        return [*besides(groups, pinned), *pinned]


class Placing:
    """`Places` of groups among those beside them."""

    def __init__(self, scorer: GroupScorer) -> None:
        self._scorer = scorer
        self._placed: dict[Group, _Placed] = {}
        self._row = Row([])

    def clear(self) -> None:
        """Forget all groups."""
        self._placed.clear()

    def place(
        self,
        groups: Sequence[Group],
        pieces: Sequence[Piece],
        pinned: Sequence[Group],
        allowed: Collection[int] | None,
    ) -> list[Group]:
        """Groups in their places, of one kind each; see `Places`."""
        row = Row(pieces)
        same, self._row = row.same_as(self._row), row
        known, self._placed = self._placed, {}
        moved: list[Group] = []
        for group in groups:
            placed = known.get(group)
            if placed is None or placed.end > same:
                around, end = row.around(group.ids)
                if placed is None or placed.around != around:
                    moved.append(group)
                placed = _Placed(around, end, placed.of_kinds if placed else [])
            self._placed[group] = placed
        if moved:
            places = [row.place(group.ids, group.box) for group in moved]
            of_kinds = self._scorer.placed(moved, places, allowed)
            for group, some in zip(moved, of_kinds, strict=True):
                self._placed[group] = self._placed[group]._replace(of_kinds=some)
        placed_groups = [group for placed in self._placed.values() for group in placed.of_kinds]
        if not pinned:
            return placed_groups
        return [*besides(placed_groups, pinned), *pinned]
