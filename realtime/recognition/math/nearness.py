"""Which strokes of a formula may be one sign: those that are near each other in two dimensions.

Bars of fractions and roots are many times larger than signs and lie near all that they stand over
or under, so that nearness goes by the usual size of strokes and not by that of the larger one.
"""

import math
from collections.abc import Sequence
from statistics import median

import numpy as np

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.placed_piece import PlacedPiece
from realtime.recognition.lines.proximity_rules import ProximityRules

# Ink may be apart by this share of the larger one's size, of which no more counts than this many
# times the usual one, and sideways by that share.
NEAR = 0.42
NEAR_ASIDE = 0.3
_LARGEST = 1.4
# One above the other strokes are near that are further apart: of two flat ones, as those of an
# equals sign, this share of the longer one, and of a dot and a stem, or two dots, that share of the
# usual size. Their middles may be apart sideways by that share of the larger one's size.
_FLAT_APART = 0.95
_DOT_APART = 1.0
_ASIDE = 0.7
# A stroke is flat that is at most this share of its width high, and slants where it is at most that
# share; a dot is at most the third share of the usual size.
_FLAT = 0.35
_SLANTING = 0.6
_DOT = 0.4
# What is over or under the bar of a fraction is at least this share of it.
_OF_BAR = 0.34
# A bar that is so many times longer than signs usually are is that of a fraction, unless other
# strokes of its group are apart from it by less than this share of the group's size.
_LONG = 1.4
_TOUCHING = 0.05
# A group of two upright strokes is no sign that is so many times wider than high.
_WIDEST = 2.6
_UPRIGHT = 0.5


def _link(one: PlacedPiece, other: PlacedPiece, usual: float) -> tuple[float, float] | None:
    larger, smaller = max(one.size, other.size), min(one.size, other.size)
    unit = min(larger, _LARGEST * usual) or 1.0
    left, top, right, bottom = one.box
    other_left, other_top, other_right, other_bottom = other.box
    aside = max(left - other_right, other_left - right, 0.0)
    if aside > NEAR_ASIDE * unit:
        return None
    apart = max(top - other_bottom, other_top - bottom, 0.0)
    reach = NEAR * unit
    middles = abs((left + right) - (other_left + other_right)) / 2
    if _is_flat(one.box, _SLANTING) and _is_flat(other.box, _SLANTING):
        if middles <= _ASIDE * larger and smaller >= _FLAT * larger:
            reach = _FLAT_APART * larger
    elif smaller <= _DOT * usual and middles <= _ASIDE * unit:
        reach = _DOT_APART * usual
    if apart > reach:
        return None
    gap = float(np.abs(one.outline[:, None] - other.outline).min())
    return (gap, (gap + aside) / unit) if gap <= reach else None


def _is_flat(box: Box, share: float = _FLAT) -> bool:
    return box.bottom - box.top <= share * (box.right - box.left)


def _is_none(group: Sequence[PlacedPiece]) -> bool:
    """Whether pieces are several signs, whatever they look like together."""
    return _is_too_wide(group) or any(_is_fraction(bar, group) for bar in group)


def _is_fraction(bar: PlacedPiece, group: Sequence[PlacedPiece]) -> bool:
    """Whether there is something over and under a bar, and more than the dots of a ÷."""
    if len(group) < 3 or not _is_flat(bar.box):
        return False
    middle = (bar.box.top + bar.box.bottom) / 2
    others = [
        one
        for one in group
        if one is not bar
        and one.size > _OF_BAR * bar.size
        # An E has more bars.
        and (len(group) == 3 or not _is_flat(one.box))
    ]
    is_over = [one.box.bottom <= middle for one in others]
    is_under = [one.box.top >= middle for one in others]
    return any(is_over) and any(is_under)


def without_wrong_bars(groups: Sequence[Group]) -> list[Group]:
    """The groups but for those that the bars of fractions speak against.

    Over and under the bar of a short fraction there are a 1 and a 2, and no t; a long bar and what
    is over it are no sign.
    """
    alone = [group for group in groups if len(group.ids) == 1]
    bars = [group for group in alone if _is_flat(group.box)]
    usual = median([group.size for group in alone if not _is_flat(group.box)] or [math.inf])
    return [
        group
        for group in groups
        if len(group.ids) == 1
        or group.free is not None
        or not (_has_long_bar(group, usual) or any(_is_through(bar, group) for bar in bars))
    ]


def _has_long_bar(group: Group, usual: float) -> bool:
    """Whether one of several strokes is a bar that is too long for them, and touches none."""
    is_flat = [_is_flat(piece.box) for piece in group.pieces]
    longest = max(
        [piece.size for piece, flat in zip(group.pieces, is_flat, strict=True) if flat] or [0]
    )
    return longest > _LONG * usual and not all(is_flat) and group.inside[1] > _TOUCHING


def _is_through(bar: Group, group: Group) -> bool:
    left, top, right, bottom = bar.box
    if bar.ids[0] in group.ids or not group.box.top < top <= bottom < group.box.bottom:
        return False
    beside = [one.box for one in group.pieces if one.box.left < right and one.box.right > left]
    over = [box for box in beside if box.bottom <= top]
    return 0 < len(over) < len(beside) and len(over) + len(
        [box for box in beside if box.top >= bottom]
    ) == len(group.pieces)


def _is_too_wide(group: Sequence[PlacedPiece]) -> bool:
    box = Box.around([piece.box for piece in group])
    height = box.bottom - box.top
    if box.right - box.left <= _WIDEST * height:
        return False
    upright = [piece for piece in group if piece.box.bottom - piece.box.top >= _UPRIGHT * height]
    return len(upright) > 1


FORMULA_RULES = ProximityRules(_link, _is_none)
