"""The best readings of a lattice, one after the other: paths with a label for each group.

A reading is a series of choices, from the end of the line: the node, its label, the node before it,
its label, and so on. The best reading makes the best choice everywhere, since each node knows the
best path that leads to it. Of the others each is found once, from the reading that it differs from
in its last choice that is not the best one (Lawler, "A procedure for computing the K best
solutions", 1972).
"""

import heapq
import math
from bisect import insort
from collections.abc import Iterator
from itertools import count
from operator import itemgetter
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


class _Series(NamedTuple):
    """Choices: those of another series up to some place, then one that is worse, then the best.

    Attributes:
        loss: how much less the score is than the best one.
        serial: tells series apart that are equally good.
        nodes: of the path as far as it is chosen, from its end.
        ranks: of their labels, the best being 0; of the last node's as well where that is chosen.
        rank: of the last choice: of the label where there are as many ranks as nodes, else of the
            node.
    """

    loss: float
    serial: int
    nodes: tuple[Node, ...]
    ranks: tuple[int, ...]
    rank: int


def readings(lattice: Lattice, most: int) -> Iterator[Reading]:
    """The best readings of a lattice, so many at most, the best first."""
    last = sorted([(node.best, node) for node in lattice.last], key=itemgetter(0), reverse=True)
    waiting: list[_Series] = []
    # The least losses so far: more than so many readings are not asked for.
    losses: list[float] = []
    serials = count()

    def offer(loss: float, nodes: tuple[Node, ...], ranks: tuple[int, ...], rank: int) -> None:
        if loss == math.inf or (len(losses) == most and loss >= losses[-1]):
            return
        insort(losses, loss)
        del losses[most:]
        heapq.heappush(waiting, _Series(loss, next(serials), nodes, ranks, rank))

    def offer_node(loss: float, nodes: tuple[Node, ...], ranks: tuple[int, ...], rank: int) -> None:
        """Offer the choice of this rank of the node before those that are chosen."""
        choices = nodes[-1].choices if nodes else last
        if rank < len(choices):
            score, node = choices[rank]
            offer(loss + choices[0][0] - score, (*nodes, node), ranks, rank)

    def offer_label(
        loss: float, nodes: tuple[Node, ...], ranks: tuple[int, ...], rank: int
    ) -> None:
        """Offer the choice of this rank of the last node's label."""
        scores = nodes[-1].group.ranked_scores
        if rank < len(scores):
            offer(loss + scores[0] - scores[rank], nodes, (*ranks, rank), rank)

    offer_node(0.0, (), (), 0)
    for _ in range(most):
        if not waiting:
            return
        loss, _, nodes, ranks, rank = heapq.heappop(waiting)
        # The series that differs from this one in nothing but being worse at the same choice.
        if len(ranks) == len(nodes):
            scores = nodes[-1].group.ranked_scores
            offer_label(loss - (scores[0] - scores[rank]), nodes, ranks[:-1], rank + 1)
        else:
            choices = nodes[-2].choices if len(nodes) > 1 else last
            lost = choices[0][0] - choices[rank][0]
            offer_node(loss - lost, nodes[:-1], ranks, rank + 1)
            offer_label(loss, nodes, ranks, 1)
            ranks = (*ranks, 0)
        # All that follows are the best choices, and those that differ from them at one place.
        while choices := nodes[-1].choices:
            if len(choices) > 1:
                offer_node(loss, nodes, ranks, 1)
            nodes = (*nodes, choices[0][1])
            offer_label(loss, nodes, ranks, 1)
            ranks = (*ranks, 0)
        groups = [node.group for node in nodes]
        labels = [group.ranked_labels[at] for group, at in zip(groups, ranks, strict=True)]
        yield Reading(last[0][0] - loss, tuple(groups[::-1]), tuple(labels[::-1]))
