"""The pen's direction in each cell of a raster: its share to the right, and its share down.

The direction is taken at equal distances along the way of the pen, whatever the distances of the
points, and averaged where lines meet; it is signed, unlike the eight-direction features of Bai and
Huo ("A study on the use of 8-directional features for online handwritten Chinese character
recognition", 2005). Places are complex numbers, x + iy: with them an operation takes half the calls
into NumPy, and at the length of a digit the calls are what costs.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SIZE = 28  # cells along each side of the raster
# Places are in steps of a grid, 64 along each side of a cell.
GRID_BITS = 6
# Steps of the grid between the places at which the direction is taken: two in each cell that the
# pen crosses.
_APART = (1 << GRID_BITS) / 2
# Directions taken in one stroke at most: a digit has about 150, and without a bound 20,000 points
# drawn to and fro would keep all other sessions waiting.
_MOST = 2000
# Distances along the way at which they are taken in a drawing that is not long.
_USUAL = (np.arange(_MOST) + 0.5) * _APART
# Divides a step of no length, at which nothing is taken.
_NO_LENGTH = 1e-30
# Multiplied from both sides it adds up each cell and those around it: a line carries its direction
# all across.
_NEIGHBOURS: npt.NDArray[np.float32] = (
    np.eye(SIZE, k=-1, dtype=np.float32)
    + np.eye(SIZE, dtype=np.float32)
    + np.eye(SIZE, k=1, dtype=np.float32)
)
# A cell where no pen went has a mean too, 0.
_NO_SUMS: npt.NDArray[np.float32] = np.zeros((3, SIZE, SIZE), np.float32)
_NO_SUMS[0] = 1e-6

PenPath = npt.NDArray[np.complex128]


class DirectionSamples(NamedTuple):
    """Where directions were taken, columns and rows of the grid, and the unit directions."""

    columns: npt.NDArray[np.intp]
    rows: npt.NDArray[np.intp]
    directions: npt.NDArray[np.complex128]


class Directions:
    """The directions in a drawing, to which strokes are added.

    Their sums are kept for one place of the drawing's grid on the raster.
    """

    def __init__(self) -> None:
        self._travelled = 0.0
        self._samples: list[DirectionSamples] = []
        self._summed = 0
        self._sums = _NO_SUMS
        self._shift: tuple[int, int] | None = None

    def add(self, path: PenPath, lengths: Sequence[int]) -> None:
        """Add the next strokes; see `peek`."""
        samples, self._travelled = self._take(path, lengths)
        if samples:
            self._samples.append(samples)

    def peek(self, path: PenPath, lengths: Sequence[int]) -> DirectionSamples | None:
        """What strokes would add.

        Args:
            path: all their points one after the other, complex128 of shape (n,), in steps of the
                grid.
            lengths: the number of points in each, at least 1.
        """
        return self._take(path, lengths)[0]

    def means(
        self, shift: tuple[int, int], more: DirectionSamples | None = None
    ) -> npt.NDArray[np.float32]:
        """Mean share of the way about each cell that led right and down, −1 to 1.

        Args:
            shift: the column and the row of the raster's grid at which the drawing's grid begins.
            more: from `peek`.

        Returns:
            float32 of shape (2, 28, 28), 0 where no pen went.
        """
        if shift != self._shift:
            # Seldom: a stroke hardly moves the centre of mass of many.
            self._shift, self._sums, self._summed = shift, _NO_SUMS, 0
        if self._summed < len(self._samples):
            self._sums = self._sums + _sums(self._samples[self._summed :], shift)
            self._summed = len(self._samples)
        sums = self._sums + _sums([more], shift) if more else self._sums
        sums = _NEIGHBOURS @ sums @ _NEIGHBOURS
        means: npt.NDArray[np.float32] = sums[1:] / sums[0]
        return means

    def _take(self, path: PenPath, lengths: Sequence[int]) -> tuple[DirectionSamples | None, float]:
        """The samples of the next strokes, and the way travelled to their end."""
        if len(path) < 2:
            return None, self._travelled
        steps = path[1:] - path[:-1]
        apart = np.abs(steps)
        end = 0
        for length in lengths[:-1]:
            # From the end of a stroke to the next one's beginning the pen was in the air.
            end += length
            apart[end - 1] = 0
        # Summed from the drawing's first point on, so that it does not matter how many strokes came
        # at once.
        first = apart[0]
        apart[0] += self._travelled
        travelled = np.add.accumulate(apart)
        apart[0] = first
        total = float(travelled[-1])
        at: npt.NDArray[np.floating]
        if total > _APART * _MOST:
            at = self._places(travelled, lengths)
        else:
            at = _USUAL[_count(self._travelled) : _count(total)]
        step = travelled.searchsorted(at)
        apart += _NO_LENGTH
        directions = steps / apart
        origins = path[1:] - directions * travelled
        # The last place may lie beyond the end by a rounding.
        directions = directions.take(step, mode="clip")
        where = directions * at
        where += origins.take(step, mode="clip")
        return DirectionSamples(
            where.real.astype(np.intp), where.imag.astype(np.intp), directions
        ), total

    def _places(
        self, travelled: npt.NDArray[np.float64], lengths: Sequence[int]
    ) -> npt.NDArray[np.float64]:
        """How far along the directions are taken, in a drawing that is long."""
        places = []
        end, before = 0, self._travelled
        for length in lengths:
            end += length
            after = float(travelled[min(end, len(travelled)) - 1])
            apart = max(_APART, after / _MOST)
            places.append((np.arange(_count(before, apart), _count(after, apart)) + 0.5) * apart)
            before = after
        return np.concatenate(places)


def _count(travelled: float, apart: float = _APART) -> int:
    """How many places a way of this length has: half a step, one and a half, up to its end."""
    return math.floor(travelled / apart - 0.5) + 1


def _sums(samples: Sequence[DirectionSamples], shift: tuple[int, int]) -> npt.NDArray[np.float32]:
    """In each cell the count of samples, and the sums of directions right and down: (3, 28, 28)."""
    if len(samples) == 1:
        columns, rows, directions = samples[0]
    else:
        columns, rows, directions = map(np.concatenate, zip(*samples, strict=True))
    cells = (rows + shift[1]) >> GRID_BITS
    cells *= SIZE
    cells += (columns + shift[0]) >> GRID_BITS
    sums = np.empty((3, SIZE * SIZE), np.float32)
    sums[0] = np.bincount(cells, None, SIZE * SIZE)
    sums[1] = np.bincount(cells, directions.real, SIZE * SIZE)
    sums[2] = np.bincount(cells, directions.imag, SIZE * SIZE)
    return sums.reshape(3, SIZE, SIZE)
