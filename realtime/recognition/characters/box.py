"""Boxes around ink: the smallest upright rectangle that holds points, or other boxes."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import cv2

from realtime.ink.stroke import PointArray


class Box(NamedTuple):
    """An upright rectangle in canvas units, y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, boxes: Iterable["Box"]) -> "Box":
        """The smallest box around others, of which there is at least one."""
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))


def box_of(points: PointArray) -> Box:
    """The smallest box around points, shape (n, 2), n ≥ 1."""
    ((left, top),) = cv2.reduce(points, 0, cv2.REDUCE_MIN).tolist()
    ((right, bottom),) = cv2.reduce(points, 0, cv2.REDUCE_MAX).tolist()
    return Box(left, top, right, bottom)


def extent(box: Box) -> float:
    """The longer side of a box."""
    return max(box.right - box.left, box.bottom - box.top)


def distance(one: Box, other: Box) -> float:
    """The distance between two boxes, 0 where they meet."""
    return math.hypot(
        max(one.left - other.right, other.left - one.right, 0.0),
        max(one.top - other.bottom, other.top - one.bottom, 0.0),
    )
