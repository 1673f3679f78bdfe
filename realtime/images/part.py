"""Connected parts of ink, by their label in a picture of labels."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# int32 of shape (height, width): the label of the part that a pixel belongs to, 0 for paper.
Labels = npt.NDArray[np.int32]

# A part is a speck where its longer side is less than this share of the largest part's. Digits that
# touch are one part, which counts as being no longer than so many heights of the highest.
SPECK = 0.14
WIDEST_DIGIT = 1.6


class Part(NamedTuple):
    """A connected part, by its label, bounding box and number of pixels."""

    label: int
    left: int
    top: int
    width: int
    height: int
    area: int

    @property
    def longer(self) -> int:
        """The longer side of its bounding box, px."""
        return max(self.width, self.height)

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.top + self.height

    @property
    def right(self) -> int:
        """The first column to its right."""
        return self.left + self.width


def cut_out(part: Part, labels: Labels) -> npt.NDArray[np.bool_]:
    """Which pixels of its bounding box belong to a part."""
    return np.equal(labels[part.top : part.bottom, part.left : part.right], part.label)


def without_specks(parts: list[Part]) -> list[Part]:
    """The parts, at least one, that are large enough to be strokes beside the largest."""
    highest = max(part.height for part in parts)
    largest = min(max(part.longer for part in parts), WIDEST_DIGIT * highest)
    return [part for part in parts if part.longer >= SPECK * largest]
