"""Ways to share the strokes of a formula among groups, the best first.

Strokes that are together in no group decide nothing about each other: the strokes fall into
components, each of which is covered for itself (an exact cover by dynamic programming over the sets
that are reached), and the best covers of all together are merged from the best of each.
"""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from realtime.recognition.lines.groups import Group

# Covers that are kept of a set of strokes, and sets that are followed at one stroke.
MOST_COVERS = 5
_MOST_SETS = 24
# A cover is not looked at that is e^7 times less likely than the best.
_HOPELESS = 7.0


class Cover(NamedTuple):
    """Groups that hold each stroke once.

    Attributes:
        score: the sum of theirs.
        groups: in the order of their first strokes.
    """

    score: float
    groups: tuple[Group, ...]


_NOTHING = Cover(0.0, ())


def best_covers(groups: Iterable[Group]) -> list[Cover]:
    """The best covers, the best first; of all strokes there is a group alone, or a pinned one.

    Args:
        groups: at least one.
    """
    covers = [_NOTHING]
    for component in components(groups):
        covers = _kept(
            [
                Cover(one.score + other.score, one.groups + other.groups)
                for one in covers
                for other in _covers(component)
            ]
        )
    return covers


def components(groups: Iterable[Group]) -> list[list[Group]]:
    """Groups by what they share strokes with, in the order of their first strokes."""
    root: dict[int, int] = {}

    def find(one: int) -> int:
        while (above := root.setdefault(one, one)) != one:
            root[one] = root[above]
            one = above
        return one

    groups = list(groups)
    for group in groups:
        first, *others = [find(one) for one in group.ids]
        for other in others:
            low, high = sorted((find(first), find(other)))
            root[high] = low
    found: dict[int, list[Group]] = {}
    for group in groups:
        found.setdefault(find(group.ids[0]), []).append(group)
    return [found[first] for first in sorted(found)]


def _covers(groups: Sequence[Group]) -> list[Cover]:
    """The best covers of one component."""
    if len(groups) == 1:
        return [Cover(groups[0].score, (groups[0],))]
    ids = sorted({one for group in groups for one in group.ids})
    bit = {one: 1 << place for place, one in enumerate(ids)}
    starting: list[list[tuple[int, Group]]] = [[] for _ in ids]
    for group in groups:
        mask = sum([bit[one] for one in group.ids])
        starting[(mask & -mask).bit_length() - 1].append((mask, group))
    everything = (1 << len(ids)) - 1
    # For each place the sets that lack it first.
    reached: list[dict[int, list[Cover]]] = [{} for _ in range(len(ids) + 1)]
    reached[0][0] = [_NOTHING]
    for place in range(len(ids)):
        sets = {covered: _kept(some) for covered, some in reached[place].items()}
        likeliest = sorted(sets.items(), key=lambda item: -item[1][0].score)[:_MOST_SETS]
        for covered, some in likeliest:
            for mask, group in starting[place]:
                if mask & covered:
                    continue
                after = covered | mask
                lacking = ~after & everything
                following = (lacking & -lacking).bit_length() - 1 if lacking else len(ids)
                reached[following].setdefault(after, []).extend(
                    [Cover(one.score + group.score, (*one.groups, group)) for one in some]
                )
    return _kept(reached[-1][everything])


def _kept(covers: list[Cover]) -> list[Cover]:
    if len(covers) == 1:
        return covers
    covers = sorted(covers, key=itemgetter(0), reverse=True)[:MOST_COVERS]
    least = covers[0].score - _HOPELESS
    return [cover for cover in covers if cover.score >= least]
