"""Here a stroke point becomes part of the 28×28 raster that the network sees: a picture, and which way the pen went.

Training, the live socket and ``POST /predict`` all go through `normalise`, so that the network never meets
a picture prepared in another way than those it was trained on. The pen's direction tells a 1 with a long upstroke from a 7, a
looped 6 from a 4: on the validation writers it spares one error in five. A picture has none, and is read without.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Raster = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

# Weights are tied to the pictures they were trained on: raise this with any change to what is drawn.
RASTERIZER_VERSION = 2

SIZE = 28  # side of the raster, px (MNIST)
INK_SIZE = 20  # longer side of the ink within it, px (MNIST)
# Raster px. Trained on 1.3 to 3.4; from 1.4 to 3 the validation writers differ by at most 0.4 %; beyond, it gets worse.
PEN_WIDTH = 2.2
# Lines are drawn four times larger and averaged down: smoother, and faster, than OpenCV's own anti-aliasing.
SUPERSAMPLE = 4
CHANNELS = 3  # the picture, and the pen's direction: its share to the right and its share down
UNKNOWN_DIRECTION = 128  # where no pen went, or nobody knows which way; ± 127 is a whole step
_ZERO = np.array([0, UNKNOWN_DIRECTION, UNKNOWN_DIRECTION], np.float32)
_UNIT = 1 / np.array([255, 127, 127], np.float32)
# Raster px between the points at which the direction is taken: two in each pixel that the pen crosses.
_DIRECTION_STEP = 0.5
# At so many at most: a digit has about 150, and 20,000 points drawn to and fro would keep everybody else waiting.
_MOST_DIRECTIONS = 2000
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
        uint8 array of shape (28, 28, 3): the picture, ink 255 on 0; the direction of the pen to the right and down, in 127ths
        above or below `UNKNOWN_DIRECTION`.

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
        return without_direction(normalise(canvas))
    on_canvas: npt.NDArray[np.floating] = (points - low) * ((_FIT - thickness) / extent) + thickness / 2
    fixed = np.rint(on_canvas * (1 << _FRACTION_BITS)).astype(np.int32)
    start = 0
    lines = []
    for stroke in strokes:
        line = fixed[start : start + len(stroke)]
        start += len(stroke)
        # Two equal points make the disc of a pen that only touched the paper (the bar of an i has such dots too).
        lines.append(np.repeat(line, 2, axis=0) if len(line) == 1 else line)
    cv2.polylines(canvas, lines, False, 255, thickness, cv2.LINE_8, _FRACTION_BITS)
    picture, scale, offset = _fit(canvas)
    raster = without_direction(picture)
    _add_direction(raster, on_canvas * scale + offset, strokes)
    return raster


def without_direction(picture: Picture) -> Raster:
    """The raster, uint8 (28, 28, 3), of a normalised picture, uint8 (28, 28), of which nobody knows how it was drawn."""
    raster = np.full((SIZE, SIZE, CHANNELS), UNKNOWN_DIRECTION, np.uint8)
    raster[..., 0] = picture
    return raster


def to_input(rasters: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Rasters, uint8 (…, 28, 28, 3), as the network takes them: float32, ink from 0 to 1, directions from −1 to 1."""
    scaled: npt.NDArray[np.float32] = np.subtract(rasters, _ZERO, dtype=np.float32)
    scaled *= _UNIT
    return scaled


def normalise(ink: Picture) -> Picture:
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
    return _fit(ink)[0]


def _fit(ink: Picture) -> tuple[Picture, float, npt.NDArray[np.floating]]:
    """The normalised picture; and the scale and offset, shape (2,), that take a place in `ink` to one in the picture, px."""
    left, top, width, height = cv2.boundingRect(ink)
    longer = max(width, height)
    if longer == 0:
        raise ValueError("no ink to normalise")
    box = ink[top : top + height, left : left + width]
    factor = 1.0
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
    picture = cv2.resize(field, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return picture, factor / SUPERSAMPLE, np.array([x - left * factor, y - top * factor]) / SUPERSAMPLE


def _place(centre_of_mass: float, length: int) -> int:
    """Where on the field a box of `length` begins so that its centre of mass (index units) is in the middle."""
    return min(max(round(_MIDDLE - centre_of_mass), 0), _FIELD - length)


def _add_direction(raster: Raster, points: npt.NDArray[np.floating], strokes: Sequence[Points]) -> None:
    """Write into the raster which way the pen went along the points, shape (n, 2) in raster px, of all strokes.

    Signed, unlike the eight-direction features of Bai and Huo ("A study on the use of 8-directional features for online handwritten
    Chinese character recognition", 2005), and averaged where lines meet.
    """
    steps = points[1:] - points[:-1]
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    # From the end of a stroke to the next one's beginning the pen was in the air.
    end = 0
    for stroke in strokes[:-1]:
        end += len(stroke)
        lengths[end - 1] = 0
    travelled = lengths.cumsum()
    if not len(travelled) or travelled[-1] == 0:
        return
    apart = max(_DIRECTION_STEP, travelled[-1] / _MOST_DIRECTIONS)
    at = np.arange(apart / 2, travelled[-1], apart)
    step = travelled.searchsorted(at)
    right, down = (steps[step] / lengths[step, None]).T
    back = travelled[step] - at
    x, y = points[step + 1].T - back * (right, down)
    cells = y.astype(np.intp) * SIZE + x.astype(np.intp)
    # As wide as a pen, so that a line carries its direction all across.
    count, right, down = (
        cv2.boxFilter(
            np.bincount(cells, weights, SIZE * SIZE).reshape(SIZE, SIZE).astype(np.float64, copy=False), -1, (3, 3), normalize=False
        )
        for weights in (None, right, down)
    )
    scale = (255 - UNKNOWN_DIRECTION) / np.maximum(count, 1)
    raster[..., 1] = np.rint(right * scale + UNKNOWN_DIRECTION)
    raster[..., 2] = np.rint(down * scale + UNKNOWN_DIRECTION)
