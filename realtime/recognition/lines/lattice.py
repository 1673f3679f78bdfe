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

from realtime.recognition.lines.beam import WHOLE, Beam, likeliest
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.lattice_node import Links, Node, nodes_after
from realtime.recognition.lines.log_sum import log_add, log_sum
from realtime.recognition.lines.placed_piece import PlacedPiece

# Others may have their turn after so many: about 2 ms.
NODES_AT_ONCE = 150


# For each piece from left to right the groups that begin there, each with its pieces' bits.
Starting = list[list[tuple[int, Group]]]


class TooManyWaysError(Exception):
    """Ink can be shared among groups in so many ways that it is no line."""


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
                    for covered, hopeful in likeliest(sets, self._beam)
                    for mask, group in starting[place]
                    if not mask & covered
                    for node in nodes_after(group, hopeful, links)
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
