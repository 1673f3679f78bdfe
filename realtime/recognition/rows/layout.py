"""The layout of what was read on a picture: whether it is one row of digits.

What is left of ruled lines, shadows and specks lies anywhere and is of any size; digits are beside
each other and about as large as their neighbours.
"""

from collections.abc import Sequence
from itertools import pairwise

from realtime.recognition.characters.box import Box, extent

# Each digit has at least this share of the largest one's size: a flat bar is no digit.
_LEAST_SIZE = 0.35
# Neighbours share at least this share of the lower one's height.
_LEAST_SHARED = 0.3


def is_row(boxes: Sequence[Box]) -> bool:
    """Whether characters, from left to right, are in one row and about equally large."""
    sizes = [extent(box) for box in boxes]
    if min(sizes) < _LEAST_SIZE * max(sizes):
        return False
    return all(_share_height(one, other) for one, other in pairwise(boxes))


def _share_height(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= _LEAST_SHARED * min(one.bottom - one.top, other.bottom - other.top)
