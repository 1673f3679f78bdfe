"""Chooses those connected parts of the ink that were written, not printed, spilt or underlined."""

from typing import Literal, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from realtime.images.attached import Outline, find_outline, ring_doubt
from realtime.images.border import without_border
from realtime.images.characters import characters_among, is_closed_box
from realtime.images.enclosure import EMPTY_BOX_FILLS, is_box, without_enclosure
from realtime.images.paper import Strength
from realtime.images.part import Labels, Part, without_specks

# uint8 of shape (height, width): 1 where ink is.
Mask = npt.NDArray[np.uint8]
# What is sought on a picture.
Content = Literal["digits", "characters"]

# A part is ink where it is stronger than this share of the strongest: else texture, JPEG noise.
FAINTEST_PART = 0.3
# Nothing is read that is smaller than this share of the image.
SMALLEST_INK = 0.03
# A digit is in no more parts than this, even one drawn with a worn pen; a pattern is in more.
MOST_PARTS = 8
# So many parts side by side are several characters; a digit may be in two, where a pen failed.
# Those count that are at least this share as tall as the tallest.
SEVERAL = 3
TALL = 0.4
# An underline is so many times longer than high, and as long as this share of the rest's width.
UNDERLINE_LENGTH = 5.0
UNDERLINE_WIDTH = 0.6
# A line that touches what it underlines takes this share of the ink's height at most, and goes
# beyond the rest by this share of its width on both sides. It touches no nearer to its ends than
# that share, else it is the foot of a 2; and the rest is so wide for its height that it is no 1,
# whose foot it would be.
TOUCHING_HEIGHT = 0.2
TOUCHING_BEYOND = 0.08
TOUCHING_AT = 0.25
TOUCHING_REST = 0.45


class WrittenInk(NamedTuple):
    """The parts that were written.

    Attributes:
        strength: float32 of shape (height, width), 0 where nothing was written.
        parts: how many there are.
        doubt: why they may stand for something else than they look like, in words; None where
            there is no reason.
        doubt_as_one: the same where they are to be one digit, or one character.
    """

    strength: Strength
    parts: int
    doubt: str | None = None
    doubt_as_one: str | None = None


def written_ink(
    strength: Strength, faintest: float, content: Content = "digits"
) -> WrittenInk | None:
    """The ink that was written; None where there is none.

    Args:
        strength: float32 of shape (height, width).
        faintest: what is less is paper.
        content: what is sought.
    """
    mask = (strength > max(faintest, FAINTEST_PART * float(strength.max()))).astype(np.uint8)
    parts, labels = _connected_parts(mask, strength)
    outline = _largest_outline(parts, labels)
    if outline and outline.is_box and outline.is_touched:
        outline.remove_from(mask)
        parts, labels = _connected_parts(mask, strength)
        outline = _largest_outline(parts, labels)
    largest = max((part.longer for part in parts), default=0)
    if largest < max(2, SMALLEST_INK * max(strength.shape)):
        return None
    is_empty = is_box if content == "digits" else is_closed_box
    if len(parts) == 1 and is_empty(parts[0], labels, EMPTY_BOX_FILLS):
        return None
    if content == "characters":
        parts = characters_among(parts, labels)
        ink, _ = _ink_of(parts, labels, mask, strength)
        return WrittenInk(ink, len(parts), doubt_as_one=_doubt_as_one(parts))
    ring = ring_doubt(outline, labels) if outline else None
    if ring is None:
        parts, ring = without_enclosure(parts, labels)
    parts = _without_underline(without_specks(parts))
    ink, chosen = _ink_of(parts, labels, mask, strength)
    underline = None
    if _touches_underline(chosen.astype(np.uint8)):
        underline = "a line under the ink touches it"
    as_digit = ring or _doubt_as_one(parts) or underline
    return WrittenInk(ink, len(parts), ring or underline, as_digit)


def _ink_of(
    parts: list[Part], labels: Labels, mask: Mask, strength: Strength
) -> tuple[Strength, npt.NDArray[np.bool_]]:
    """The strength of some parts' ink alone, and which pixels they are."""
    chosen = np.isin(labels, [part.label for part in parts])
    # The soft edge of a line is as wide as a pixel.
    near = cv2.dilate(chosen.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(near & (chosen | (mask == 0)), strength, 0).astype(np.float32), chosen


def _connected_parts(mask: Mask, strength: Strength) -> tuple[list[Part], Labels]:
    """The connected parts of the ink, without those that the border cuts off."""
    _, numbered, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels = np.asarray(numbered, np.int32)
    everything = [
        Part(label, *(int(value) for value in values)) for label, values in enumerate(stats)
    ]
    return without_border(everything[1:], labels, strength), labels


def _largest_outline(parts: list[Part], labels: Labels) -> Outline | None:
    """The outline that the largest part is, if it is one."""
    return find_outline(max(parts, key=lambda part: part.longer), labels) if parts else None


def _without_underline(parts: list[Part]) -> list[Part]:
    """Leave out a line under the ink, or several."""
    for part in parts:
        rest = [other for other in parts if other is not part]
        if (
            rest
            and part.width >= UNDERLINE_LENGTH * part.height
            and all(other.bottom <= part.top + part.height / 2 for other in rest)
            and part.width >= UNDERLINE_WIDTH * max(other.width for other in rest)
        ):
            return _without_underline(rest)
    return parts


def _doubt_as_one(parts: list[Part]) -> str | None:
    if len(parts) > MOST_PARTS:
        return "the ink is in many small pieces"
    if _side_by_side(parts) >= SEVERAL:
        return "there are several characters side by side"
    return None


def _side_by_side(parts: list[Part]) -> int:
    """In how many groups, with paper between them from top to bottom, the parts lie."""
    tall = TALL * max(part.height for part in parts)
    groups, right = 0, -1
    for part in sorted(parts, key=lambda part: part.left):
        if part.height >= tall:
            groups += part.left > right
            right = max(right, part.right)
    return groups


def _touches_underline(ink: Mask) -> bool:
    left, top, width, height = cv2.boundingRect(ink)
    rows = ink[top : top + height, left : left + width] > 0
    # From below, the rows until the ink is narrower than a line that goes beyond it.
    for row in range(height - 1, round(height * (1 - TOUCHING_HEIGHT)), -1):
        rest = np.flatnonzero(rows[:row].any(axis=0))
        beyond = min(int(rest[0]), width - 1 - int(rest[-1])) if len(rest) else 0
        if beyond >= max(1, TOUCHING_BEYOND * width):
            touching = np.flatnonzero(rows[row - 1])
            stem = float(touching.mean()) / width if len(touching) else 0.0
            is_wide = rest[-1] - rest[0] + 1 >= TOUCHING_REST * row
            return bool(is_wide and TOUCHING_AT < stem < 1 - TOUCHING_AT)
    return False
