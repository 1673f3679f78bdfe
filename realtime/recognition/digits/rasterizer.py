"""The rasterizer of the digit network: ink becomes 28×28 cells of picture and pen direction.

Training and serving draw strokes with `LiveRaster`, and pictures are placed in the same way by
`normalise`, so that the network never meets a raster prepared in another way than those it was
trained on. The pen's direction (`direction.py`) tells a 1 with a long upstroke from a 7, a looped 6
from a 4: on the validation writers it spares one error in five. A picture has none.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from realtime.ink.stroke import FinishedInk, Ink, PointArray, Stroke
from realtime.recognition.digits import direction
from realtime.recognition.digits.box import Box, box_of, extent
from realtime.recognition.digits.direction import Directions
from realtime.recognition.digits.normalisation import (
    FIT_SIZE,
    SIZE,
    SUPERSAMPLE,
    Picture,
    normalise,
    place,
)

Raster = npt.NDArray[np.uint8]

# Weights are tied to the rasters they were trained on: any change to what is drawn raises this.
RASTERIZER_VERSION = 2

# Raster px. Training used 1.3 to 3.4; from 1.4 to 3 the validation writers differ by at most
# 0.4 %; beyond, accuracy falls.
PEN_WIDTH = 2.2
CHANNELS = 3  # the picture, and the pen's direction: its share to the right and its share down
UNKNOWN_DIRECTION = 128  # where no pen went, or its direction is unknown; ± 127 is a whole step
# These constants have a value for each cell: NumPy is slow where it has to repeat three numbers.
_ZERO = np.tile(np.array([0, UNKNOWN_DIRECTION, UNKNOWN_DIRECTION], np.float32), (SIZE, SIZE, 1))
_UNIT = 1 / np.tile(np.array([255, 127, 127], np.float32), (SIZE, SIZE, 1))
# OpenCV takes fixed-point coordinates: four fractional bits place a line to 1/64 of a raster pixel,
# the grid of `direction.py`.
_FRACTION_BITS = 4
_GRID = 1 << _FRACTION_BITS
# Below this the scale would overflow; ink on a canvas of size 1 × 1 is still three orders larger.
_SMALLEST_EXTENT = 1e-3
# Around the ink of strokes, so that whole raster pixels can be cut out wherever they begin.
_MARGIN = 4
_CANVAS = FIT_SIZE + 4 * _MARGIN
_NO_INK: Picture = np.zeros((_CANVAS, _CANVAS), np.uint8)
# From both sides these make the mass of a canvas, and its first moments.
_MOMENTS: npt.NDArray[np.float32] = np.stack([np.ones(_CANVAS), np.arange(_CANVAS)]).astype(
    np.float32
)
_MOMENTS_DOWN: npt.NDArray[np.float32] = np.ascontiguousarray(_MOMENTS.T)


def rasterize(
    strokes: Sequence[PointArray], *, pen_width: float = PEN_WIDTH, dot_size: float = 0.0
) -> Raster:
    """Draw ink as a normalised raster.

    Args:
        strokes: for each stroke a float32 array of shape (n, 2), n ≥ 1, columns x and y, y growing
            downwards, in any unit.
        pen_width: width of the line in raster pixels.
        dot_size: ink no larger than this (in the unit of the points) is a dot, whatever its shape:
            a tap whose two points lie a pixel apart is no line.

    Returns:
        uint8 array of shape (28, 28, 3): the picture, ink 255 on 0; the direction of the pen to the
        right and down, in 127ths above or below `UNKNOWN_DIRECTION`.

    Raises:
        ValueError: there is no point at all.
    """
    return LiveRaster(pen_width).draw(FinishedInk.of_points(strokes), dot_size=dot_size)


class LiveRaster:
    """The raster of a drawing that grows.

    While the ink's box stays as it is, only strokes that are new are drawn. What is kept is drawn
    in one frame: the corner of the box and its longer side. The open stroke goes on a copy.
    """

    def __init__(self, pen_width: float = PEN_WIDTH) -> None:
        self._thickness = max(1, round(pen_width * SUPERSAMPLE))
        self._revision: int | None = None
        # The box around the first `_boxed` finished strokes.
        self._boxed = 0
        self._box: Box | None = None
        # What the first `_inked` finished strokes have left on the canvas, drawn in the frame.
        self._frame: tuple[float, float, float] | None = None
        self._inked = 0
        self._canvas: Picture = _NO_INK
        self._directions = Directions()

    def draw(self, ink: Ink, *, dot_size: float = 0.0) -> Raster:
        """The raster of one drawing at one moment, just as `rasterize` draws its strokes.

        Args:
            ink: always of the same drawing; finished strokes stay drawn while its revision stays.
            dot_size: see `rasterize`.

        Raises:
            ValueError: there is no point at all.
        """
        finished, unfinished = ink.finished, ink.open
        if ink.revision != self._revision:
            self._revision = ink.revision
            self._boxed, self._box, self._frame = 0, None, None
        if len(finished) > self._boxed:
            self._box = _grown(self._box, _joined(finished[self._boxed :]))
            self._boxed = len(finished)
        box = _grown(self._box, unfinished.points) if unfinished else self._box
        if box is None:
            raise ValueError("no ink to rasterize")
        size = extent(box)
        if size <= max(dot_size, _SMALLEST_EXTENT):
            return self._dot()
        frame = (box.left, box.top, size)
        if frame != self._frame:
            self._frame = frame
            self._canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
            self._directions = Directions()
            self._inked = 0
        canvas, directions, more = self._canvas, self._directions, None
        if len(finished) > self._inked:
            fresh = finished[self._inked :]
            directions.add(*self._draw_strokes(canvas, fresh, frame))
            self._inked = len(finished)
        if unfinished:
            canvas = canvas.copy()
            more = directions.peek(*self._draw_strokes(canvas, [unfinished], frame))
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

    def _draw_strokes(
        self, canvas: Picture, strokes: Sequence[Stroke], frame: tuple[float, float, float]
    ) -> tuple[direction.PenPath, list[int]]:
        """Draw strokes in a frame; their points and lengths as `Directions` takes them."""
        left, top, size = frame
        scale = (FIT_SIZE - self._thickness) / size * _GRID
        first = self._thickness / 2 * _GRID
        points = np.ascontiguousarray(_joined(strokes), np.float32)
        path: direction.PenPath = points.view(np.complex64).ravel() * np.complex128(scale)
        path += complex(first - left * scale, first - top * scale)
        fixed = np.rint(path.view(np.float64)).astype(np.int32).reshape(-1, 2)
        lengths = [len(stroke.points) for stroke in strokes]
        lines = []
        end = 0
        for length in lengths:
            start, end = end, end + length
            # Two equal points make the disc of a pen that only touched the paper, as in a dotted i.
            lines.append(fixed[[start, start]] if length == 1 else fixed[start:end])
        cv2.polylines(
            canvas[_MARGIN:, _MARGIN:],
            lines,
            False,
            255,
            self._thickness,
            cv2.LINE_8,
            _FRACTION_BITS,
        )
        return path, lengths


def _joined(strokes: Sequence[Stroke]) -> PointArray:
    return (
        strokes[0].points
        if len(strokes) == 1
        else np.concatenate([stroke.points for stroke in strokes])
    )


def _grown(box: Box | None, points: PointArray) -> Box:
    """The smallest box around a box, if there is one, and points."""
    more = box_of(points)
    return Box.around((box, more)) if box else more


def _cut(canvas: Picture) -> tuple[Raster, tuple[int, int]]:
    """The raster of a canvas, its directions not yet written.

    Also the column and the row of the raster's grid at which the canvas's grid begins.
    """
    left, top, width, height = cv2.boundingRect(canvas)
    # As int8, ink is −1, so that all of these sums are exact in float32.
    (mass, right), (down, _) = (
        _MOMENTS.dot(canvas.view(np.int8).astype(np.float32)).dot(_MOMENTS_DOWN).tolist()
    )
    x = place(right / mass - left, width)
    y = place(down / mass - top, height)
    columns = slice(x // SUPERSAMPLE, -(-(x + width) // SUPERSAMPLE))
    rows = slice(y // SUPERSAMPLE, -(-(y + height) // SUPERSAMPLE))
    x -= left
    y -= top
    ink = canvas[
        rows.start * SUPERSAMPLE - y : rows.stop * SUPERSAMPLE - y,
        columns.start * SUPERSAMPLE - x : columns.stop * SUPERSAMPLE - x,
    ]
    raster = np.zeros((SIZE, SIZE, CHANNELS), np.uint8)
    size = (columns.stop - columns.start, rows.stop - rows.start)
    raster[rows, columns, 0] = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    return raster, ((x + _MARGIN) * _GRID, (y + _MARGIN) * _GRID)


def without_direction(picture: Picture) -> Raster:
    """The raster of a normalised picture, of which nobody knows how it was drawn.

    Args:
        picture: uint8 array of shape (28, 28).

    Returns:
        uint8 array of shape (28, 28, 3).
    """
    raster = np.full((SIZE, SIZE, CHANNELS), UNKNOWN_DIRECTION, np.uint8)
    raster[..., 0] = picture
    return raster


def to_input(rasters: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Rasters as the network takes them: ink from 0 to 1, directions from −1 to 1.

    Args:
        rasters: uint8 array of shape (…, 28, 28, 3).

    Returns:
        float32 array of the same shape.
    """
    scaled: npt.NDArray[np.float32] = np.subtract(rasters, _ZERO, dtype=np.float32)
    scaled *= _UNIT
    return scaled
