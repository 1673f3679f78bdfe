"""The lattice of a line: every way to share its pieces among groups, and how likely each is.

    node    a group, after all that lies to its left is covered, and the state of the text with it
    path    a series of groups that hold each piece once
    score   of a path: the sum of its groups' scores and of those of each group and the next

Pieces are sorted by their middles from left to right. A group begins at its leftmost piece, and
that is always the leftmost one which is not covered yet, so that a path has one order only. What is
covered is a bit for each piece: a group may reach over a piece that another one takes later. (An
exact cover by dynamic programming over the sets that are reached; there are few.)

The scores are those of a semi-Markov conditional random field (Sarawagi and Cohen, 2004), so that
each sum of exp(score) over paths is a probability, once it is divided by that over all paths. A
path of many groups is at no disadvantage: the sums are over all ways to group the same ink.
"""

import math
from collections.abc import Generator, Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple, Protocol

from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.log_sum import log_add, log_sum
from realtime.recognition.lines.placed_piece import PlacedPiece

# Sets of covered pieces that are followed further at one place of the line, the likeliest. In 2,000
# lines of handwriting there are at most a dozen; ink scribbled over itself has thousands.
MOST_SETS = 32
# Nodes that cover the same are followed further unless another is e^8 times likelier: what comes
# after them does not make up for that.
_HOPELESS = 8.0
# A line of forty strokes has about 80; with more than this an answer would take 20 ms and more.
MOST_NODES = 1000
# Others may have their turn after so many: about 2 ms.
NODES_AT_ONCE = 150


class Beam(NamedTuple):
    """How much of a lattice is looked at.

    Attributes:
        nodes: at most.
        sets: of covered pieces at one place that are followed, at most; the likeliest.
        followed: of the nodes that cover the same, at most; the likeliest.
        hopeless: those are not followed than which another is likelier by this, as a logarithm;
            None for what suits lines.
    """

    nodes: int = MOST_NODES
    sets: int = MOST_SETS
    followed: int | None = None
    hopeless: float | None = None


WHOLE = Beam()

# For each piece from left to right the groups that begin there, each with its pieces' bits.
Starting = list[list[tuple[int, Group]]]


class Links(Protocol):
    """The scores of groups that follow each other, given the state of the text; it begins as 0."""

    def link(self, one: Group | None, other: Group | None, state: int) -> float:
        """The score of one group being followed by another; None stands for the line's ends.

        `state` is that after the first one.
        """

    def state_after(self, state: int, group: Group) -> int:
        """The state of a text after one more group."""


class TooManyWaysError(Exception):
    """Ink can be shared among groups in so many ways that it is no line."""


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


class Lattice:
    """The ways to share all pieces of a line, at least one, among groups.

    Attributes:
        nodes: each after all those that may come before it.
        last: those at which a path ends.
        total: logarithm of the sum of exp(score) over all paths.
    """

    def __init__(self, starting: Starting, beam: Beam) -> None:
        """Take the groups that begin at each place; `build` makes a whole lattice."""
        self.nodes: list[Node] = []
        self.last: list[Node] = []
        self.total = -math.inf
        self._starting = starting
        self._beam = beam
        # For each place the nodes of groups that begin there, with what is covered after them.
        self._made: list[list[tuple[Node, int]]] = []

    @classmethod
    def build(
        cls,
        pieces: Sequence[PlacedPiece],
        groups: Sequence[Group],
        links: Links,
        known: "Lattice | None" = None,
        beam: Beam = WHOLE,
    ) -> Generator[None, None, "Lattice"]:
        """Build a lattice; yields where others may have their turn.

        Args:
            pieces: all of them; each is a group alone, too.
            groups: of these pieces.
            links: the scores of groups that follow each other.
            known: a lattice of the same line at another moment, which is used up: the nodes of its
                beginning are taken over as far as it is the same.
            beam: how much is looked at; always the same for one line.

        Raises:
            TooManyWaysError: the ink can be shared in more ways than is worth looking at.
        """
        lattice = cls(_by_first_piece(pieces, groups), beam)
        yield from lattice._go_forward((1 << len(pieces)) - 1, links, known)
        lattice.total = log_sum([node.forward + node.end for node in lattice.last])
        if len(lattice.nodes) > NODES_AT_ONCE:
            yield
        lattice._go_backward()
        return lattice

    def _go_forward(self, everything: int, links: Links, known: "Lattice | None") -> Iterator[None]:
        starting = self._starting
        # For each place the sets of covered pieces that lack it first, and the nodes that reach
        # them; at the beginning no node does.
        reached: list[dict[int, list[Node]]] = [{} for _ in starting]
        reached[0][0] = []
        same = 0
        if known is not None:
            for mine, other in zip(starting, known._starting, strict=False):
                if mine != other:
                    break
                same += 1
        yielded_at = 0
        for place, sets in enumerate(reached):
            if known is not None and place < same:
                made = known._made[place]
            else:
                made = [
                    (node, covered | mask)
                    for covered, hopeful in _likeliest(sets, self._beam)
                    for mask, group in starting[place]
                    if not mask & covered
                    for node in _nodes(group, hopeful, links)
                ]
            if len(self.nodes) + len(made) > self._beam.nodes:
                raise TooManyWaysError
            if len(self.nodes) - yielded_at > NODES_AT_ONCE:
                yielded_at = len(self.nodes)
                yield
            self._made.append(made)
            for node, covered in made:
                self.nodes.append(node)
                if covered == everything:
                    node.end = links.link(node.group, None, node.state)
                    self.last.append(node)
                    continue
                following = place + 1
                while covered >> following & 1:
                    following += 1
                if following >= same:
                    reached[following].setdefault(covered, []).append(node)

    def _go_backward(self) -> None:
        for node in self.nodes:
            node.backward = -math.inf
        for node in self.last:
            node.backward = node.end
        for node in reversed(self.nodes):
            if node.backward == -math.inf:
                continue
            onward = node.backward + node.group.score
            for before, link in node.incoming:
                known = before.backward
                # Most nodes lead to one other only.
                before.backward = (
                    onward + link if known == -math.inf else log_add(known, onward + link)
                )

    def probabilities(self) -> dict[Group, float]:
        """The probability of each group: the share of the paths that hold it."""
        found: dict[Group, float] = {}
        total = self.total
        for node in self.nodes:
            share = math.exp(node.forward + node.backward - total)
            found[node.group] = found.get(node.group, 0.0) + share
        return found


def _nodes(group: Group, before: Sequence[Node], links: Links) -> list[Node]:
    """The nodes of a group after some others, one for each state of the text."""
    if not before:
        return [Node(group, links.state_after(0, group), [], links.link(None, group, 0))]
    by_state: dict[int, list[tuple[Node, float]]] = {}
    for one in before:
        state = links.state_after(one.state, group)
        by_state.setdefault(state, []).append((one, links.link(one.group, group, one.state)))
    return [Node(group, state, incoming, 0.0) for state, incoming in by_state.items()]


def _likeliest(sets: dict[int, list[Node]], beam: Beam) -> list[tuple[int, list[Node]]]:
    """The sets to follow further, with the nodes that reach them and are worth following."""
    if len(sets) > beam.sets:
        by_best = sorted(
            sets.items(), key=lambda item: max([node.forward for node in item[1]]), reverse=True
        )
        sets = dict(by_best[: beam.sets])
    return [(covered, _hopeful(nodes, beam)) for covered, nodes in sets.items()]


def _hopeful(nodes: list[Node], beam: Beam) -> list[Node]:
    if len(nodes) < 2:
        return nodes
    margin = _HOPELESS if beam.hopeless is None else beam.hopeless
    least = max([node.forward for node in nodes]) - margin
    hopeful = [node for node in nodes if node.forward >= least]
    if beam.followed is not None and len(hopeful) > beam.followed:
        hopeful.sort(key=attrgetter("forward"), reverse=True)
        del hopeful[beam.followed :]
    return hopeful


def _by_first_piece(pieces: Sequence[PlacedPiece], groups: Sequence[Group]) -> Starting:
    """For each piece from left to right the groups that begin there, each with its pieces' bits."""
    middles = [(piece.box.left + piece.box.right, piece.id) for piece in pieces]
    bits = {piece_id: 1 << place for place, (_, piece_id) in enumerate(sorted(middles))}
    starting: Starting = [[] for _ in pieces]
    for group in groups:
        first, *others = group.ids
        mask = bits[first]
        for other in others:
            mask |= bits[other]
        starting[(mask & -mask).bit_length() - 1].append((mask, group))
    return starting
