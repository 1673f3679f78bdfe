"""The reader of one line of ink: what it read of groups of strokes is kept while the line grows.

    stroke ── cut ──> pieces ── proximity ──> groups ── network, once each ──> scores
    groups ── lattice ──> probabilities of characters, the best readings

A stroke's pieces are kept by the stroke itself, and what was read of a group by its pieces. So a
new stroke costs the few groups that hold it, and undo, redo and erasing cost no pass of the network
at all. While the pen moves only the groups that hold the moving stroke are read again.
"""

import contextlib
import time
from collections.abc import Mapping, Sequence

from realtime.ink.stroke import Ink, Stroke
from realtime.recognition.digits.network import FINAL, INTERIM
from realtime.recognition.lines.groups import Group, GroupScorer
from realtime.recognition.lines.lattice import Lattice, TooManyWaysError
from realtime.recognition.lines.layout import are_beside_each_other, has_rows, is_pile, likeness
from realtime.recognition.lines.pieces import Piece, pieces_of
from realtime.recognition.lines.proximity import Candidate, ProximityGraph
from realtime.recognition.lines.reading import likeliest_texts, segments_of
from realtime.recognition.recognizer import NO_INK, Alternative, Answer, Query, Timings

# A line of forty digits has about fifty strokes. Ink of more than this is refused, since all groups
# of a drawing that comes at once are read at once: a hundred strokes take 0.2 s at most.
MOST_STROKES = 100
MOST_PIECES = 150
# A group is left out if it is e^5 times less likely than its pieces one by one: what its neighbours
# say does not make up for that. (At e^3 one string in 500 is read worse.)
_HOPELESS = 5.0
# Groups and strokes that are kept of what was taken back, as multiples of what is there.
_KEPT = 4
_KEPT_AT_LEAST = 64


class LineReader:
    """An `InkReader` of lines.

    Attributes:
        passes: how often the network was run so far.
    """

    def __init__(self, scorer: GroupScorer) -> None:
        self.passes = 0
        self._scorer = scorer
        self._labels = scorer.network.card.labels
        self._index = {label: index for index, label in enumerate(self._labels)}
        self._graph: ProximityGraph[Piece] = ProximityGraph()
        # The finished strokes that the graph holds, and what is kept of these and earlier ones.
        self._strokes: list[Stroke] = []
        self._pieces: dict[Stroke, tuple[Piece, ...]] = {}
        self._next_id = 0
        self._groups: dict[tuple[int, ...], Group] = {}
        # Of each of those strokes the groups that it brought, without the hopeless ones.
        self._read: list[list[Group]] = []
        self._lattice: Lattice | None = None
        # What the groups were read with.
        self._dot_size = 0.0
        self._allowed: frozenset[int] | None = None
        self._reading_ns = 0

    def recognize(self, ink: Ink, query: Query) -> Answer:
        """The answer for the ink as it is now; see `InkReader`.

        Ink that is too much for a line, or more than one, is rejected without any alternative.
        """
        if not ink.finished and ink.open is None:
            return NO_INK
        started_ns = time.perf_counter_ns()
        self._reading_ns = 0
        lattice = self.lattice(ink, query)
        if lattice is None:
            return Answer(rejected=True)
        texts, best = likeliest_texts(lattice, self._labels, query.top)
        if not are_beside_each_other(best.groups):
            return Answer(rejected=True)
        segments = segments_of(best, lattice.probabilities(), self._labels, query.top)
        text = texts[0][0]
        took_ns = time.perf_counter_ns() - started_ns
        return Answer(
            tuple([Alternative(*one) for one in texts]),
            rejected=likeness(best.groups) < self._scorer.weights.reject_below,
            value=int(text) if text.isdecimal() else None,
            timings=Timings(
                preparation_us=(took_ns - self._reading_ns) // 1000,
                inference_us=self._reading_ns // 1000,
            ),
            segments=segments,
        )

    def lattice(self, ink: Ink, query: Query) -> Lattice | None:
        """The lattice of all ways to read the ink, which has at least one stroke.

        None where there is too much of it for a line, or more than one line.

        Raises:
            RecognitionError: the network failed.
            KeyError: a label of the query is not one of the network's.
        """
        unfinished = ink.open
        if len(ink.finished) + (unfinished is not None) > MOST_STROKES:
            return None
        by_stroke = self._cut(ink.finished)
        if unfinished is not None:
            by_stroke.append(pieces_of(unfinished, self._next_id))
        pieces = [piece for some in by_stroke for piece in some]
        boxes = [piece.box for piece in pieces]
        if len(pieces) > MOST_PIECES or is_pile(boxes) or has_rows(boxes):
            return None
        self._set_query(query)
        self._follow(ink.finished, by_stroke)
        if unfinished is not None:
            self._graph.add(by_stroke[-1])
        try:
            groups = self._read_groups(query, is_open=unfinished is not None)
        finally:
            self._graph.truncate(len(self._strokes))
        known, self._lattice = self._lattice, None
        with contextlib.suppress(TooManyWaysError):
            self._lattice = Lattice(pieces, groups, self._scorer.link, known)
        return self._lattice

    def _cut(self, strokes: Sequence[Stroke]) -> list[tuple[Piece, ...]]:
        """The pieces of each finished stroke."""
        by_stroke = []
        for stroke in strokes:
            pieces = self._pieces.get(stroke)
            if pieces is None:
                pieces = self._pieces[stroke] = pieces_of(stroke, self._next_id)
                self._next_id += len(pieces)
            by_stroke.append(pieces)
        if len(self._pieces) > _KEPT * len(strokes) + _KEPT_AT_LEAST:
            self._pieces = dict(zip(strokes, by_stroke, strict=True))
        return by_stroke

    def _set_query(self, query: Query) -> None:
        """Forget what was read with other labels, or another size of dots."""
        allowed = None
        if query.labels is not None:
            allowed = frozenset([self._index[label] for label in query.labels])
        if (query.dot_size, allowed) != (self._dot_size, self._allowed):
            self._dot_size, self._allowed = query.dot_size, allowed
            self._groups.clear()
            self._read.clear()

    def _follow(self, finished: Sequence[Stroke], by_stroke: Sequence[Sequence[Piece]]) -> None:
        """Make the graph that of the finished strokes."""
        known, same = self._strokes, 0
        for one, other in zip(known, finished, strict=False):
            if one is not other:
                break
            same += 1
        self._graph.truncate(same)
        del known[same:], self._read[same:]
        for place in range(same, len(finished)):
            self._graph.add(by_stroke[place])
            known.append(finished[place])

    def _read_groups(self, query: Query, *, is_open: bool) -> list[Group]:
        """All groups of the graph, of which the last stroke's are not kept if it is still open."""
        graph, kept = self._graph, self._groups
        finished = graph.candidates[:-1] if is_open else graph.candidates
        for candidates in finished[len(self._read) :]:
            read = []
            for candidate in candidates:
                group = kept.get(candidate.ids)
                if group is None:
                    group = kept[candidate.ids] = self._read_group(candidate, FINAL)
                read.append(group)
            self._read.append(_hopeful(read, kept))
        if len(kept) > _KEPT * sum(map(len, finished)) + _KEPT_AT_LEAST:
            self._groups = {
                candidate.ids: kept[candidate.ids]
                for candidates in finished
                for candidate in candidates
            }
        groups = [group for read in self._read for group in read]
        if is_open:
            head = FINAL if query.final else INTERIM
            moving = [self._read_group(candidate, head) for candidate in graph.candidates[-1]]
            groups += _hopeful(moving, kept)
        return groups

    def _read_group(self, candidate: Candidate[Piece], head: int) -> Group:
        started_ns = time.perf_counter_ns()
        group = self._scorer.read(
            candidate, head=head, dot_size=self._dot_size, allowed=self._allowed
        )
        self.passes += 1
        self._reading_ns += time.perf_counter_ns() - started_ns
        return group


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
