"""The nodes of a lattice: groups in their places, each with all that may come before it."""

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import Protocol

from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.log_sum import log_sum


class Links(Protocol):
    """The scores of groups that follow each other, given the state of the text; it begins as 0."""

    def link(self, one: Group | None, other: Group | None, state: int) -> float:
        """The score of one group being followed by another; None stands for the line's ends.

        `state` is that after the first one.
        """

    def state_after(self, state: int, group: Group) -> int:
        """The state of a text after one more group."""


class Node:
    """A group at one place of the lattice.

    Attributes:
        group: the group.
        state: of the text that ends with it.
        incoming: the nodes before it, each with the score of the link; none at the beginning.
        forward: logarithm of the sum over all paths from the beginning up to and with this group.
        backward: the same over all paths from behind this group to the end.
        choices: the nodes before it, each with the score of the best path up to it and of the link,
            the best first.
        best: the score of the best path up to and with this group's best label.
        end: the score of the line's end coming next; 0 unless all is covered.
    """

    __slots__ = ("backward", "best", "choices", "end", "forward", "group", "incoming", "state")

    def __init__(
        self, group: Group, state: int, incoming: list[tuple["Node", float]], begin: float
    ) -> None:
        """Score a node; `begin` is the score of the line's beginning where none comes before it."""
        self.group = group
        self.state = state
        self.incoming = incoming
        self.forward = group.score
        self.backward = -math.inf
        self.best = group.ranked_scores[0]
        self.end = 0.0
        self.choices = [(node.best + link, node) for node, link in incoming]
        if incoming:
            self.forward += log_sum([node.forward + link for node, link in incoming])
            if len(incoming) > 1:
                self.choices.sort(key=itemgetter(0), reverse=True)
            self.best += self.choices[0][0]
        else:
            self.forward += begin
            self.best += begin


def nodes_after(group: Group, before: Sequence[Node], links: Links) -> list[Node]:
    """The nodes of a group after some others, one for each state of the text."""
    if not before:
        return [Node(group, links.state_after(0, group), [], links.link(None, group, 0))]
    by_state: dict[int, list[tuple[Node, float]]] = {}
    for one in before:
        state = links.state_after(one.state, group)
        by_state.setdefault(state, []).append((one, links.link(one.group, group, one.state)))
    return [Node(group, state, incoming, 0.0) for state, incoming in by_state.items()]
