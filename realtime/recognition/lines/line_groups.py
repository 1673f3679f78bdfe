"""The groups of a line that grows: each is read by the network once, and kept by its pieces.

A stroke's pieces are kept by the stroke itself, and what was read of a group by its pieces. So a
new stroke costs the few groups that hold it, and undo, redo and erasing cost no pass of the network
at all. While the pen moves only the groups that hold the moving stroke are read again.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from realtime.ink.pin import Pin
from realtime.ink.stroke import Stroke
from realtime.recognition.characters.network import FINAL
from realtime.recognition.lines.group_reader import GroupReader
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.pieces import Piece, pieces_of
from realtime.recognition.lines.placing import Places
from realtime.recognition.lines.proximity import MOST_GROUPS, Candidate, ProximityGraph
from realtime.recognition.lines.proximity_rules import LINE_RULES, ProximityRules
from realtime.recognition.lines.stroke_pieces import StrokePieces

# Passes of the network after which others may have their turn: as many as one stroke can cost.
PASSES_AT_ONCE = MOST_GROUPS
# The same where an engine runs it, which is asked for all of them at once. Four milliseconds of
# rasters, and of the local network where it does not answer.
PASSES_IN_A_REQUEST = 3 * MOST_GROUPS
# A group is left out if it is e^5 times less likely than its pieces one by one: what its neighbours
# say does not make up for that. (At e^3 one string in 500 is read worse.)
_HOPELESS = 5.0
# Groups are kept of what was taken back, until all that is kept is more than so many times what is
# there, and more than these; see `StrokePieces`.
_KEPT = 2
_KEPT_GROUPS = 128


class LineGroups:
    """What is known of the strokes of one line, or of one formula.

    Args:
        reader: reads and scores groups.
        places: puts them in their places.
        cut: makes the pieces of a stroke, given the first one's id.
        rules: which pieces make groups.

    Attributes:
        passes: how often the network was run so far.
        reading_ns: how long that took.
    """

    def __init__(
        self,
        reader: GroupReader,
        places: Places,
        cut: Callable[[Stroke, int], tuple[Piece, ...]] = pieces_of,
        rules: ProximityRules = LINE_RULES,
    ) -> None:
        self.passes = 0
        self.reading_ns = 0
        self._reader = reader
        in_place = reader.network.runs_in_place
        self._passes_at_once = PASSES_AT_ONCE if in_place else PASSES_IN_A_REQUEST
        self._index = {label: index for index, label in enumerate(reader.names)}
        self._graph = ProximityGraph[Piece](rules)
        self._pieces = StrokePieces(cut)
        # The finished strokes that the graph holds, and what is kept of these and earlier ones.
        self._strokes: list[Stroke] = []
        self._groups: dict[tuple[int, ...], Group] = {}
        # Of each of those strokes the groups that it brought, without the hopeless ones.
        self._read: list[list[Group]] = []
        # Pinned groups, by their pieces and label.
        self._pinned: dict[tuple[tuple[int, ...], str], Group] = {}
        self._places = places
        # What the groups were read with.
        self._dot_size = 0.0
        self._allowed: frozenset[int] | None = None

    def set_query(self, dot_size: float, labels: frozenset[str] | None) -> None:
        """Forget what was read with another size of dots, or other labels to choose among.

        Raises:
            KeyError: a label is not one of the network's.
        """
        allowed = None
        if labels is not None:
            allowed = frozenset([self._index[label] for label in labels])
        if (dot_size, allowed) != (self._dot_size, self._allowed):
            self._dot_size, self._allowed = dot_size, allowed
            self._groups.clear()
            self._read.clear()
            self._pinned.clear()
            self._places.clear()

    def cut(self, strokes: Sequence[Stroke]) -> Iterator[None]:
        """Cut finished strokes into pieces; yields when others may have their turn."""
        if (yield from self._pieces.cut(strokes)):
            # A group holds its pieces, and with them the strokes.
            known = self._pieces.ids()
            self._groups = {
                ids: group for ids, group in self._groups.items() if known.issuperset(ids)
            }

    def pieces(self, strokes: Sequence[Stroke]) -> list[tuple[Piece, ...]]:
        """The pieces of each of some strokes that were cut."""
        return [self._pieces[stroke] for stroke in strokes]

    def cut_open(self, stroke: Stroke) -> tuple[Piece, ...]:
        """The pieces of a stroke that still moves; nothing of it is kept."""
        return self._pieces.cut_open(stroke)

    def read(self, strokes: Sequence[Stroke], *, is_final: bool = True) -> Iterator[None]:
        """Read the groups of finished strokes; yields when others may have their turn.

        Args:
            strokes: all of them; those that are new are read, as many together as may be.
            is_final: whether a person waits for the answer.
        """
        known, same = self._strokes, 0
        for one, other in zip(known, strokes, strict=False):
            if one is not other:
                break
            same += 1
        self._graph.truncate(same)
        del known[same:], self._read[same:]
        candidates = self._graph.candidates
        while (place := len(self._read)) < len(strokes):
            unread: list[Candidate[Piece]] = []
            while place < len(strokes) and len(unread) < self._passes_at_once:
                if place == len(known):
                    self._graph.add(self._pieces[strokes[place]])
                    known.append(strokes[place])
                unread += [one for one in candidates[place] if one.ids not in self._groups]
                place += 1
            for group in self._pass(unread, FINAL, is_final=is_final):
                self._groups[group.ids] = group
            for some in candidates[len(self._read) : place]:
                read = [self._groups[one.ids] for one in some]
                self._read.append(_hopeful(read, self._groups))
            if place < len(strokes):
                yield
        if len(self._groups) > _KEPT * sum(map(len, candidates)) + _KEPT_GROUPS:
            self._groups = {one.ids: self._groups[one.ids] for some in candidates for one in some}

    def pin(self, pins: Sequence[Pin], *, is_final: bool = True) -> Iterator[None]:
        """Read the pinned groups, and forget those of other pins."""
        by_number = {}
        if pins:
            by_number = {stroke.number: self._pieces[stroke] for stroke in self._strokes}
        pinned = {}
        for first in range(0, len(pins), self._passes_at_once):
            if first:
                yield
            unread = []
            some = []
            for pin in pins[first : first + self._passes_at_once]:
                pieces = [piece for number in pin.strokes for piece in by_number[number]]
                # How far apart the strokes are says nothing any more.
                candidate = Candidate.of(pieces)
                key = candidate.ids, pin.label
                some.append(key)
                if key not in self._pinned and candidate.ids not in self._groups:
                    unread.append(candidate)
            read = {group.ids: group for group in self._pass(unread, FINAL, is_final=is_final)}
            for ids, label in some:
                pinned[ids, label] = self._pinned.get((ids, label)) or self._reader.pinned(
                    self._groups.get(ids) or read[ids], self._index[label]
                )
        self._pinned = pinned

    @property
    def pinned(self) -> list[Group]:
        """The pinned groups."""
        return list(self._pinned.values())

    def all(self, moving: tuple[Piece, ...], head: int) -> list[Group]:
        """All groups of the finished strokes, and those that the moving one brings.

        Args:
            moving: the pieces of the open stroke; none where there is none.
            head: of the network, for the groups that hold these.
        """
        groups = [group for read in self._read for group in read]
        pieces = [piece for stroke in self._strokes for piece in self._pieces[stroke]]
        if moving:
            self._graph.add(moving)
            try:
                read = self._pass(self._graph.candidates[-1], head, is_final=head == FINAL)
                groups += _hopeful(read, self._groups)
            finally:
                self._graph.truncate(len(self._strokes))
        return self._places.place(groups, [*pieces, *moving], self.pinned, self._allowed)

    def _pass(
        self, candidates: Sequence[Candidate[Piece]], head: int, *, is_final: bool
    ) -> list[Group]:
        """What the network says of some candidates, which it reads together."""
        if not candidates:
            return []
        started_ns = time.perf_counter_ns()
        groups = self._reader.read(
            candidates,
            head=head,
            dot_size=self._dot_size,
            allowed=self._allowed,
            is_final=is_final,
        )
        self.passes += len(candidates)
        self.reading_ns += time.perf_counter_ns() - started_ns
        return groups


def _hopeful(groups: Sequence[Group], kept: Mapping[tuple[int, ...], Group]) -> list[Group]:
    """The groups that are not far less likely than their pieces one by one: few are.

    Args:
        groups: of one stroke's pieces and others.
        kept: has each other piece alone.
    """
    own = {group.ids: group for group in groups}
    return [
        group
        for group in groups
        if len(group.ids) == 1
        or group.score + _HOPELESS
        > sum([(own.get((one,)) or kept[one,]).score for one in group.ids])
    ]
