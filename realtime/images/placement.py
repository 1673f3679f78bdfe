"""Where ink lies on the image that it was found on."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# float64 of shape (2, 3): an affine map of columns and rows, as OpenCV has them.
Affine = npt.NDArray[np.float64]


class Placement(NamedTuple):
    """How the pixels of ink are mapped to the image, of which it is a part, perhaps turned.

    Attributes:
        left, top: where that part begins, px.
        width, height: of the image, px.
        turn: from the part to the ink; None where it was not turned.
    """

    left: int
    top: int
    width: int
    height: int
    turn: Affine | None = None

    def shares(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """The upright box around a box of ink (left, top, right, bottom, px) on the image.

        Columns as shares of the image's width, rows as shares of its height, from 0 to 1.
        """
        left, top, right, bottom = box
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        if self.turn is not None:
            corners = (corners - self.turn[:, 2]) @ np.linalg.inv(self.turn[:, :2]).T
        corners = (corners + np.array([self.left, self.top])) / np.array([self.width, self.height])
        low, high = corners.min(axis=0).clip(0, 1), corners.max(axis=0).clip(0, 1)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])
