"""The rules of which pieces of a line lie near each other, and which groups are no character."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.placed_piece import PlacedPiece

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
# A group of two strokes that are at least that share of its height high each, and that is so many
# times wider than high, is no character: of 6,900 digits and capital letters 1 in 200 is wider.
_UPRIGHT = 0.5
WIDEST = 1.7


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


class ProximityRules(NamedTuple):
    """What makes the groups of a drawing.

    Attributes:
        link: the gap between two pieces, and that relative to their size, given the usual size of
            the drawing's pieces; None where they are not near.
        refuses: whether several pieces are no character, whatever their ink looks like.
    """

    link: Callable[[PlacedPiece, PlacedPiece, float], tuple[float, float] | None]
    refuses: Callable[[Sequence[PlacedPiece]], bool]


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


LINE_RULES = ProximityRules(_link, _is_too_wide)


def rules_with_dots(dots: DotReach) -> ProximityRules:
    """The rules of a line of letters, of which some have dots."""

    def link(one: PlacedPiece, other: PlacedPiece, usual: float) -> tuple[float, float] | None:
        return _link(one, other, usual) or _dot_link(one, other, usual, dots)

    return ProximityRules(link, _is_too_wide)
