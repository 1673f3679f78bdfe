"""Chooses those connected parts of the ink that were written, not printed, spilt or underlined."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from realtime.images.paper import Strength

# uint8 of shape (height, width): 1 where ink is.
Mask = npt.NDArray[np.uint8]

# A part is ink where it is stronger than this share of the strongest: else texture, JPEG noise.
FAINTEST_PART = 0.3
# A part that touches the border along this share of a side is a frame, a desk or a shadow.
BORDER_CONTACT = 0.25
# A part is a speck where its longer side is less than this share of the largest part's.
SPECK = 0.14
# Nothing is read that is smaller than this share of the image.
SMALLEST_INK = 0.03
# A digit is in no more parts than this, even one drawn with a worn pen; a pattern is in more.
MOST_PARTS = 8
# So many parts side by side are several characters; a digit may be in two, where a pen failed.
# Those count that are at least this share as tall as the tallest.
SEVERAL = 3
TALL = 0.4
# Within a ring smaller things may be written; what is smaller than this share of it is a speck, or
# a zero's dot where it also fills its bounding box by that share.
SMALLEST_IN_RING = 0.06
DOT_FILLS = 0.6
# A box fills its bounding box, turned to fit, by this share; a circle by 0.79.
BOX_FILLS = 0.88
# An empty one by this share, else it is a zero.
EMPTY_BOX_FILLS = 0.96
HOLLOW = 0.4
# What a ring surrounds is a digit if it is at least this wide, as a share of its height; else the
# ring may be a zero, and what is in it its slash.
NARROWEST_DIGIT = 0.3
# An underline is so many times longer than high, and as long as this share of the rest's width.
UNDERLINE_LENGTH = 5.0
UNDERLINE_WIDTH = 0.6
# A line that touches what it underlines takes this share of the ink's height at most, and goes
# beyond the rest by this share of its width on both sides. It touches no nearer to its ends than
# that share, else it is the foot of a 2; and the rest is so wide for its height that it is no 1,
# whose foot it would be.
TOUCHING_HEIGHT = 0.2
TOUCHING_BEYOND = 0.08
TOUCHING_AT = 0.3
TOUCHING_REST = 0.55


class WrittenInk(NamedTuple):
    """The parts that were written.

    Attributes:
        strength: float32 of shape (height, width), 0 where nothing was written.
        doubt: why they may stand for something else than they look like, in words; None where
            there is no reason.
    """

    strength: Strength
    doubt: str | None = None


class _Part(NamedTuple):
    """A connected part, by its label, bounding box and number of pixels."""

    label: int
    left: int
    top: int
    width: int
    height: int
    area: int

    @property
    def longer(self) -> int:
        return max(self.width, self.height)

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def right(self) -> int:
        return self.left + self.width


def written_ink(strength: Strength, faintest: float) -> WrittenInk | None:
    """The ink that was written; None where there is none.

    Args:
        strength: float32 of shape (height, width).
        faintest: what is less is paper.
    """
    mask = (strength > max(faintest, FAINTEST_PART * float(strength.max()))).astype(np.uint8)
    _, numbered, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels = np.asarray(numbered, np.int32)
    parts = [
        _Part(label, *(int(value) for value in values))
        for label, values in enumerate(stats)
        if label > 0 and not _hugs_border(label, labels)
    ]
    largest = max((part.longer for part in parts), default=0)
    if largest < max(2, SMALLEST_INK * max(strength.shape)):
        return None
    if len(parts) == 1 and _is_box(parts[0], labels, EMPTY_BOX_FILLS):
        return None
    parts, doubt = _unringed(parts, labels)
    parts = _without_underline(_without_specks(parts))
    chosen = np.isin(labels, [part.label for part in parts])
    # The soft edge of a line is as wide as a pixel.
    near = cv2.dilate(chosen.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    ink = np.where(near & (chosen | (mask == 0)), strength, 0).astype(np.float32)
    if doubt is None:
        doubt = _doubt(parts, chosen.astype(np.uint8))
    return WrittenInk(ink, doubt)


def _doubt(parts: list[_Part], ink: Mask) -> str | None:
    if len(parts) > MOST_PARTS:
        return "the ink is in many small pieces"
    if _side_by_side(parts) >= SEVERAL:
        return "there are several characters side by side"
    if _touches_underline(ink):
        return "a line under the ink touches it"
    return None


def _side_by_side(parts: list[_Part]) -> int:
    """In how many groups, with paper between them from top to bottom, the parts lie."""
    tall = TALL * max(part.height for part in parts)
    groups, right = 0, -1
    for part in sorted(parts, key=lambda part: part.left):
        if part.height >= tall:
            groups += part.left > right
            right = max(right, part.right)
    return groups


def _hugs_border(label: int, labels: npt.NDArray[np.int32]) -> bool:
    sides = labels[0], labels[-1], labels[:, 0], labels[:, -1]
    return any((side == label).mean() >= BORDER_CONTACT for side in sides)


def _without_specks(parts: list[_Part]) -> list[_Part]:
    largest = max(part.longer for part in parts)
    return [part for part in parts if part.longer >= SPECK * largest]


def _unringed(parts: list[_Part], labels: npt.NDArray[np.int32]) -> tuple[list[_Part], str | None]:
    """What is written in a box or a circle, where one surrounds it; and why it may be a zero."""
    ring = max(parts, key=lambda part: part.longer)
    if len(parts) == 1:
        return parts, None
    outlines, _ = cv2.findContours(
        (labels == ring.label).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    enclosed = np.zeros(labels.shape, np.uint8)
    cv2.drawContours(enclosed, outlines, -1, 1, cv2.FILLED)
    within = set(np.unique(labels[enclosed > 0]).tolist())
    others = [part for part in _without_specks(parts) if part is not ring]
    inner = [
        part
        for part in parts
        if part is not ring
        and part.label in within
        and part.longer >= SMALLEST_IN_RING * ring.longer
        and not (part.longer < SPECK * ring.longer and _is_dot(part))
    ]
    if not inner or not all(part.label in within for part in others):
        return parts, None
    if _is_box(ring, labels, BOX_FILLS):
        return inner, None
    if all(_is_dot(part) for part in inner):
        return parts, None
    width = max(part.right for part in inner) - min(part.left for part in inner)
    height = max(part.bottom for part in inner) - min(part.top for part in inner)
    if width < NARROWEST_DIGIT * height:
        return parts, "a ring is around the ink, or it is a zero with a slash"
    return inner, None


def _is_dot(part: _Part) -> bool:
    return part.area >= DOT_FILLS * part.width * part.height


def _is_box(part: _Part, labels: npt.NDArray[np.int32], least: float) -> bool:
    """Whether a part is hollow and fills a rectangle by this share at least."""
    if part.area >= HOLLOW * part.width * part.height:
        return False
    inside = labels[part.top : part.bottom, part.left : part.right] == part.label
    points = cv2.findNonZero(inside.astype(np.uint8))
    _, (width, height), _ = cv2.minAreaRect(points)
    return cv2.contourArea(cv2.convexHull(points)) >= least * width * height


def _without_underline(parts: list[_Part]) -> list[_Part]:
    for part in parts:
        rest = [other for other in parts if other is not part]
        if (
            rest
            and part.width >= UNDERLINE_LENGTH * part.height
            and all(other.bottom <= part.top + part.height / 2 for other in rest)
            and part.width >= UNDERLINE_WIDTH * max(other.width for other in rest)
        ):
            return rest
    return parts


def _touches_underline(ink: Mask) -> bool:
    left, top, width, height = cv2.boundingRect(ink)
    rows = ink[top : top + height, left : left + width] > 0
    # From below, the rows until the ink is narrower than a line that goes beyond it.
    for row in range(height - 1, round(height * (1 - TOUCHING_HEIGHT)), -1):
        rest = np.flatnonzero(rows[:row].any(axis=0))
        beyond = min(int(rest[0]), width - 1 - int(rest[-1])) if len(rest) else 0
        if beyond >= max(1, TOUCHING_BEYOND * width):
            stem = float(np.flatnonzero(rows[row - 1]).mean()) / width
            is_wide = rest[-1] - rest[0] + 1 >= TOUCHING_REST * row
            return bool(is_wide and TOUCHING_AT < stem < 1 - TOUCHING_AT)
    return False
