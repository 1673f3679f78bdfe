"""The normalisation of MNIST, which training and serving share: where ink lies on the raster."""

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

SIZE = 28  # side of the raster, px (MNIST)
INK_SIZE = 20  # longer side of the ink within it, px (MNIST)
# Lines are drawn four times larger and averaged down: smoother, and faster, than OpenCV's own
# anti-aliasing.
SUPERSAMPLE = 4
FIELD_SIZE = SIZE * SUPERSAMPLE
FIT_SIZE = INK_SIZE * SUPERSAMPLE
# MNIST's centres of mass lie in the middle of pixel 14 (measured: 14.00 ± 0.29), half a pixel right
# of the raster's middle; px from its left edge.
MIDDLE = SIZE / 2 + 0.5
_MIDDLE = MIDDLE * SUPERSAMPLE - 0.5


def normalise(ink: Picture) -> Picture:
    """Fit an ink picture into the raster as MNIST does.

    The longer side of the ink takes 20 of 28 pixels, its centre of mass goes to the middle.

    The normalisation is that of LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
    document recognition", 1998, section III.A, but placed to a quarter of a pixel, and never pushed
    over the border.

    Args:
        ink: uint8 array of shape (height, width), 0 where there is no ink; any size, with at least
            one inked pixel.

    Returns:
        uint8 array of shape (28, 28).

    Raises:
        ValueError: there is no inked pixel.
    """
    left, top, width, height = cv2.boundingRect(ink)
    longer = max(width, height)
    if longer == 0:
        raise ValueError("no ink to normalise")
    box = ink[top : top + height, left : left + width]
    # A normalised picture is left as sharp as it is, give or take a pixel of rounding.
    if abs(longer - FIT_SIZE) > 2:
        factor = FIT_SIZE / longer
        width, height = max(1, round(width * factor)), max(1, round(height * factor))
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        box = cv2.resize(box, (width, height), interpolation=how).astype(np.uint8, copy=False)
    moments = cv2.moments(box)
    field = np.zeros((FIELD_SIZE, FIELD_SIZE), np.uint8)
    x = _place(moments["m10"] / moments["m00"], width)
    y = _place(moments["m01"] / moments["m00"], height)
    field[y : y + height, x : x + width] = box
    picture = cv2.resize(field, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return picture.astype(np.uint8, copy=False)


def _place(centre_of_mass: float, length: int) -> int:
    """Where on the field a box begins so that its centre of mass (index units) is in the middle."""
    return min(max(round(_MIDDLE - centre_of_mass), 0), FIELD_SIZE - length)
