"""The reader of one line of ink: the answer to it as it is now, time and again while it grows.

    stroke ── cut ──> pieces ── proximity ──> groups ── network, once each ──> scores
    groups ── lattice ──> probabilities of characters, the best readings

All of a line that is long, and comes at once, takes a fifth of a second to read: the work is done
in steps, between which others may have their turn.
"""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Generator, Sequence

from realtime.ink.pin import Pin
from realtime.ink.stroke import Ink
from realtime.recognition.answer import Alternative, Answer, LineFault
from realtime.recognition.characters.box import Box
from realtime.recognition.characters.network import FINAL, INTERIM
from realtime.recognition.lines.arithmetic import sum_of
from realtime.recognition.lines.beam import WHOLE, Beam
from realtime.recognition.lines.group_reader import GroupReader
from realtime.recognition.lines.group_scorer import GroupScorer
from realtime.recognition.lines.grouped_reader import GroupedAnswer, GroupedReader
from realtime.recognition.lines.lattice import NODES_AT_ONCE, Lattice, TooManyWaysError
from realtime.recognition.lines.lattice_node import Links
from realtime.recognition.lines.layout import (
    ROW_HEIGHT,
    fault_of_characters,
    has_rows,
    is_pile,
)
from realtime.recognition.lines.line_groups import LineGroups
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.lines.placing import Places, Placing
from realtime.recognition.lines.proximity_rules import LINE_RULES, ProximityRules
from realtime.recognition.lines.reading import likeliest_texts, log_likeness, segments_of
from realtime.recognition.recognizer import Query, finish

# A line of forty digits has about fifty strokes. Ink of more than this is refused, since all groups
# of a drawing that comes at once are read for one answer: a hundred strokes take 0.2 s at most.
MOST_STROKES = 100
MOST_PIECES = 150


class LatticeReader(GroupedReader[Lattice]):
    """An `InkReader` of what is decoded by a lattice of groups.

    Args:
        scorer: reads groups.
        places: places them.
        beam: how much of a lattice is looked at.
        rules: which pieces make groups.
        row_height: see `has_rows`.
    """

    def __init__(
        self,
        scorer: GroupReader,
        places: Places,
        *,
        beam: Beam = WHOLE,
        rules: ProximityRules = LINE_RULES,
        row_height: float = ROW_HEIGHT,
    ) -> None:
        super().__init__(scorer, LineGroups(scorer, places, rules=rules))
        self._beam = beam
        self._row_height = row_height
        self._lattice: Lattice | None = None

    @abstractmethod
    def links(self, query: Query) -> Links:
        """What scores groups that follow each other, once all are placed.

        Where it differs from that of the answer before, `_lattice` is to be None.
        """

    def lattice(self, ink: Ink, query: Query) -> Lattice | None:
        """The lattice of all ways to read the ink, which has at least one stroke.

        None where there is too much of it for a line, or more than one line.

        Raises:
            RecognitionError: the network failed.
            KeyError: a label of the query is not one of the network's.
        """
        lattice = finish(self._follow(ink, query))
        return lattice if isinstance(lattice, Lattice) else None

    def _follow(self, ink: Ink, query: Query) -> Generator[None, None, Lattice | LineFault]:
        """The lattice of the ink, or why it is no line."""
        finished, unfinished, groups = ink.finished, ink.open, self._groups
        if len(finished) + (unfinished is not None) > MOST_STROKES:
            return "too_many_strokes"
        yield from groups.cut(finished)
        moving = () if unfinished is None else groups.cut_open(unfinished)
        pieces = [piece for some in (*groups.pieces(finished), moving) for piece in some]
        if fault := _fault_of(pieces, ink.pins, self._row_height):
            return fault
        groups.set_query(query.dot_size, None if query.labels is None else frozenset(query.labels))
        yield from groups.read(finished, is_final=query.final)
        yield from groups.pin(ink.pins, is_final=query.final)
        together = groups.all(moving, FINAL if query.final else INTERIM)
        links = self.links(query)
        known, self._lattice = self._lattice, None
        try:
            self._lattice = yield from Lattice.build(pieces, together, links, known, self._beam)
        except TooManyWaysError:
            return "pile"
        if len(self._lattice.nodes) > NODES_AT_ONCE:
            yield
        return self._lattice


class LineReader(LatticeReader):
    """An `InkReader` of lines of numbers and sums."""

    def __init__(self, scorer: GroupScorer) -> None:
        super().__init__(scorer, Placing(scorer))
        self._scorer = scorer

    def links(self, query: Query) -> Links:  # noqa: ARG002
        """The scorer, which is the same for all lines; see `LatticeReader`."""
        return self._scorer

    def _answer(self, whole: Lattice, query: Query) -> GroupedAnswer | LineFault:
        names = self._scorer.names
        texts, best = likeliest_texts(whole, names, query.top)
        if fault := fault_of_characters(best.groups):
            return fault
        text = texts[0][0]
        answer = Answer(
            tuple([Alternative(*one) for one in texts]),
            rejected=log_likeness(best) < self._scorer.weights.reject_below,
            value=int(text) if text.isdecimal() else None,
            is_line=True,
            segments=segments_of(best, whole.probabilities(), names, query.top),
            result=sum_of(text),
        )
        return GroupedAnswer(answer, best.groups)


def _fault_of(pieces: Sequence[Piece], pins: Sequence[Pin], row_height: float) -> LineFault | None:
    """Why pieces are no line, as far as their boxes tell."""
    if len(pieces) > MOST_PIECES:
        return "too_many_strokes"
    boxes = _boxes(pieces, pins)
    if is_pile(boxes):
        return "pile"
    return "rows" if has_rows(boxes, row_height) else None


def _boxes(pieces: Sequence[Piece], pins: Sequence[Pin]) -> list[Box]:
    """The box of each piece, but one for all that is pinned together."""
    if not pins:
        return [piece.box for piece in pieces]
    pin_of = {number: pin for pin in pins for number in pin.strokes}
    together = defaultdict[Pin, list[Box]](list)
    boxes = list[Box]()
    for piece in pieces:
        pin = pin_of.get(piece.stroke)
        (boxes if pin is None else together[pin]).append(piece.box)
    return boxes + [Box.around(some) for some in together.values()]
