"""Which strokes of a formula may be one sign: those that are near each other in two dimensions.

Bars of fractions and roots are many times larger than signs and lie near all that they stand over
or under, so that nearness goes by the usual size of strokes and not by that of the larger one.
"""

from collections.abc import Sequence

import numpy as np

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.placed_piece import PlacedPiece
from realtime.recognition.lines.proximity import ProximityRules

# Ink may be apart by this share of the larger one's size, of which no more counts than this many
# times the usual one, and sideways by that share.
NEAR = 0.38
NEAR_ASIDE = 0.3
_LARGEST = 1.4
# One above the other strokes are near that are further apart: of two flat ones, as those of an
# equals sign, this share of the longer one, and of a dot and a stem, or two dots, that share of the
# usual size. Their middles may be apart sideways by that share of the larger one's size.
_FLAT_APART = 0.75
_DOT_APART = 0.7
_ASIDE = 0.45
# A stroke is flat that is at most this share of its width high, and a dot at most that share of the
# usual size.
_FLAT = 0.35
_DOT = 0.3
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
    if _is_flat(one.box) and _is_flat(other.box):
        if middles <= _ASIDE * larger and smaller >= _FLAT * larger:
            reach = _FLAT_APART * larger
    elif smaller <= _DOT * usual and middles <= _ASIDE * unit:
        reach = _DOT_APART * usual
    if apart > reach:
        return None
    gap = float(np.abs(one.outline[:, None] - other.outline).min())
    return (gap, (gap + aside) / unit) if gap <= reach else None


def _is_flat(box: Box) -> bool:
    return box.bottom - box.top <= _FLAT * (box.right - box.left)


def _is_too_wide(group: Sequence[PlacedPiece]) -> bool:
    box = Box.around([piece.box for piece in group])
    height = box.bottom - box.top
    if box.right - box.left <= _WIDEST * height:
        return False
    upright = [piece for piece in group if piece.box.bottom - piece.box.top >= _UPRIGHT * height]
    return len(upright) > 1


FORMULA_RULES = ProximityRules(_link, _is_too_wide)
