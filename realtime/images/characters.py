"""Chooses the connected parts of ink that are letters and signs: of these, dots and bars are parts.

A digit has neither. What is a speck, an underline or a frame beside digits may be the dot of an i,
the lower bar of an equals sign, or a letter E.
"""

import cv2
import numpy as np

from realtime.images.enclosure import BOX_FILLS, is_box, without_enclosure
from realtime.images.part import Labels, Part, cut_out, without_specks

# A dot is as broad as the pen, nearly, and no further from the rest than so many heights of it.
DOT = 0.7
NEAR = 0.5
# An underline is so many times longer than high, and as long as this share of the rest, of which
# something is so many times higher: the other bar of an equals sign is not.
UNDERLINE_LENGTH = 5.0
UNDERLINE_WIDTH = 0.6
ABOVE_UNDERLINE = 2.5


def characters_among(parts: list[Part], labels: Labels) -> list[Part]:
    """The parts, at least one, without a box around them, an underline, or specks."""
    ring = max(parts, key=lambda part: part.longer)
    if is_closed_box(ring, labels, BOX_FILLS):
        parts, _ = without_enclosure(parts, labels)
    return _without_underline(_without_specks(parts, labels))


def is_closed_box(part: Part, labels: Labels, least: float) -> bool:
    """Whether a part is a rectangle without a gap, which no letter is."""
    if not is_box(part, labels, least):
        return False
    contours, _ = cv2.findContours(
        cut_out(part, labels).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    [outer] = contours
    _, (width, height), _ = cv2.minAreaRect(outer)
    return cv2.contourArea(outer) >= least * width * height


def _without_specks(parts: list[Part], labels: Labels) -> list[Part]:
    large = without_specks(parts)
    pen = _pen_width(max(large, key=lambda part: part.area), labels)
    left, right = min(part.left for part in large), max(part.right for part in large)
    top, bottom = min(part.top for part in large), max(part.bottom for part in large)
    near = NEAR * (bottom - top)
    dots = [
        part
        for part in parts
        if part not in large
        and min(part.width, part.height) >= DOT * pen
        and left - near <= part.left <= part.right <= right + near
        and top - near <= part.top <= part.bottom <= bottom + near
    ]
    return [*large, *dots]


def _pen_width(part: Part, labels: Labels) -> float:
    """The width of a part's lines, px."""
    padded = np.pad(cut_out(part, labels).astype(np.uint8), 1)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    # Across a line of width w the distance to the paper is w / 4 on average, and a little more as
    # it is counted from pixel to pixel.
    return 4 * float(distance[distance > 0].mean()) - 1


def _without_underline(parts: list[Part]) -> list[Part]:
    for part in parts:
        rest = [other for other in parts if other is not part]
        if (
            rest
            and part.width >= UNDERLINE_LENGTH * part.height
            and all(other.bottom <= part.top + part.height / 2 for other in rest)
            and max(other.height for other in rest) >= ABOVE_UNDERLINE * part.height
            and part.width >= UNDERLINE_WIDTH * _extent(rest)
        ):
            return _without_underline(rest)
    return parts


def _extent(parts: list[Part]) -> int:
    return max(part.right for part in parts) - min(part.left for part in parts)
