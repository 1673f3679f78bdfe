"""The reader of one formula: the answer to its ink as it is now, time and again while it grows.

    stroke ── nearness ──> groups ── network, once each ──> scores ── covers ──> signs
    signs ── regions, rows ──> trees ──> the likeliest formulas

Groups keep what the network said of them, and rows what they were parsed as, so that a new stroke
costs the few groups and rows that it is in.
"""

import math
from collections.abc import Generator, Sequence

from realtime.ink.stroke import Ink, Stroke
from realtime.recognition.answer import Answer, LineFault
from realtime.recognition.characters.network import FINAL, INTERIM
from realtime.recognition.lines.grouped_reader import GroupedAnswer, GroupedReader
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.line_groups import LineGroups
from realtime.recognition.lines.pieces import Piece, whole_piece
from realtime.recognition.lines.placing import NoPlaces
from realtime.recognition.math.covers import best_covers
from realtime.recognition.math.formula_parser import FormulaParser
from realtime.recognition.math.nearness import FORMULA_RULES, without_wrong_bars
from realtime.recognition.math.reading import (
    Reading,
    likeliest_formulas,
    likeness,
    segments_of,
)
from realtime.recognition.math.scoring import MathScorer
from realtime.recognition.math.tree import with_functions
from realtime.recognition.recognizer import Query, finish

# A formula of thirty signs has about fifty strokes. Ink of more than this is refused, since all of
# a drawing that comes at once is read for one answer.
MOST_STROKES = 150
# Formulas that are read of each way to share the strokes among groups.
_READINGS = 3


class MathReader(GroupedReader[list[Reading]]):
    """An `InkReader` of formulas."""

    def __init__(self, scorer: MathScorer) -> None:
        self._scorer = scorer
        super().__init__(scorer, LineGroups(scorer, NoPlaces(), _whole, FORMULA_RULES))
        self._parser = FormulaParser(scorer)

    def _answer(self, whole: list[Reading], query: Query) -> GroupedAnswer:
        weights = self._scorer.weights
        best = whole[0]
        alternatives, shares = likeliest_formulas(whole, weights.parse.temperature, query.top)
        is_formula = _places(best) >= weights.layout_below
        text = alternatives[0].text
        answer = Answer(
            tuple(alternatives),
            rejected=not is_formula or likeness(best) < weights.reject_below,
            value=int(text) if text.isdecimal() and text.isascii() else None,
            is_line=True,
            segments=segments_of(whole, shares, self._scorer.names, query.top),
            result=alternatives[0].result,
            reason=None if is_formula else "layout",
        )
        return GroupedAnswer(answer, best.groups)

    def readings(self, ink: Ink, query: Query) -> list[Reading]:
        """The best readings of ink, the best first; none where there is too much of it.

        Raises:
            RecognitionError: the network failed.
            KeyError: a label of the query is not one of those of formulas.
        """
        found = finish(self._follow(ink, query))
        return [] if isinstance(found, str) else found

    def groups(self, ink: Ink, query: Query) -> list[Group]:
        """All groups of finished ink that may be signs."""
        finish(self._read(ink, query))
        return self._groups.all((), FINAL)

    def _follow(self, ink: Ink, query: Query) -> Generator[None, None, list[Reading] | LineFault]:
        if len(ink.finished) + (ink.open is not None) > MOST_STROKES:
            return "too_many_strokes"
        moving = yield from self._read(ink, query)
        groups = self._groups.all(moving, FINAL if query.final else INTERIM)
        weight = self._scorer.weights.parse.cover
        return (yield from readings_of(groups, self._parser, weight, max(_READINGS, query.top)))

    def _read(self, ink: Ink, query: Query) -> Generator[None, None, tuple[Piece, ...]]:
        """Read the groups of finished strokes; returns the pieces of the one that moves."""
        allowed = None if query.labels is None else frozenset(query.labels)
        if allowed is not None and not allowed <= self._scorer.index.keys():
            raise KeyError(*sorted(allowed - self._scorer.index.keys())[:1])
        groups = self._groups
        yield from groups.cut(ink.finished)
        moving = () if ink.open is None else groups.cut_open(ink.open)
        groups.set_query(query.dot_size, allowed)
        yield from groups.read(ink.finished, is_final=query.final)
        yield from groups.pin(ink.pins, is_final=query.final)
        return moving


def readings_of(
    groups: Sequence[Group], parser: FormulaParser, weight: float, most: int = _READINGS
) -> Generator[None, None, list[Reading]]:
    """The best readings of groups, the best first; yields where others may have their turn.

    Args:
        groups: all that may be signs, at least one.
        parser: of the drawing.
        weight: of how the strokes are shared among groups.
        most: of each way to share them.
    """
    covers = best_covers(without_wrong_bars(groups))
    parser.begin(covers[0].groups)
    readings = []
    for cover in covers:
        parsed = yield from parser.parse(cover.groups, most)
        readings += [
            Reading(weight * cover.score + score, cover.groups, with_functions(row))
            for score, row in parsed
        ]
    readings.sort(key=lambda one: -one.score)
    return readings


def _whole(stroke: Stroke, first_id: int) -> tuple[Piece, ...]:
    return (whole_piece(stroke, first_id),)


def _places(reading: Reading) -> float:
    """What a reading scores for each of its signs; nothing is asked where a person said all."""
    if all(group.free is not None for group in reading.groups):
        return math.inf
    return reading.score / len(reading.groups)
