"""What the geometry, the groups and the lattice of a line know of a piece of ink.

A piece of a stroke is one, and so is a piece of a picture's ink.
"""

from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from realtime.recognition.characters.box import Box

Outline = npt.NDArray[np.complex64]


class PlacedPiece(Protocol):
    """A part of a line's ink that is in one character as a whole; immutable.

    Attributes:
        id: tells the pieces of one line apart; pieces are sorted by it.
        stroke: number of what it was cut from: of a stroke, or of a connected part of a picture.
        place: which of that one's pieces it is, from 0.
        box: around it.
        size: the longer side of the box.
        outline: points along it, by which the distances between pieces are measured.
    """

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def stroke(self) -> int: ...  # noqa: D102
    @property
    def place(self) -> int: ...  # noqa: D102
    @property
    def box(self) -> Box: ...  # noqa: D102
    @property
    def size(self) -> float: ...  # noqa: D102
    @property
    def outline(self) -> Outline: ...  # noqa: D102


AnyPiece = TypeVar("AnyPiece", bound=PlacedPiece)
