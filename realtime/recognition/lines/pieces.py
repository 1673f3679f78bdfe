"""Pieces of strokes, of which characters are put together: whole strokes, and parts of joined ones.

Now and then the pen runs on from one digit into the next, most often between zeros. Such a stroke
is wider than high, and where the characters join it is a single line to the right. There it is cut;
whether a cut holds is decided with all the rest: the parts are also read together.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from realtime.ink.stroke import PointArray, Stroke
from realtime.recognition.characters.box import Box, extent
from realtime.recognition.characters.group_raster import SampledStroke
from realtime.recognition.lines.placed_piece import Outline

# Digits of one stroke are narrower: of 14,000 isolated ones 1 in 80 is wider than this many
# heights, of joined ones all but 1 in 14 are.
JOINED_WIDTH = 1.3
# What is cut off has at least this share of the stroke's height, and so many points: the tail of a
# 2 and the bar of a 5 stay.
PART_HEIGHT = 0.55
_PART_POINTS = 4
# Four characters in one stroke are three cuts.
MOST_CUTS = 3
# Places across a stroke at which it is looked for a single line: a tenth of a character apart.
_COLUMNS = 48
# Of these a joint has at least so many: a line may meet a stroke once at its very beginning, too.
_LEAST_JOINT = 2
# Points of an outline, by which the distances between pieces are measured, and joints are found.
_OUTLINE = 32
_FINE_OUTLINE = 128


class Piece(NamedTuple):
    """A stroke, or a part of one.

    Attributes:
        id: tells the pieces of one reader apart; those of one stroke are consecutive.
        stroke: number of its stroke.
        place: which of that stroke's pieces it is, from 0.
        of: how many there are.
        drawn: what the rasterizer takes of it.
        whole: the same of its stroke.
        box: around it.
        size: the longer side of the box.
        outline: points at equal distances along it.
        first: place of its first point in the stroke.
        end: the place behind its last point. The point of a joint is the next piece's.
    """

    id: int
    stroke: int
    place: int
    of: int
    drawn: SampledStroke
    whole: SampledStroke
    box: Box
    size: float
    outline: Outline
    first: int
    end: int


def pieces_of(stroke: Stroke, first_id: int) -> tuple[Piece, ...]:
    """Cut a stroke into its pieces; most strokes are one.

    Args:
        stroke: has at least one point.
        first_id: of the first piece; the next ones count on from it.
    """
    points = stroke.points
    whole = SampledStroke(points)
    cuts = _cuts(points, whole)
    ends = [0, *cuts, len(points) - 1]
    pieces = []
    for place, (start, end) in enumerate(pairwise(ends)):
        # Both parts have the point between them, so that nothing is missing when they are joined.
        drawn = SampledStroke(points[start : end + 1]) if cuts else whole
        box = drawn.box
        pieces.append(
            Piece(
                first_id + place,
                stroke.number,
                place,
                len(cuts) + 1,
                drawn,
                whole,
                box,
                extent(box),
                _outline(drawn, _OUTLINE),
                start,
                end if place < len(cuts) else len(points),
            )
        )
    return tuple(pieces)


def whole_piece(stroke: Stroke, piece_id: int) -> Piece:
    """A stroke as one piece, however wide it is.

    Args:
        stroke: has at least one point.
        piece_id: of the piece.
    """
    whole = SampledStroke(stroke.points)
    box = whole.box
    outline = _outline(whole, _OUTLINE)
    end = len(stroke.points)
    return Piece(piece_id, stroke.number, 0, 1, whole, whole, box, extent(box), outline, 0, end)


def _outline(stroke: SampledStroke, count: int) -> Outline:
    way = stroke.way
    if not way.length:
        return way.corners[:1].astype(np.complex64)
    at = np.linspace(0.0, way.length, count)
    return np.interp(at, way.travelled, way.corners).astype(np.complex64)


def _cuts(points: PointArray, stroke: SampledStroke) -> list[int]:
    """Indices of the points at which a stroke is cut, those where the joint is longest first."""
    left, top, right, bottom = stroke.box
    width, height = right - left, bottom - top
    if width < JOINED_WIDTH * height or not height or len(points) < 2 * _PART_POINTS:
        return []
    cuts: list[int] = []
    for travelled in _joints(_outline(stroke, _FINE_OUTLINE), stroke):
        cut = int(np.searchsorted(stroke.way.travelled, travelled))
        tried = sorted({*cuts, cut})
        ends = [0, *tried, len(points) - 1]
        if all(
            end - start >= _PART_POINTS - 1
            and float(np.ptp(points[start : end + 1, 1])) >= PART_HEIGHT * height
            for start, end in pairwise(ends)
        ):
            cuts = tried
        if len(cuts) == MOST_CUTS:
            break
    return cuts


def _joints(outline: Outline, stroke: SampledStroke) -> list[float]:
    """How far along the stroke the middles of its joints are, the longest joint first.

    A joint is where a vertical line meets the stroke once, and the pen moved to the right there.
    """
    x = outline.real
    columns = np.linspace(stroke.box.left, stroke.box.right, _COLUMNS, endpoint=False)[1:, None]
    is_left = x <= columns
    rightward = is_left[:, :-1] & ~is_left[:, 1:]
    is_single = (is_left[:, :-1] != is_left[:, 1:]).sum(axis=1) == 1
    is_joint = is_single & rightward.any(axis=1)
    edges = np.flatnonzero(np.diff(is_joint.astype(np.int8), prepend=0, append=0))
    runs = [
        run for run in zip(edges[::2], edges[1::2], strict=True) if run[1] - run[0] >= _LEAST_JOINT
    ]
    runs.sort(key=lambda run: run[0] - run[1])
    step = stroke.way.length / (len(outline) - 1)
    return [float(rightward[(first + last) // 2].argmax() + 0.5) * step for first, last in runs]
