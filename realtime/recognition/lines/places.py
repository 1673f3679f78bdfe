"""Size and place of a group on its line: what tells a full stop from a 0, and a minus from a 1.

The network sees every group at the same size. How large a group is, and how high it stands, is
measured by the strokes beside it, so that it does not depend on how the line is grouped, and a line
may climb or grow.
"""

import math
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from realtime.recognition.characters.box import Box, extent
from realtime.recognition.lines.pieces import Piece

# Pieces on either side of a group by which it is measured.
BESIDE = 3
# Of these the large ones count, which are at least this share of the largest: no dots and bars, and
# no strokes of operators.
_LARGE = 0.75
# Sizes are compared as if they were at least this share of the size beside them: whether a dot is
# ten or thirty times smaller does not matter. Higher or lower than this, it does not either.
_SMALLEST = 0.04
_FARTHEST = 1.5
# Degrees of freedom of Student's t distribution, which takes outliers as they come.
_FREEDOM = 8.0


class Place(NamedTuple):
    """How large a group is and where it stands.

    Attributes:
        size: logarithm of its size, in sizes of the characters beside it.
        middle: how far its middle lies below theirs, in the same unit.
    """

    size: float
    middle: float


class PlaceSpread(NamedTuple):
    """How large a label's characters are and where they stand: location and scale of both."""

    size: float
    size_scale: float
    middle: float
    middle_scale: float


def large_of(boxes: Sequence[Box], share: float) -> list[Box]:
    """Of some boxes, of which there is one, those of at least this share of the largest's size."""
    sizes = [extent(box) for box in boxes]
    least = share * max(sizes)
    return [box for box, size in zip(boxes, sizes, strict=True) if size >= least]


def place_of(box: Box, beside: Sequence[Box]) -> Place | None:
    """The place of a group among the pieces beside it; None where there are none."""
    if not beside:
        return None
    large = large_of(beside, _LARGE)
    unit = median([extent(one) for one in large])
    if not unit:
        return None
    middle = median([one.top + one.bottom for one in large])
    lower = (box.top + box.bottom - middle) / 2 / unit
    size = math.log(max(extent(box) / unit, _SMALLEST))
    return Place(size, min(max(lower, -_FARTHEST), _FARTHEST))


class Row:
    """The pieces of a line from left to right."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces = sorted(pieces, key=_middle)
        self._ids = [piece.id for piece in self._pieces]
        self._at = {piece_id: place for place, piece_id in enumerate(self._ids)}

    def same_as(self, other: "Row") -> int:
        """How many pieces at the beginning of both rows are the same."""
        for place, (mine, others) in enumerate(zip(self._ids, other._ids, strict=False)):
            if mine != others:
                return place
        return min(len(self._ids), len(other._ids))

    def around(self, ids: Sequence[int]) -> tuple[tuple[int, ...], int]:
        """The ids of a group's pieces and of those beside it: its place depends on these alone.

        Second is where these end, in pieces from the row's beginning; more may come before that.
        """
        first, last = self._reach(ids)
        return tuple(self._ids[first:last]), last

    def place(self, ids: Sequence[int], box: Box) -> Place | None:
        """The place of a group, given by its pieces' ids and the box around them."""
        first, last = self._reach(ids)
        return place_of(box, [one.box for one in self._pieces[first:last] if one.id not in ids])

    def _reach(self, ids: Sequence[int]) -> tuple[int, int]:
        places = [self._at[piece_id] for piece_id in ids]
        return max(min(places) - BESIDE, 0), max(places) + BESIDE + 1


def _middle(piece: Piece) -> tuple[float, int]:
    return piece.box.left + piece.box.right, piece.id


class PlaceScorer:
    """The log-probability of each label given a place alone, if all labels are as frequent."""

    def __init__(self, spreads: Sequence[PlaceSpread]) -> None:
        self._size, self._size_scale, self._middle, self._middle_scale = np.array(spreads).T
        self._scale = np.log(self._size_scale * self._middle_scale)

    def scores(self, places: Sequence[Place]) -> npt.NDArray[np.float64]:
        """The logarithm of each label's share in each place, float64 of shape (places, labels)."""
        sizes, middles = np.array(places).T[:, :, None]
        size = (sizes - self._size) / self._size_scale
        middle = (middles - self._middle) / self._middle_scale
        spread = (1 + size * size / _FREEDOM) * (1 + middle * middle / _FREEDOM)
        densities = -(_FREEDOM + 1) / 2 * np.log(spread) - self._scale
        densities -= densities.max(axis=1, keepdims=True)
        logarithms: npt.NDArray[np.float64] = densities - np.log(
            np.exp(densities).sum(axis=1, keepdims=True)
        )
        return logarithms
