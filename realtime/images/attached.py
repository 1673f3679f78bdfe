"""Tells a box or a circle that the ink within it touches, from a zero and from the ink."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from realtime.images.part import Labels, Part, cut_out

# uint8 of shape (height, width): 1 where ink is.
Mask = npt.NDArray[np.uint8]

# What sticks out of an outline and is narrower than this share of its longer side is ink that
# crosses it.
STICKS_OUT = 0.15
# An outline is hollow: this share of what it encloses is paper. It is a circle or a box where its
# area is that of the ellipse or of the rectangle in its bounding box, turned to fit, but for these:
# a box is printed.
HOLLOW = 0.3
LIKE_ELLIPSE = 0.08
LIKE_RECTANGLE = 0.05
# It is thin: on this share of its length there is paper within 1.6 times its width. The loops of an
# 8, a 6 or a 9 are so on a part of it alone.
THIN = 0.8
WIDTH_VARIES = 1.6
# A printed line is of one width, and its edge is as soft as this, px: more would be of the ink.
SOFT_EDGE = 1.0
# Ink that touches the outline from within is as long as this share of it at least: one digit of a
# row. Where nothing else is within a circle it is a digit of this size at least, or the end of a
# zero. It is no slash of a zero where it is as wide as `BROADER_THAN_SLASH`, nor where the outline
# is rounder than most zeros.
LEAST_WITHIN = 0.1
LEAST_ALONE = 0.35
# What is outside of an ellipse is nearer to its bounding box than this share of its sides.
CORNER = 0.15
BROADER_THAN_SLASH = 0.1
ROUNDER_THAN_ZERO = 0.85
DOUBT = "a ring is around the ink and touches it, or it is a zero with a slash"


class Outline(NamedTuple):
    """A closed line, and what is within it.

    Attributes:
        ring: the part that it is, with the ink that touches it.
        is_box: whether it is a rectangle; an ellipse if not.
        roundness: its shorter side as a share of the longer one.
        line: pixels of the line itself, bool of shape (height, width).
        length: of the longest ink within, and `breadth` its width less that of the line: both as
            shares of the outline's longer side.
    """

    ring: Part
    is_box: bool
    roundness: float
    line: npt.NDArray[np.bool_]
    length: float
    breadth: float

    @property
    def is_touched(self) -> bool:
        """Whether ink touches it from within that may be a digit."""
        return self.length >= LEAST_WITHIN

    def remove_from(self, mask: Mask) -> None:
        """Remove its line from a mask of the whole picture, in place."""
        ring = self.ring
        mask[ring.top : ring.bottom, ring.left : ring.right][self.line] = 0


def find_outline(ring: Part, labels: Labels) -> Outline | None:
    """The outline that a part is, mostly; None where it is none."""
    part = np.pad(cut_out(ring, labels).astype(np.uint8), 2)
    longer = max(part.shape)
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros_like(part), contours, -1, 1, cv2.FILLED)
    side = max(3, round(STICKS_OUT * longer) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    area, is_box = 0, False
    for is_box, one in ((True, kernel), (False, shape)):
        within = cv2.morphologyEx(filled, cv2.MORPH_OPEN, one)
        area = int(within.sum())
        if not area:
            return None
        _, sides, _ = cv2.minAreaRect(cv2.findNonZero(within))
        expected = sides[0] * sides[1] * (1.0 if is_box else np.pi / 4)
        tolerance = LIKE_RECTANGLE if is_box else LIKE_ELLIPSE
        if abs(area / max(expected, 1.0) - 1) <= tolerance:
            break
    else:
        return None
    paper = ((within == 1) & (part == 0)).astype(np.uint8)
    if paper.sum() < HOLLOW * area:
        return None
    edge = (within == 1) & (cv2.erode(within, np.ones((3, 3), np.uint8)) == 0)
    to_paper = cv2.distanceTransform(1 - paper, cv2.DIST_L2, 5)[edge]
    width = float(np.median(to_paper))
    if (to_paper <= WIDTH_VARIES * width + 1).mean() < THIN:
        return None
    depth = cv2.distanceTransform(within, cv2.DIST_L2, 5)
    inner = ((depth > WIDTH_VARIES * width + 1) & (part == 1)).astype(np.uint8)
    length, breadth = _longest(inner)
    line = (within == 1) & (depth <= width + SOFT_EDGE) & (part == 1)
    return Outline(
        ring,
        is_box,
        min(sides) / max(sides),
        line[2:-2, 2:-2],
        length / max(sides),
        max(0.0, breadth - width) / max(sides),
    )


def ring_doubt(outline: Outline, labels: Labels) -> str | None:
    """Why a circle may be a zero, or not, in words: it touches what is written in it."""
    if outline.is_box or not outline.is_touched:
        return None
    if _surrounds(outline.ring, labels):
        return DOUBT
    if outline.length < LEAST_ALONE:
        return None
    is_slash = outline.breadth <= BROADER_THAN_SLASH and outline.roundness <= ROUNDER_THAN_ZERO
    return None if is_slash else DOUBT


def _surrounds(ring: Part, labels: Labels) -> bool:
    """Whether other ink lies well within the bounding box of a ring, and is no speck."""
    around = labels[ring.top : ring.bottom, ring.left : ring.right]
    down, across = (max(1, round(CORNER * side)) for side in around.shape)
    middle = around[down:-down, across:-across]
    other = ((middle > 0) & (middle != ring.label)).astype(np.uint8)
    return _longest(other)[0] >= LEAST_WITHIN * ring.longer


def _longest(ink: Mask) -> tuple[float, float]:
    """The longer and the shorter side of the longest part, turned to fit, px."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if len(stats) < 2:
        return 0.0, 0.0
    largest = 1 + int(np.argmax(stats[1:, 2:4].max(axis=1)))
    _, sides, _ = cv2.minAreaRect(cv2.findNonZero((labels == largest).astype(np.uint8)))
    return max(sides), min(sides)
