"""Which pieces of ink lie near each other, and the groups of them that may be one character.

A piece's groups are found when it comes, among those that came before; so a new stroke costs the
same whatever its place in a line, and it does not matter whether a line is read while it is written
or all at once. The graph is one of distances: a bar or a dot may come long after what it belongs
to.
"""

from bisect import insort
from collections.abc import Iterable, Sequence
from operator import attrgetter, itemgetter
from statistics import median
from typing import Generic, NamedTuple

from realtime.recognition.characters.box import extent
from realtime.recognition.lines.placed_piece import AnyPiece
from realtime.recognition.lines.places import large_of
from realtime.recognition.lines.proximity_rules import LINE_RULES, ProximityRules

# The usual size of a line's pieces is the median of those of at least this share of the largest.
_LARGE = 0.6
# A digit has at most four strokes, and a stroke has at most four pieces.
MOST_PIECES = 4
# Of a new stroke; each is rasterized and read by the network. A chain of strokes each near the next
# has ten groups of up to four that hold one of them.
MOST_GROUPS = 10
# Nearest pieces by which a group may grow, and how many groups of one size grow further. Strokes
# that lie on top of each other are all near each other.
_NEIGHBOURS = 6
_GROWING = 8
# What one more piece costs, beside its distance, in the choice of the groups that are read.
_PIECE_COST = 0.05

_Link = tuple[float, int, float, AnyPiece]
# What a group costs, and its pieces; by their ids.
_Grown = tuple[float, tuple[AnyPiece, ...]]
_Growing = dict[tuple[int, ...], _Grown[AnyPiece]]


class Candidate(NamedTuple, Generic[AnyPiece]):
    """A group of pieces that may be one character.

    Attributes:
        ids: of its pieces, by which it is known.
        pieces: in the order drawn.
        gap: the widest of the gaps that have to be bridged to join them.
    """

    ids: tuple[int, ...]
    pieces: tuple[AnyPiece, ...]
    gap: float

    @classmethod
    def of(cls, pieces: Iterable[AnyPiece], gap: float = 0.0) -> "Candidate[AnyPiece]":
        """A candidate of some pieces, in any order."""
        in_order = tuple(sorted(pieces, key=attrgetter("id")))
        return cls(tuple([piece.id for piece in in_order]), in_order, gap)


class ProximityGraph(Generic[AnyPiece]):
    """The pieces of a drawing, and the groups that each stroke brought when it came.

    Args:
        rules: which pieces are near, and which groups are none; those of a line by default.
    """

    def __init__(self, rules: ProximityRules = LINE_RULES) -> None:
        self._rules = rules
        self._strokes: list[Sequence[AnyPiece]] = []
        self.candidates: list[list[Candidate[AnyPiece]]] = []
        # For each piece the near ones, the nearest first: relative distance, id, gap, piece.
        self._near: dict[int, list[_Link[AnyPiece]]] = {}

    def add(self, stroke: Sequence[AnyPiece]) -> None:
        """Take in the pieces of a stroke."""
        before = [piece for other in self._strokes for piece in other]
        large = large_of([piece.box for piece in (*before, *stroke)], _LARGE)
        usual = median([extent(box) for box in large])
        for piece in stroke:
            links = self._near[piece.id] = []
            for other in before:
                link = self._rules.link(piece, other, usual)
                if link is not None:
                    gap, relative = link
                    insort(links, (relative, other.id, gap, other), key=itemgetter(0, 1))
                    insort(
                        self._near[other.id], (relative, piece.id, gap, piece), key=itemgetter(0, 1)
                    )
            before.append(piece)
        self._strokes.append(stroke)
        self.candidates.append(self._groups(stroke))

    def truncate(self, count: int) -> None:
        """Forget all strokes but the first so many."""
        if count == len(self._strokes):
            return
        gone = {piece.id for stroke in self._strokes[count:] for piece in stroke}
        del self._strokes[count:]
        del self.candidates[count:]
        links_of_gone = [link for piece_id in gone for link in self._near.pop(piece_id)]
        for piece_id in {link[1] for link in links_of_gone} - gone:
            self._near[piece_id] = [link for link in self._near[piece_id] if link[1] not in gone]

    def _groups(self, stroke: Sequence[AnyPiece]) -> list[Candidate[AnyPiece]]:
        """The groups that hold at least one of a new stroke's pieces, the likeliest first."""
        growing: _Growing[AnyPiece] = {(piece.id,): (0.0, (piece,)) for piece in stroke}
        alone = list(growing.values())
        joined: list[_Grown[AnyPiece]] = []
        refuses = self._rules.refuses
        for _ in range(MOST_PIECES - 1):
            grown: _Growing[AnyPiece] = {}
            for ids, (cost, group) in growing.items():
                for member in group:
                    for relative, other_id, _, other in self._near[member.id][:_NEIGHBOURS]:
                        if other_id in ids:
                            continue
                        key = tuple(sorted((*ids, other_id)))
                        more = cost + relative + _PIECE_COST
                        if key not in grown or more < grown[key][0]:
                            grown[key] = (more, (*group, other))
            grown = {key: one for key, one in grown.items() if not refuses(one[1])}
            if not grown:
                break
            # By the cost and then by the pieces, so that there are no ties.
            cheapest = sorted(grown.items(), key=lambda item: (item[1][0], item[0]))
            growing = dict(cheapest[:_GROWING])
            joined += growing.values()
        # Pieces alone are never left out: with them there is always a way to read all ink.
        joined.sort(key=itemgetter(0))
        kept = alone + joined[: MOST_GROUPS - len(alone)]
        return [Candidate.of(group, self._widest_gap(group)) for _, group in kept]

    def _widest_gap(self, group: Sequence[AnyPiece]) -> float:
        """The widest gap of the tree that joins a group with the least gaps (Prim's algorithm)."""
        outside = {piece.id for piece in group[1:]}
        inside, widest = [group[0]], 0.0
        while outside:
            gap, _, piece = min(
                (gap, other_id, other)
                for member in inside
                for _, other_id, gap, other in self._near[member.id]
                if other_id in outside
            )
            outside.remove(piece.id)
            inside.append(piece)
            widest = max(widest, gap)
        return widest
