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
from collections.abc import Iterator, Sequence
from itertools import count
from operator import itemgetter
from typing import NamedTuple

from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.lattice import Lattice
from realtime.recognition.lines.lattice_node import Node


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
    last = [(node.best + node.end, node) for node in lattice.last]
    last.sort(key=itemgetter(0), reverse=True)
    waiting: list[_Series] = []
    # The least losses so far: more than so many readings are not asked for.
    losses = [math.inf] * most
    serials = count()

    def offer(loss: float, nodes: Sequence[Node], ranks: Sequence[int], rank: int) -> None:
        if loss < losses[-1]:
            insort(losses, loss)
            losses.pop()
            series = _Series(loss, next(serials), tuple(nodes), tuple(ranks), rank)
            heapq.heappush(waiting, series)

    def offer_node(loss: float, nodes: Sequence[Node], ranks: Sequence[int], rank: int) -> None:
        """Offer the choice of this rank of the node before those that are chosen."""
        choices = nodes[-1].choices if nodes else last
        if rank < len(choices):
            score, node = choices[rank]
            offer(loss + choices[0][0] - score, [*nodes, node], ranks, rank)

    def offer_label(loss: float, nodes: Sequence[Node], ranks: Sequence[int], rank: int) -> None:
        """Offer the choice of this rank of the last node's label."""
        scores = nodes[-1].group.ranked_scores
        if rank < len(scores) and (worse := loss + scores[0] - scores[rank]) < losses[-1]:
            offer(worse, nodes, [*ranks, rank], rank)

    offer_node(0.0, (), (), 0)
    for _ in range(most):
        if not waiting:
            return
        loss, _, chosen, chosen_ranks, rank = heapq.heappop(waiting)
        nodes, ranks = list(chosen), list(chosen_ranks)
        # The series that differs from this one in nothing but being worse at the same choice.
        if len(ranks) == len(nodes):
            scores = nodes[-1].group.ranked_scores
            offer_label(loss - (scores[0] - scores[rank]), nodes, ranks[:-1], rank + 1)
        else:
            choices = nodes[-2].choices if len(nodes) > 1 else last
            lost = choices[0][0] - choices[rank][0]
            offer_node(loss - lost, nodes[:-1], ranks, rank + 1)
            offer_label(loss, nodes, ranks, 1)
            ranks.append(0)
        # All that follows are the best choices, and those that differ from them at one place.
        while choices := nodes[-1].choices:
            # Whether it is worth offering is asked here, since for most it is not.
            worst = losses[-1] - loss
            if len(choices) > 1 and choices[0][0] - choices[1][0] < worst:
                offer_node(loss, nodes, ranks, 1)
            nodes.append(choices[0][1])
            scores = nodes[-1].group.ranked_scores
            if len(scores) > 1 and scores[0] - scores[1] < worst:
                offer_label(loss, nodes, ranks, 1)
            ranks.append(0)
        groups = [node.group for node in nodes]
        labels = [group.ranked_labels[at] for group, at in zip(groups, ranks, strict=True)]
        yield Reading(last[0][0] - loss, tuple(groups[::-1]), tuple(labels[::-1]))
