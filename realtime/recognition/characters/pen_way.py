"""Samples of the pen's way at equal distances: where it went, how far, and in which direction.

The way is followed at equal distances, whatever the distances of the points that a device reports.
Places are complex numbers, x + iy: with them an operation takes half the calls into NumPy, and at
the length of a digit the calls are what costs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from realtime.ink.stroke import PointArray

# A dot weighs as much as a line of so many distances, and a stroke of three distances as much as it
# is long.
_DOT = 3


class PenWay(NamedTuple):
    """The way of one stroke.

    Attributes:
        corners: its points, complex128 of shape (n,).
        travelled: how far the pen had gone at each, float64 of shape (n,).
    """

    corners: npt.NDArray[np.complex128]
    travelled: npt.NDArray[np.float64]

    @property
    def length(self) -> float:
        """How far the pen went."""
        return float(self.travelled[-1])


class Samples(NamedTuple):
    """Samples of strokes, in the unit of their points.

    Attributes:
        places: complex128 of shape (n,).
        weights: float64 of shape (3, n): the length of the way that a sample stands for, and how
            far that led to the right and down.
    """

    places: npt.NDArray[np.complex128]
    weights: npt.NDArray[np.float64]


def way_of(points: PointArray) -> PenWay:
    """The way through the points of a stroke, contiguous float32 of shape (n, 2), n ≥ 1."""
    corners = points.view(np.complex64).ravel().astype(np.complex128)
    travelled = np.zeros(len(corners))
    np.add.accumulate(np.abs(corners[1:] - corners[:-1]), out=travelled[1:])
    return PenWay(corners, travelled)


def sample(way: PenWay, distance: float) -> Samples:
    """Sample a stroke, in the middle of pieces of equal length.

    Args:
        way: of the stroke.
        distance: the length of a piece at most, more than 0, in the unit of the points.
    """
    length = way.length
    count = int(length / distance) + 1
    apart = length / count
    ends = np.interp(np.arange(count + 1) * apart, way.travelled, way.corners)
    steps = ends[1:] - ends[:-1]
    weights = np.empty((3, count))
    weights[0] = max(apart, _DOT * distance / count**2)
    weights[1] = steps.real
    weights[2] = steps.imag
    # In the middle of the straight way from one end to the other.
    steps *= 0.5
    steps += ends[:-1]
    return Samples(steps, weights)


def join(samples: Sequence[Samples]) -> Samples:
    """The samples of several strokes, one after the other."""
    if len(samples) == 1:
        return samples[0]
    places, weights = zip(*samples, strict=True)
    return Samples(np.concatenate(places), np.concatenate(weights, axis=1))
