"""The layout of ink: whether it is one line of characters beside each other.

Two lines, a column, and characters written over each other are told apart from a line by boxes
alone, so that they are refused and never mixed.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from realtime.recognition.answer import LineFault
from realtime.recognition.characters.box import Box
from realtime.recognition.lines.groups import Group

# Rows are looked for among pieces that are at least this share of their width high: bars lie
# between rows of characters, or above each other in one.
_UPRIGHT = 0.5
# Of two rows each has at least this share of the other's height: a dot is no row.
ROW_HEIGHT = 0.4
# The space between two rows as a share of the higher one: this much where one has several pieces
# and is so many times wider than high, as several characters are, and more where both rows may be
# the parts of one: the rings of an 8.
_ROW_SPACE = 0.03
_ROW_WIDTH = 1.2
_NARROW_ROW_SPACE = 0.5
# Pieces over one place of a line: in 2,800 lines of numbers and sums there are at most 4. Ink
# scribbled over itself could be shared among groups in countless ways.
MOST_OVER_ONE_PLACE = 8
# One character is under another if they share this much of the narrower one's width, and over it if
# their middles are apart by less than this share of the larger one's size. Of two characters each
# has at least so much of the other's height.
_UNDER = 0.3
_OVER = 0.15
_ALIKE = 0.4


def is_pile(boxes: Sequence[Box]) -> bool:
    """Whether more pieces lie over one place than a line has."""
    if len(boxes) <= MOST_OVER_ONE_PLACE:
        return False
    rights = sorted([box.right for box in boxes])
    ended = 0
    for begun, left in enumerate(sorted([box.left for box in boxes]), 1):
        while rights[ended] < left:
            ended += 1
        if begun - ended > MOST_OVER_ONE_PLACE:
            return True
    return False


def has_rows(boxes: Iterable[Box], row_height: float = ROW_HEIGHT) -> bool:
    """Whether the boxes of pieces make two or more rows, one under the other.

    Args:
        boxes: of pieces.
        row_height: of two rows each has at least this share of the other's height.
    """
    upright = [box for box in boxes if box.bottom - box.top >= _UPRIGHT * (box.right - box.left)]
    upright.sort(key=attrgetter("top"))
    reached = -math.inf
    for place, box in enumerate(upright):
        if place and box.top > reached and _are_rows(upright[:place], upright[place:], row_height):
            return True
        reached = max(reached, box.bottom)
    return False


def _are_rows(upper: Sequence[Box], lower: Sequence[Box], row_height: float) -> bool:
    above, below = Box.around(upper), Box.around(lower)
    heights = above.bottom - above.top, below.bottom - below.top
    higher = max(heights)
    if min(heights) < row_height * higher or not _shares_width(above, below):
        return False
    is_wide = any(
        len(row) > 1 and box.right - box.left >= _ROW_WIDTH * higher
        for row, box in ((upper, above), (lower, below))
    )
    space = _ROW_SPACE if is_wide else _NARROW_ROW_SPACE
    return below.top - above.bottom >= space * higher


def fault_of_characters(groups: Sequence[Group]) -> LineFault | None:
    """What is wrong with characters of which one lies under or over another; None if none does.

    Of those that are pinned a person has said that they are right.
    """
    for one, other in _near([group.box for group in groups if group.free is None]):
        if _is_under(one, other):
            return "rows"
        if _is_over(one, other):
            return "pile"
    return None


def _near(boxes: Iterable[Box]) -> Iterator[tuple[Box, Box]]:
    """The pairs of boxes that share some of their width, of those that are about as high."""
    by_left = sorted(boxes)
    for place, one in enumerate(by_left):
        height = one.bottom - one.top
        for other in by_left[place + 1 :]:
            if other.left > one.right:
                break
            other_height = other.bottom - other.top
            if min(height, other_height) >= _ALIKE * max(height, other_height):
                yield one, other


def _is_under(one: Box, other: Box) -> bool:
    is_apart = other.top > one.bottom or one.top > other.bottom
    return is_apart and _shares_width(one, other)


def _shares_width(one: Box, other: Box) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared >= _UNDER * min(one.right - one.left, other.right - other.left) >= 0 <= shared


def _is_over(one: Box, other: Box) -> bool:
    size = max(
        one.right - one.left,
        other.right - other.left,
        one.bottom - one.top,
        other.bottom - other.top,
    )
    apart = abs((one.left + one.right) - (other.left + other.right)) / 2
    return apart < _OVER * size


def likeness(groups: Sequence[Group]) -> float:
    """How much the ink looks like characters: the least that the network says of one, 0 to 1.

    What a person has said of one is not asked of the network.
    """
    return min([1.0 - group.none for group in groups if group.free is None], default=1.0)
