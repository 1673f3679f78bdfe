"""Here a stroke point becomes part of the 28×28 picture that the network sees.

Training, the live socket and ``POST /predict`` all go through `normalise`, so that the network never meets
a picture prepared in another way than those it was trained on.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Raster = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

# Weights are tied to the pictures they were trained on: raise this with any change to what is drawn.
RASTERIZER_VERSION = 1

SIZE = 28  # side of the raster, px (MNIST)
INK_SIZE = 20  # longer side of the ink within it, px (MNIST)
# Raster px. Trained on 1.3 to 3.4; from 1.4 to 3 the validation writers differ by at most 0.4 %; beyond, it gets worse.
PEN_WIDTH = 2.2
# Lines are drawn four times larger and averaged down: smoother, and faster, than OpenCV's own anti-aliasing.
SUPERSAMPLE = 4
# OpenCV takes fixed-point coordinates: four fractional bits place a line to 1/64 of a raster pixel.
_FRACTION_BITS = 4
# Below this the scale would overflow; ink on a canvas of size 1 × 1 is still three orders larger.
_SMALLEST_EXTENT = 1e-3
_FIELD = SIZE * SUPERSAMPLE
_FIT = INK_SIZE * SUPERSAMPLE
# MNIST's centres of mass lie in the middle of pixel 14 (measured: 14.00 ± 0.29), half a pixel right of the field's middle.
_MIDDLE = (SIZE // 2) * SUPERSAMPLE + (SUPERSAMPLE - 1) / 2


def rasterize(strokes: Sequence[Points], *, pen_width: float = PEN_WIDTH, dot_size: float = 0.0) -> Raster:
    """Draw ink as a normalised raster.

    Args:
        strokes: for each stroke a float32 array of shape (n, 2), n ≥ 1, columns x and y, y growing downwards,
            in any unit.
        pen_width: width of the line in raster pixels.
        dot_size: ink no larger than this (in the unit of the points) is a dot, whatever its shape: a tap whose
            two points lie a pixel apart is no line.

    Returns:
        uint8 array of shape (28, 28), ink 255 on 0.

    Raises:
        ValueError: there is no point at all.
    """
    if not strokes:
        raise ValueError("no ink to rasterize")
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    extent = float((points.max(axis=0) - low).max())
    thickness = max(1, round(pen_width * SUPERSAMPLE))
    canvas = np.zeros((_FIT + thickness, _FIT + thickness), np.uint8)
    if extent <= max(dot_size, _SMALLEST_EXTENT):
        # OpenCV draws nothing for a polyline of one point.
        cv2.circle(canvas, (_FIT // 2, _FIT // 2), thickness // 2 + 1, 255, cv2.FILLED)
        return normalise(canvas)
    scale = (_FIT - thickness) / extent
    unit = 1 << _FRACTION_BITS
    fixed = np.rint((points - low) * (scale * unit) + thickness / 2 * unit).astype(np.int32)
    start = 0
    lines = []
    for stroke in strokes:
        line = fixed[start : start + len(stroke)]
        start += len(stroke)
        # Two equal points make the disc of a pen that only touched the paper (the bar of an i has such dots too).
        lines.append(np.repeat(line, 2, axis=0) if len(line) == 1 else line)
    cv2.polylines(canvas, lines, False, 255, thickness, cv2.LINE_8, _FRACTION_BITS)
    return normalise(canvas)


def normalise(ink: Raster) -> Raster:
    """Fit an ink picture into the raster as MNIST does: longer side to 20 of 28 pixels, centre of mass to the middle.

    The normalisation is that of LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
    recognition", 1998, section III.A, but placed to a quarter of a pixel, and never pushed over the border.

    Args:
        ink: uint8 array of shape (height, width), 0 where there is no ink; any size, with at least one inked pixel.

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
    # A stroke comes already drawn at this size, give or take a pixel of rounding: leave its lines sharp.
    if abs(longer - _FIT) > 2:
        factor = _FIT / longer
        width, height = max(1, round(width * factor)), max(1, round(height * factor))
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        box = cv2.resize(box, (width, height), interpolation=how).astype(np.uint8, copy=False)
    moments = cv2.moments(box)
    field = np.zeros((_FIELD, _FIELD), np.uint8)
    x = _place(moments["m10"] / moments["m00"], width)
    y = _place(moments["m01"] / moments["m00"], height)
    field[y : y + height, x : x + width] = box
    return cv2.resize(field, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _place(centre_of_mass: float, length: int) -> int:
    """Where on the field a box of `length` begins so that its centre of mass (index units) is in the middle."""
    return min(max(round(_MIDDLE - centre_of_mass), 0), _FIELD - length)
