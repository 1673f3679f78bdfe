"""Which pieces of ink lie near each other, and the groups of them that may be one character.

A piece's groups are found when it comes, among those that came before; so a new stroke costs the
same whatever its place in a line, and it does not matter whether a line is read while it is written
or all at once. The graph is one of distances: a bar or a dot may come long after what it belongs
to.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter, itemgetter
from statistics import median
from typing import Generic, NamedTuple

import numpy as np

from realtime.recognition.characters.box import Box, extent
from realtime.recognition.lines.placed_piece import AnyPiece, PlacedPiece
from realtime.recognition.lines.places import large_of

# Pieces are near when the ink between them is apart by at most this share of the larger one's size,
# and when they are apart sideways by at most that share. Of the characters of several strokes 1 in
# 250 is drawn further apart, and its neighbours are as near as that.
NEAR = 0.6
NEAR_ASIDE = 0.3
# Small pieces one above the other are near, too, when the ink between them is apart by at most this
# share of the line's usual size: the dots of a colon, the bars of an equals sign.
NEAR_STACKED = 0.8
_SMALL = 0.75
# So far may their middles be apart sideways, as a share of the line's usual size.
_ASIDE = 0.25
# The usual size of a line's pieces is the median of those of at least this share of the largest.
_LARGE = 0.6
# A group of two strokes that are at least that share of its height high each, and that is so many
# times wider than high, is no character: of 6,900 digits and capital letters 1 in 200 is wider.
_UPRIGHT = 0.5
WIDEST = 1.7
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


class DotReach(NamedTuple):
    """How far dots are from what they belong to, in sizes of the line's characters.

    Attributes:
        size: dots are no larger than this.
        above: the space between a dot and what is below it.
        aside: that between them sideways.
    """

    size: float
    above: float
    aside: float


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

    def __init__(self, rules: "ProximityRules | None" = None) -> None:
        self._rules = rules or LINE_RULES
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


def _is_too_wide(group: Sequence[PlacedPiece]) -> bool:
    """Whether a group is at least two characters beside each other."""
    box = Box.around([piece.box for piece in group])
    height = box.bottom - box.top
    if box.right - box.left <= WIDEST * height:
        return False
    upright = {
        piece.stroke for piece in group if piece.box.bottom - piece.box.top >= _UPRIGHT * height
    }
    return len(upright) > 1


def _link(one: PlacedPiece, other: PlacedPiece, usual: float) -> tuple[float, float] | None:
    """The gap between two pieces and that relative to their size; None where they are not near.

    `usual` is the size of the line's characters.
    """
    if one.stroke == other.stroke:
        return (0.0, 0.0) if abs(one.place - other.place) == 1 else None
    size = max(one.size, other.size)
    left, top, right, bottom = one.box
    other_left, other_top, other_right, other_bottom = other.box
    aside = max(left - other_right, other_left - right, 0.0)
    if usual and size <= _SMALL * usual and _apart(one.box, other.box) <= _ASIDE * usual:
        gap = max(top - other_bottom, other_top - bottom, 0.0)
        if gap <= NEAR_STACKED * usual:
            gap = float(np.abs(one.outline[:, None] - other.outline).min())
            return gap, gap / usual
    if aside > NEAR_ASIDE * size or max(top - other_bottom, other_top - bottom) > NEAR * size:
        return None
    gap = float(np.abs(one.outline[:, None] - other.outline).min())
    if gap > NEAR * size:
        return None
    return gap, (gap + aside) / size if size else 0.0


def _dot_link(
    one: PlacedPiece, other: PlacedPiece, usual: float, dots: DotReach
) -> tuple[float, float] | None:
    """The gap between a dot and what is below it, as `_link` has it."""
    dot, body = (one, other) if one.size <= other.size else (other, one)
    is_above = dot.box.bottom <= (body.box.top + body.box.bottom) / 2
    if not usual or dot.size > dots.size * usual or not is_above:
        return None
    aside = max(dot.box.left - body.box.right, body.box.left - dot.box.right, 0.0)
    if body.box.top - dot.box.bottom > dots.above * usual or aside > dots.aside * usual:
        return None
    gap = float(np.abs(one.outline[:, None] - other.outline).min())
    return gap, (gap + aside) / usual


def _apart(one: Box, other: Box) -> float:
    """How far the middles of two boxes are apart sideways."""
    return abs((one.left + one.right) - (other.left + other.right)) / 2


class ProximityRules(NamedTuple):
    """What makes the groups of a drawing.

    Attributes:
        link: the gap between two pieces, and that relative to their size, given the usual size of
            the drawing's pieces; None where they are not near.
        refuses: whether several pieces are no character, whatever their ink looks like.
    """

    link: Callable[[PlacedPiece, PlacedPiece, float], tuple[float, float] | None]
    refuses: Callable[[Sequence[PlacedPiece]], bool]


LINE_RULES = ProximityRules(_link, _is_too_wide)


def rules_with_dots(dots: DotReach) -> ProximityRules:
    """The rules of a line of letters, of which some have dots."""

    def link(one: PlacedPiece, other: PlacedPiece, usual: float) -> tuple[float, float] | None:
        return _link(one, other, usual) or _dot_link(one, other, usual, dots)

    return ProximityRules(link, _is_too_wide)
