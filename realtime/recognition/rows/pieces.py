"""Pieces of a picture's ink, of which digits are put together: connected parts, and cut ones."""

from collections.abc import Collection
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from realtime.recognition.characters.box import Box, extent
from realtime.recognition.lines.placed_piece import Outline
from realtime.recognition.recognizer import InkPicture
from realtime.recognition.rows.seams import DIGITS, CutRules, Seam, seams_through, sides

# Pieces of one row: twenty digits in three each. Scribbles of so many take 70 ms of the worker at
# most, a row of twenty digits 8.
MOST_PIECES = 60
# Points of an outline, by which the distances between pieces are measured.
_OUTLINE = 32


class PicturePiece(NamedTuple):
    """A connected part of a picture's ink, or a piece that it is cut into.

    Attributes:
        id: its number in the labels of the pieces, from 1.
        stroke: number of its part.
        place: which of that part's pieces it is, from the left, from 0.
        box: around it, px.
        size: the longer side of the box.
        outline: points along its edge.
        crossed: how much ink the cut at its beginning crosses, as a share of the part's height.
        part_width: of its part, in heights.
    """

    id: int
    stroke: int
    place: int
    box: Box
    size: float
    outline: Outline
    crossed: float
    part_width: float


class InkPieces(NamedTuple):
    """The pieces of a picture.

    Attributes:
        pieces: by their ids, which count from 1; those of one part follow each other.
        ink: uint8 of shape (height, width).
        labels: int32 of the same shape: the id of each pixel's piece, 0 on paper.
    """

    pieces: list[PicturePiece]
    ink: InkPicture
    labels: npt.NDArray[np.int32]

    def of(self, pieces: Collection[PicturePiece]) -> InkPicture:
        """The ink of some of the pieces alone, in their box."""
        left, top, right, bottom = map(int, Box.around([piece.box for piece in pieces]))
        near = self.labels[top:bottom, left:right]
        chosen = np.zeros(near.shape, np.bool_)
        for piece in pieces:
            chosen |= near == piece.id
        return np.where(chosen, self.ink[top:bottom, left:right], 0).astype(np.uint8)


def parts_of(ink: InkPicture) -> InkPieces:
    """The connected parts of a picture's ink, from left to right, not cut.

    Args:
        ink: uint8 of shape (height, width), 0 on paper; with at least one inked pixel.
    """
    solid = (ink > 0).astype(np.uint8)
    count, numbered, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    by_left = sorted(range(1, count), key=lambda number: int(stats[number, cv2.CC_STAT_LEFT]))
    labels = np.zeros(ink.shape, np.int32)
    pieces: list[PicturePiece] = []
    for stroke, number in enumerate(by_left):
        left, top, width, height = stats[number, :4].tolist()
        rows, columns = slice(top, top + height), slice(left, left + width)
        _add(pieces, labels, numbered[rows, columns] == number, (left, top), stroke, [])
    return InkPieces(pieces, ink, labels)


def cut(parts: InkPieces, joined: Collection[PicturePiece], rules: CutRules = DIGITS) -> InkPieces:
    """The pieces, of which some are cut where digits may touch.

    Args:
        parts: not cut yet.
        joined: the parts to cut.
        rules: where they may be cut.
    """
    labels = np.zeros(parts.labels.shape, np.int32)
    pieces: list[PicturePiece] = []
    for part in parts.pieces:
        left, top, right, bottom = map(int, part.box)
        seams: list[Seam] = []
        most = MOST_PIECES - len(pieces) - (len(parts.pieces) - part.stroke)
        if part in joined and most > 0:
            seams = seams_through(parts.of([part]), most, rules)
        own = parts.labels[top:bottom, left:right] == part.id
        _add(pieces, labels, own, (left, top), part.stroke, seams)
    return InkPieces(pieces, parts.ink, labels)


def _add(
    pieces: list[PicturePiece],
    labels: npt.NDArray[np.int32],
    own: npt.NDArray[np.bool_],
    corner: tuple[int, int],
    stroke: int,
    seams: list[Seam],
) -> None:
    """Add the pieces of a part, whose pixels are `own` below and to the right of a corner."""
    (left, top), (height, width) = corner, own.shape
    places = sides(seams, own.shape)
    place = 0
    for side in range(len(seams) + 1):
        inside = own & (places == side)
        if not inside.any():
            continue
        box, outline = _placed(inside, left, top)
        crossed = seams[side - 1].crossed if place else 0.0
        shape = box, extent(box), outline, crossed, width / height
        pieces.append(PicturePiece(len(pieces) + 1, stroke, place, *shape))
        labels[top : top + height, left : left + width][inside] = len(pieces)
        place += 1


def _placed(inside: npt.NDArray[np.bool_], left: int, top: int) -> tuple[Box, Outline]:
    """The box around a piece, and points along its edge."""
    mask = inside.astype(np.uint8)
    x, y, width, height = cv2.boundingRect(mask)
    x, y = x + left, y + top
    contours, _ = cv2.findContours(
        mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE, offset=(left, top)
    )
    points = np.concatenate(contours)[:, 0]
    chosen = points[np.linspace(0, len(points) - 1, _OUTLINE).astype(np.intp)]
    outline = (chosen[:, 0] + 1j * chosen[:, 1]).astype(np.complex64)
    return Box(float(x), float(y), float(x + width), float(y + height)), outline
