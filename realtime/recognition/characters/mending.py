"""Mending of a character's ink: stray taps are left out, and the gaps of a worn pen are closed.

A tap in a corner of the canvas would become a corner of the raster, and the character a small
figure in another; a gap makes two strokes of one. The networks were trained on neither. What is
mended is only what is read: the drawing, its history and its recordings stay as they are.

    left out    a stroke that is tiny, far from all the rest, and to one side; never the only ink
    closed      the gap from a stroke's end to the next one's beginning, where the pen went on as it
                came, and the gap is no longer than a few steps of the pen that went missing

The dot of a zero lies within its box, that of an i, a semicolon or an exclamation mark straight
above or below; the bars of 4, 5 and 7 are long, and begin elsewhere than the pen was heading. All
of these stay. The thresholds are unit-free, and were chosen on the training and the validation
writers (`python -m train.evaluation.damaged` measures again what they give for digits).
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from realtime.ink.pin import Pin
from realtime.ink.stroke import Ink, PointArray, Stroke
from realtime.recognition.characters.box import Box, box_of, distance, extent

# A tap's extent is at most this share of that of the rest: a finger trembles by 2 % of the canvas.
TAP_EXTENT = 0.08
# Its distance from the box of the rest, and how far it lies to the left or right of that box, are
# at least these shares of the extent. Without the second one the dots of ; and : would be left out.
TAP_DISTANCE = 0.3
TAP_ASIDE = 0.2
# A gap is at most so many of the pen's longest steps beside it (three points missing are four) …
GAP_STEPS = 5.0
# … or, however often the pen reports and however small a stroke is, this share of the extent.
GAP_EXTENT = 0.1
# A longer one is none beside a stroke of at most this share of the extent: that is a dot, and not
# the beginning of a line, nor its end. The dot of an exclamation mark lies where the pen was
# heading, and many people draw a dash.
DOT_EXTENT = 0.15
# No gap is longer than this share of the extent: the digit would be mostly what is missing.
LONGEST_GAP = 0.7
# Degrees that the pen turns at most, at both ends of a gap together. Where a second stroke begins
# it turns by more, all but once in a hundred.
GAP_TURN = 100.0
# The pen's heading is taken over this share of the extent: over less it is the tremor's.
HEADING_EXTENT = 0.06
# Steps of the pen that are looked at on each side of a gap.
_STEPS = 3
# A digit has one to three strokes, and some more where a pen is worn. Ink of more strokes is not
# mended, so that one stroke more never costs more.
MOST_STROKES = 12
# Bridges have no number of their own.
_BRIDGE = -1


def mend(ink: Ink) -> Ink:
    """The mended ink of a drawing at one moment."""
    mended = MendedInk()
    mended.update(ink)
    return mended


class _StrokeFacts(NamedTuple):
    """What is looked at of a stroke: its box, its ends, and the longest step of the pen at each."""

    box: Box
    size: float
    first: tuple[float, float]
    last: tuple[float, float]
    first_step: float
    last_step: float


class MendedInk:
    """The mended ink of one drawing that grows; an `Ink`."""

    def __init__(self) -> None:
        self.finished: Sequence[Stroke] = []
        self.open: Stroke | None = None
        self.revision = 0
        # A single character has none.
        self.pins: tuple[Pin, ...] = ()
        self._ink_revision: int | None = None
        # Of the first finished strokes of the ink.
        self._facts: list[_StrokeFacts] = []
        # What `finished` holds: the place of a stroke, and for a bridge those of both its strokes.
        # None where it is the ink's own list.
        self._held: list[tuple[int, ...]] | None = []

    def update(self, ink: Ink) -> None:
        """Mend the ink as it is now; always of the same drawing."""
        finished, unfinished = ink.finished, ink.open
        if ink.revision != self._ink_revision:
            self._ink_revision = ink.revision
            self._facts.clear()
            self._replace([], [])
        strokes = [*finished, unfinished] if unfinished else finished
        self.open = unfinished
        if len(strokes) > MOST_STROKES:
            if self._held is not None:
                self._replace(finished, None)
            return
        held = self._mend(strokes, len(finished))
        if unfinished and held[-1:] == [(len(finished),)]:
            held.pop()
        else:
            self.open = None
        self._hold(strokes, held)

    def _mend(self, strokes: Sequence[Stroke], finished: int) -> list[tuple[int, ...]]:
        """What is to be held of strokes, the last of which may be unfinished."""
        if len(strokes) < 2:
            return [(place,) for place in range(len(strokes))]
        for stroke in strokes[len(self._facts) : finished]:
            self._facts.append(_facts(stroke.points))
        facts = [*self._facts, *[_facts(stroke.points) for stroke in strokes[finished:]]]
        kept, size = _without_taps(facts)
        held: list[tuple[int, ...]] = [(kept[0],)]
        for before, after in pairwise(kept):
            if _is_gap(strokes[before], strokes[after], facts[before], facts[after], size):
                held.append((before, after))
            held.append((after,))
        return held

    def _hold(self, strokes: Sequence[Stroke], held: list[tuple[int, ...]]) -> None:
        """Hold this; the revision stays where `finished` is only appended to."""
        known = self._held or []
        if self._held is None or held[: len(known)] != known:
            known = []
            self._replace([], known)
        if len(held) > len(known):
            more = [_held_stroke(strokes, places) for places in held[len(known) :]]
            self.finished = [*self.finished, *more]
            self._held = held

    def _replace(self, finished: Sequence[Stroke], held: list[tuple[int, ...]] | None) -> None:
        self.revision += 1
        self.finished, self._held = finished, held


def _held_stroke(strokes: Sequence[Stroke], places: tuple[int, ...]) -> Stroke:
    """A stroke, or the bridge from the end of one to the beginning of another."""
    if len(places) == 1:
        return strokes[places[0]]
    before, after = (strokes[place].points for place in places)
    (x, y), (next_x, next_y) = before[-1].tolist(), after[0].tolist()
    return Stroke(_BRIDGE, (x, next_x), (y, next_y))


def _facts(points: PointArray) -> _StrokeFacts:
    box = box_of(points)
    head, tail = points[: _STEPS + 1].tolist(), points[-_STEPS - 1 :].tolist()
    steps = (_longest_step(head), _longest_step(tail))
    return _StrokeFacts(box, extent(box), tuple(head[0]), tuple(tail[-1]), *steps)


def _longest_step(points: list[list[float]]) -> float:
    return max(map(math.dist, points, points[1:]), default=0.0)


def _without_taps(facts: list[_StrokeFacts]) -> tuple[list[int], float]:
    """The places of strokes that are no stray taps, and the extent of the ink without these."""
    sizes = [one.size for one in facts]
    tiny = TAP_EXTENT * max(sizes)
    everything = Box.around([one.box for one in facts])
    if min(sizes) > tiny or not tiny:
        return list(range(len(facts))), extent(everything)
    rest = Box.around([one.box for one in facts if one.size > tiny])
    size = extent(rest)
    kept = [
        place
        for place, (box, own_size, *_) in enumerate(facts)
        if own_size > tiny
        or distance(box, rest) <= TAP_DISTANCE * size
        or max(rest.left - box.right, box.left - rest.right) <= TAP_ASIDE * size
    ]
    return kept, extent(Box.around([facts[place].box for place in kept]))


def _is_gap(
    before: Stroke, after: Stroke, left: _StrokeFacts, right: _StrokeFacts, size: float
) -> bool:
    """Whether the pen that drew a stroke went on to the next, and left a gap between them."""
    gap = math.dist(left.last, right.first)
    longest = GAP_EXTENT * size
    if min(left.size, right.size) > DOT_EXTENT * size:
        steps = GAP_STEPS * max(left.last_step, right.first_step)
        longest = min(max(longest, steps), LONGEST_GAP * size)
    if not 0 < gap <= longest:
        return False
    across = np.subtract(right.first, left.last)
    heading = HEADING_EXTENT * size
    # At the end of a stroke the pen comes from where its way back leads.
    came, went = -_way(before.points[::-1], heading), _way(after.points, heading)
    return _turn(came, across) + _turn(across, went) <= math.radians(GAP_TURN)


def _way(points: PointArray, heading: float) -> PointArray:
    """From the first point to the first that is farther away than this, or else to the last."""
    ways: PointArray = points - points[0]
    is_far = np.hypot(ways[:, 0], ways[:, 1]) > heading
    way: PointArray = ways[is_far.argmax()] if is_far.any() else ways[-1]
    return way


def _turn(one: npt.NDArray[np.floating], other: npt.NDArray[np.floating]) -> float:
    """The angle between two ways, from 0 to π; 0 where one has no length."""
    (x, y), (other_x, other_y) = one.tolist(), other.tolist()
    return abs(math.atan2(x * other_y - y * other_x, x * other_x + y * other_y))
