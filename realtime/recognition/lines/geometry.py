"""Geometry of groups of pieces, alone and beside each other, in numbers without a unit.

All are 0 where ink looks as it should, and grow with what speaks against a group or a pair. They
depend on nothing but the pieces themselves, so that they are computed once, whatever is written
before or after.
"""

import math
from collections.abc import Sequence
from operator import itemgetter

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.placed_piece import AnyPiece, PlacedPiece
from realtime.recognition.lines.proximity import Candidate

INSIDE = ("joined", "gap", "aside", "cut")
BETWEEN = ("overlap", "size", "baseline")

# Sizes are compared as if they were at least this share of the larger one: whether a dot is ten or
# thirty times smaller does not matter.
_SMALL = 0.1
# The narrower of two characters is at least this share as wide as the larger one is long, where
# their overlap is measured: a 1 has hardly any width.
_NARROW = 0.15


def inside(candidate: Candidate[AnyPiece], size: float) -> tuple[float, ...]:
    """What speaks against taking some pieces for one character, in the order of `INSIDE`.

    Args:
        candidate: the pieces.
        size: the longer side of the box around them.

    Returns:
        How many strokes are joined to the first; the widest gap between pieces, and between their
        boxes sideways, as shares of the size; how many strokes are cut at a piece's beginning.
    """
    pieces = candidate.pieces
    if len(pieces) == 1:
        return 0.0, 0.0, 0.0, float(pieces[0].place > 0)
    size = size or 1.0
    strokes = len({piece.stroke for piece in pieces})
    held = {(piece.stroke, piece.place) for piece in pieces}
    cuts = sum(
        [piece.place > 0 and (piece.stroke, piece.place - 1) not in held for piece in pieces]
    )
    return strokes - 1.0, candidate.gap / size, _aside(pieces) / size, float(cuts)


def _aside(pieces: Sequence[PlacedPiece]) -> float:
    """The widest horizontal gap between the boxes of pieces."""
    widest, reached = 0.0, math.inf
    for left, _, right, _ in sorted([piece.box for piece in pieces], key=itemgetter(0)):
        widest = max(widest, left - reached)
        reached = right if reached == math.inf else max(reached, right)
    return widest


def between(one: Box, other: Box) -> tuple[float, ...]:
    """What speaks against two characters following each other, in the order of `BETWEEN`.

    Returns:
        How far they overlap sideways, as a share of the narrower one's width, and how far the
        second lies before the first; the logarithm of how much larger one is than the other; the
        distance of their baselines as a share of the larger one's size.
    """
    left, top, right, bottom = one
    other_left, other_top, other_right, other_bottom = other
    width, other_width = right - left, other_right - other_left
    size = max(width, bottom - top)
    other_size = max(other_width, other_bottom - other_top)
    larger = max(size, other_size) or 1.0
    shared = max(min(right, other_right) - max(left, other_left), 0.0)
    overlap = shared / max(min(width, other_width), _NARROW * larger)
    smaller = max(min(size, other_size), _SMALL * larger)
    return overlap, math.log(larger / smaller), abs(bottom - other_bottom) / larger
