"""The best readings of a lattice, one after the other: paths with a label for each group.

The recursive enumeration algorithm (Jiménez and Marzal, "Computing the k shortest paths", 1999): a
node's next best path is made of the next best one of a node before it, which is asked for only
then. So the second best reading looks at the nodes of the best one, and at hardly any others.
"""

import heapq
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.lattice import Lattice, Node


class Reading(NamedTuple):
    """One path with a label for each group.

    Attributes:
        score: of the path and its labels.
        groups: from left to right.
        labels: the index of each group's label.
    """

    score: float
    groups: tuple[Group, ...]
    labels: tuple[int, ...]


class _Path(NamedTuple):
    """A path that ends at a node: which path of which node comes before, and the node's label."""

    score: float
    before: Node | None
    rank: int
    label: int


class _Paths:
    """The best paths that end at a node, as far as they were asked for."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.found: list[_Path] = []
        scores = node.group.label_scores
        self.labels = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        # What may come next: its negative score, and by rank which incoming link, which of the
        # paths before that, and which label. A node at the beginning has no link but this one.
        self.waiting: list[tuple[float, int, int, int]] = []
        # The newest of those found, until those that come after it are waiting.
        self.newest: tuple[int, int, int] | None = None
        self.links: Sequence[tuple[Node | None, float]] = node.incoming or [(None, 0.0)]


def readings(lattice: Lattice) -> Iterator[Reading]:
    """All readings of a lattice, the best first."""
    paths: dict[Node, _Paths] = {}

    def path(node: Node, rank: int) -> _Path | None:
        """A node's path of this rank, the best being 0; asked for in order of rank."""
        known = paths.get(node)
        if known is None:
            known = paths[node] = _Paths(node)
            for link in range(len(known.links)):
                offer(known, link, 0, 0)
        if rank == len(known.found):
            if known.newest is not None:
                (link, rank_before, label), known.newest = known.newest, None
                offer(known, link, rank_before + 1, label)
                if rank_before == 0:
                    offer(known, link, 0, label + 1)
            if not known.waiting:
                return None
            score, link, rank_before, label = heapq.heappop(known.waiting)
            known.newest = link, rank_before, label
            before = known.links[link][0]
            known.found.append(_Path(-score, before, rank_before, known.labels[label]))
        return known.found[rank]

    def offer(known: _Paths, link: int, rank_before: int, label: int) -> None:
        group = known.node.group
        before, link_score = known.links[link]
        if label == len(known.labels) or (before is None and rank_before):
            return
        score = group.geometry + group.label_scores[known.labels[label]]
        if score == -math.inf:
            return
        if before is not None:
            path_before = path(before, rank_before)
            if path_before is None:
                return
            score += path_before.score + link_score
        heapq.heappush(known.waiting, (-score, link, rank_before, label))

    def reading(score: float, node: Node, rank: int) -> Reading:
        groups, labels = list[Group](), list[int]()
        at: Node | None = node
        while at is not None:
            step = paths[at].found[rank]
            groups.append(at.group)
            labels.append(step.label)
            at, rank = step.before, step.rank
        return Reading(score, tuple(groups[::-1]), tuple(labels[::-1]))

    ends: list[tuple[float, int, int]] = []
    for index, node in enumerate(lattice.last):
        best = path(node, 0)
        if best is not None:
            heapq.heappush(ends, (-best.score, index, 0))
    while ends:
        score, index, rank = heapq.heappop(ends)
        yield reading(-score, lattice.last[index], rank)
        following = path(lattice.last[index], rank + 1)
        if following is not None:
            heapq.heappush(ends, (-following.score, index, rank + 1))
