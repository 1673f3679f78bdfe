"""Seams through connected ink: where digits that touch may be cut apart.

A seam goes from above to below, at most one column to a side for each row, and crosses as little
ink as it can (dynamic programming, as in Avidan and Shamir, "Seam carving for content-aware image
resizing", 2007). So it follows the gap between slanted digits, and crosses them where they touch.
Whether a cut holds is decided with all the rest: the parts are also read together.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from realtime.recognition.recognizer import InkPicture

# Seams are sought on ink of so many rows: a pen is three rows wide.
_ROWS = 32
_MOST_COLUMNS = 24 * _ROWS
# What a step to a side costs, as a share of a row of ink.
_STEP = 0.3
# A seam crosses less ink than this share of the height: digits touch along a third of it at most.
_MOST_CROSSED = 0.45
# Seams are so far apart at least, as a share of the height.
_APART = 0.15

# Columns, for each row one.
Columns = npt.NDArray[np.intp]


class CutRules(NamedTuple):
    """Where ink may be cut.

    Attributes:
        part_height: each part is at least so high, as a share of the height.
        cuts_a_height: seams for each height that the ink is wide, at most.
    """

    part_height: float
    cuts_a_height: float


# What is lower is a bar or a foot. A digit is 0.5 to 0.9 wide, and is cut by mistake.
DIGITS = CutRules(part_height=0.5, cuts_a_height=2.5)
# A small letter is half as high as a word that reaches up and down, and half as wide as that.
LETTERS = CutRules(part_height=0.25, cuts_a_height=3.5)


class Seam(NamedTuple):
    """A way from above to below.

    Attributes:
        columns: for each row the first one to the right of it.
        crossed: how much ink it crosses, as a share of the height.
    """

    columns: Columns
    crossed: float


def seams_through(ink: InkPicture, most: int, rules: CutRules = DIGITS) -> list[Seam]:
    """Seams through a connected part of ink that fills the picture, from left to right.

    Args:
        ink: uint8 array of shape (height, width), 0 on paper.
        most: how many seams there may be.
        rules: where it may be cut.
    """
    height, width = ink.shape
    columns = min(max(3, round(width * _ROWS / height)), _MOST_COLUMNS)
    small = cv2.resize(ink, (columns, _ROWS), interpolation=cv2.INTER_AREA).astype(np.uint8)
    crossed = np.asarray(small / np.float32(max(int(small.max()), 1)), np.float32)
    above, from_above = _cheapest(crossed)
    below, from_below = _cheapest(crossed[::-1])
    middle = _ROWS // 2
    cost = above[middle] + below[_ROWS - 1 - middle] - crossed[middle]
    most = min(most, round(rules.cuts_a_height * columns / _ROWS))
    apart = max(1, round(_APART * _ROWS))
    chosen: list[Seam] = []
    middles: list[int] = []
    for column in np.argsort(cost, kind="stable").tolist():
        if len(chosen) == most or cost[column] > _MOST_CROSSED * _ROWS:
            break
        if any(abs(column - other) < apart for other in middles):
            continue
        way = np.concatenate(
            [
                _followed(from_above[: middle + 1], column)[::-1],
                _followed(from_below[: _ROWS - middle], column)[1:],
            ]
        )
        seam = Seam(way, float(crossed[np.arange(_ROWS), way].sum()) / _ROWS)
        tried = sorted([*chosen, seam], key=lambda one: int(one.columns[middle]))
        if _parts_are_high(small, tried, rules.part_height):
            chosen = tried
            middles.append(column)
    rows = np.minimum(np.arange(height) * _ROWS // height, _ROWS - 1)
    return [
        Seam(np.rint((columns_of[rows] + 0.5) * width / columns).astype(np.intp), share)
        for columns_of, share in chosen
    ]


def sides(seams: list[Seam], shape: tuple[int, ...]) -> npt.NDArray[np.int32]:
    """For each pixel how many seams lie to its left: int32 of this shape, (height, width)."""
    places = np.zeros(shape, np.int32)
    for seam in seams:
        places += np.arange(shape[1]) >= seam.columns[:, None]
    return places


def _cheapest(
    crossed: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int8]]:
    """What the cheapest way from above to each pixel costs, and from which side it comes."""
    cost = crossed.copy()
    came = np.zeros(crossed.shape, np.int8)
    columns = crossed.shape[1]
    ways = np.full((3, columns), np.inf, np.float32)
    for row in range(1, len(crossed)):
        before = cost[row - 1]
        ways[0] = before
        ways[1, 1:] = before[:-1] + _STEP
        ways[2, :-1] = before[1:] + _STEP
        best = ways.argmin(axis=0)
        cost[row] += ways[best, np.arange(columns)]
        came[row] = _SIDES[best]
    return cost, came


_SIDES = np.array([0, -1, 1], np.int8)


def _followed(came: npt.NDArray[np.int8], column: int) -> Columns:
    """The columns of the way to the last row's column, from there to the first row."""
    way = [column]
    for row in range(len(came) - 1, 0, -1):
        column += int(came[row, column])
        way.append(column)
    return np.array(way, np.intp)


def _parts_are_high(small: InkPicture, seams: list[Seam], part_height: float) -> bool:
    """Whether each of the parts that the ink is cut into is high enough to be a character's."""
    places = sides(seams, small.shape)
    least = part_height * _ROWS
    for place in range(len(seams) + 1):
        rows = np.flatnonzero(((places == place) & (small > 0)).any(axis=1))
        if not len(rows) or rows[-1] - rows[0] + 1 < least:
            return False
    return True
