"""The base of the readers of lines, texts and formulas: how an answer is made of read groups."""

import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from typing import Generic, NamedTuple, TypeVar, cast

import msgspec

from realtime.ink.stroke import Ink
from realtime.recognition.answer import Answer, LineFault, Timings
from realtime.recognition.characters.raster_png import raster_png
from realtime.recognition.lines.group_reader import GroupReader
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.line_groups import LineGroups
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.lines.timed_steps import timed
from realtime.recognition.recognizer import Query, Steps, finish

_NO_INK = Answer(empty=True, is_line=True)

# What groups make together: a lattice, the readings of a formula.
_Whole = TypeVar("_Whole")


class GroupedAnswer(NamedTuple):
    """An answer without timings and picture, and the groups of the best reading."""

    answer: Answer
    groups: Sequence[Group]


class GroupedReader(ABC, Generic[_Whole]):
    """An `InkReader` that reads ink group by group, and answers by what the groups make together.

    Args:
        reader: reads groups.
        groups: those of the drawing.
    """

    def __init__(self, reader: GroupReader, groups: LineGroups) -> None:
        self._reader = reader
        self._groups = groups

    @abstractmethod
    def _follow(self, ink: Ink, query: Query) -> Generator[None, None, _Whole | LineFault]:
        """What the groups of ink, at least one stroke, make together, or why they make nothing."""

    @abstractmethod
    def _answer(self, whole: _Whole, query: Query) -> GroupedAnswer | LineFault:
        """What that says, or why it is nothing."""

    @property
    def passes(self) -> int:
        """How often the network was run so far."""
        return self._groups.passes

    def recognize(self, ink: Ink, query: Query) -> Answer:
        """The answer for the ink as it is now; see `InkReader`."""
        return finish(self.steps(ink, query))

    def steps(self, ink: Ink, query: Query) -> Steps:
        """The answer in steps; see `InkReader`.

        Ink that is too much, or that makes nothing, is rejected without any alternative.
        """
        if not ink.finished and ink.open is None:
            return _NO_INK
        groups = self._groups
        groups.reading_ns = 0
        whole, working_ns = yield from timed(self._follow(ink, query))
        if isinstance(whole, str):
            # What groups make together is never a text, which mypy cannot know.
            return _refused(cast("LineFault", whole))
        resumed_ns = time.perf_counter_ns()
        found = self._answer(whole, query)
        if isinstance(found, str):
            return _refused(found)
        working_ns += time.perf_counter_ns() - resumed_ns
        return msgspec.structs.replace(
            found.answer,
            timings=Timings(
                preparation_us=(working_ns - groups.reading_ns) // 1000,
                inference_us=groups.reading_ns // 1000,
            ),
            picture_png=self._picture(found.groups, query),
        )

    def _picture(self, groups: Sequence[Group], query: Query) -> bytes | None:
        """The picture of each character as the network saw it, side by side, if it is asked for."""
        if not query.picture:
            return None
        # A group does not say that its pieces are of strokes; those of a drawing are.
        drawn = [[one for one in group.pieces if isinstance(one, Piece)] for group in groups]
        return raster_png([self._reader.rasterize(pieces, query.dot_size) for pieces in drawn])


def _refused(fault: LineFault) -> Answer:
    """The answer to ink that makes nothing."""
    return Answer(rejected=True, is_line=True, reason=fault)
