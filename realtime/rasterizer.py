"""Here a stroke point becomes part of the 28×28 raster that the network sees: a picture, and which way the pen went.

Training and the live socket draw strokes with `LiveRaster`, `POST /predict` has its pictures placed in the same way by `normalise`, so
that the network never meets a picture prepared in another way than those it was trained on. The pen's direction (`direction.py`) tells a
1 with a long upstroke from a 7, a looped 6 from a 4: on the validation writers it spares one error in five. A picture has none, and is
read without.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from realtime import direction
from realtime.direction import Directions

Picture = npt.NDArray[np.uint8]
Raster = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

# Weights are tied to the pictures they were trained on: raise this with any change to what is drawn.
RASTERIZER_VERSION = 2

SIZE = direction.SIZE  # side of the raster, px (MNIST)
INK_SIZE = 20  # longer side of the ink within it, px (MNIST)
# Raster px. Trained on 1.3 to 3.4; from 1.4 to 3 the validation writers differ by at most 0.4 %; beyond, it gets worse.
PEN_WIDTH = 2.2
# Lines are drawn four times larger and averaged down: smoother, and faster, than OpenCV's own anti-aliasing.
SUPERSAMPLE = 4
CHANNELS = 3  # the picture, and the pen's direction: its share to the right and its share down
UNKNOWN_DIRECTION = 128  # where no pen went, or nobody knows which way; ± 127 is a whole step
# For each cell anew: NumPy is slow where it has to repeat three numbers.
_ZERO = np.tile(np.array([0, UNKNOWN_DIRECTION, UNKNOWN_DIRECTION], np.float32), (SIZE, SIZE, 1))
_UNIT = 1 / np.tile(np.array([255, 127, 127], np.float32), (SIZE, SIZE, 1))
# OpenCV takes fixed-point coordinates: four fractional bits place a line to 1/64 of a raster pixel, the grid of `direction.py`.
_FRACTION_BITS = 4
_GRID = 1 << _FRACTION_BITS
# Below this the scale would overflow; ink on a canvas of size 1 × 1 is still three orders larger.
_SMALLEST_EXTENT = 1e-3
_FIELD = SIZE * SUPERSAMPLE
_FIT = INK_SIZE * SUPERSAMPLE
# MNIST's centres of mass lie in the middle of pixel 14 (measured: 14.00 ± 0.29), half a pixel right of the field's middle.
_MIDDLE = (SIZE // 2) * SUPERSAMPLE + (SUPERSAMPLE - 1) / 2
# Around the ink of strokes, so that whole raster pixels can be cut out wherever they begin.
_MARGIN = 4
_CANVAS = _FIT + 4 * _MARGIN
# From both sides these make the mass of a canvas, and its first moments.
_MOMENTS: npt.NDArray[np.float32] = np.stack([np.ones(_CANVAS), np.arange(_CANVAS)]).astype(np.float32)
_MOMENTS_DOWN: npt.NDArray[np.float32] = np.ascontiguousarray(_MOMENTS.T)


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
    return LiveRaster(pen_width).draw([_Whole(points) for points in strokes], dot_size=dot_size)


class Drawn(Protocol):
    """A stroke that can be drawn."""

    @property
    def points(self) -> Points:
        """As `rasterize` takes them."""


class _Whole(NamedTuple):
    points: Points


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class LiveRaster:
    """The raster of a drawing that grows: while the ink's box stays as it is, only the strokes that are new are drawn.

    What is kept is drawn in one frame: the corner of the box and its longer side. The unfinished stroke goes on a copy.
    """

    def __init__(self, pen_width: float = PEN_WIDTH) -> None:
        self._thickness = max(1, round(pen_width * SUPERSAMPLE))
        self._finished: Sequence[Drawn] | None = None

    def draw(self, finished: Sequence[Drawn], unfinished: Drawn | None = None, *, dot_size: float = 0.0) -> Raster:
        """The raster of some strokes, just as `rasterize` draws them.

        Args:
            finished: strokes. They stay drawn as long as this very list is given again: it may be appended to, but for any other
                change another list has to take its place.
            unfinished: the last stroke, where it may still grow.
            dot_size: see `rasterize`.

        Raises:
            ValueError: there is no point at all.
        """
        if finished is not self._finished:
            self._finished = finished
            self._boxed = 0
            self._box: _Box | None = None
            self._frame: tuple[float, float, float] | None = None
        if len(finished) > self._boxed:
            self._box = _box(_joined(finished[self._boxed :]), self._box)
            self._boxed = len(finished)
        box = _box(unfinished.points, self._box) if unfinished else self._box
        if box is None:
            raise ValueError("no ink to rasterize")
        extent = max(box.right - box.left, box.bottom - box.top)
        if extent <= max(dot_size, _SMALLEST_EXTENT):
            return self._dot()
        frame = (box.left, box.top, extent)
        if frame != self._frame:
            self._frame = frame
            self._canvas: Picture = np.zeros((_CANVAS, _CANVAS), np.uint8)
            self._directions = Directions()
            self._inked = 0
        canvas, directions, more = self._canvas, self._directions, None
        if len(finished) > self._inked:
            fresh = finished[self._inked :]
            directions.add(*self._ink(canvas, fresh, frame))
            self._inked = len(finished)
        if unfinished:
            canvas = canvas.copy()
            more = directions.peek(*self._ink(canvas, [unfinished], frame))
        raster, shift = _cut(canvas)
        means = directions.means(shift, more)
        means *= 255 - UNKNOWN_DIRECTION
        means += UNKNOWN_DIRECTION + 0.5
        raster[..., 1], raster[..., 2] = means
        return raster

    def _dot(self) -> Raster:
        canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
        # OpenCV draws nothing for a polyline of one point.
        cv2.circle(canvas, (_CANVAS // 2, _CANVAS // 2), self._thickness // 2 + 1, 255, cv2.FILLED)
        return without_direction(normalise(canvas))

    def _ink(self, canvas: Picture, strokes: Sequence[Drawn], frame: tuple[float, float, float]) -> tuple[direction.Path, list[int]]:
        """Draw strokes in a frame; their points and lengths as `Directions` takes them."""
        left, top, extent = frame
        scale = (_FIT - self._thickness) / extent * _GRID
        first = self._thickness / 2 * _GRID
        points = np.ascontiguousarray(_joined(strokes), np.float32)
        path: direction.Path = points.view(np.complex64).ravel() * np.complex128(scale)
        path += complex(first - left * scale, first - top * scale)
        fixed = np.rint(path.view(np.float64)).astype(np.int32).reshape(-1, 2)
        lengths = [len(stroke.points) for stroke in strokes]
        lines = []
        end = 0
        for length in lengths:
            start, end = end, end + length
            # Two equal points make the disc of a pen that only touched the paper (the bar of an i has such dots too).
            lines.append(fixed[[start, start]] if length == 1 else fixed[start:end])
        cv2.polylines(canvas[_MARGIN:, _MARGIN:], lines, False, 255, self._thickness, cv2.LINE_8, _FRACTION_BITS)
        return path, lengths


def _joined(strokes: Sequence[Drawn]) -> Points:
    return strokes[0].points if len(strokes) == 1 else np.concatenate([stroke.points for stroke in strokes])


def _box(points: Points, box: _Box | None) -> _Box:
    """The smallest box around points, shape (n, 2), and another box."""
    ((left, top),) = cv2.reduce(points, 0, cv2.REDUCE_MIN).tolist()
    ((right, bottom),) = cv2.reduce(points, 0, cv2.REDUCE_MAX).tolist()
    if box:
        return _Box(min(left, box.left), min(top, box.top), max(right, box.right), max(bottom, box.bottom))
    return _Box(left, top, right, bottom)


def _cut(canvas: Picture) -> tuple[Raster, tuple[int, int]]:
    """The raster of a canvas, its directions not yet written; and where on the raster the canvas's grid begins: column and row."""
    left, top, width, height = cv2.boundingRect(canvas)
    # As int8 ink is −1, so that all of these sums are exact in float32.
    (mass, right), (down, _) = _MOMENTS.dot(canvas.view(np.int8).astype(np.float32)).dot(_MOMENTS_DOWN).tolist()
    x = _place(right / mass - left, width)
    y = _place(down / mass - top, height)
    columns = slice(x // SUPERSAMPLE, -(-(x + width) // SUPERSAMPLE))
    rows = slice(y // SUPERSAMPLE, -(-(y + height) // SUPERSAMPLE))
    x -= left
    y -= top
    ink = canvas[
        rows.start * SUPERSAMPLE - y : rows.stop * SUPERSAMPLE - y,
        columns.start * SUPERSAMPLE - x : columns.stop * SUPERSAMPLE - x,
    ]
    raster = np.zeros((SIZE, SIZE, CHANNELS), np.uint8)
    raster[rows, columns, 0] = cv2.resize(ink, (columns.stop - columns.start, rows.stop - rows.start), interpolation=cv2.INTER_AREA)
    return raster, ((x + _MARGIN) * _GRID, (y + _MARGIN) * _GRID)


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
    left, top, width, height = cv2.boundingRect(ink)
    longer = max(width, height)
    if longer == 0:
        raise ValueError("no ink to normalise")
    box = ink[top : top + height, left : left + width]
    # A normalised picture is left as sharp as it is, give or take a pixel of rounding.
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
