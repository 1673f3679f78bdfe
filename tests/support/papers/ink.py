"""Ink on a canvas, and as a share of the paper's light."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from realtime.ink.stroke import PointArray

# Side of the canvas that the recordings were drawn on, px.
SIDE = 400
# uint8 of shape (height, width).
Image = npt.NDArray[np.uint8]
# The strength of ink, or the light on the paper: float32 of shape (height, width), 0 to 1.
Shares = npt.NDArray[np.float32]
Random = np.random.Generator
# A picture of strokes on some kind of paper; chance decides the details.
Paper = Callable[[list[PointArray], Random], Image]


def draw_ink(strokes: list[PointArray], pen: int, *, side: int = SIDE) -> Shares:
    """The strength of the ink of strokes, on a canvas of 400 scaled to this side."""
    picture = np.zeros((side, side), np.uint8)
    for stroke in strokes:
        points = np.rint(stroke * (side / SIDE) * 16).astype(np.int32)
        if len(points) == 1:
            points = np.repeat(points, 2, axis=0)
        cv2.polylines(picture, [points], False, 255, pen, cv2.LINE_AA, 4)
    return np.asarray(picture / 255, np.float32)


def on_paper(ink: Shares, paper: Shares | float = 0.92, ink_grey: float = 0.12) -> Image:
    """Ink on paper; both greys as shares of white."""
    return to_grey(paper * (1 - ink) + ink_grey * ink * np.minimum(paper, 1))


def to_grey(shares: npt.NDArray[np.floating]) -> Image:
    """Shares of white as grey."""
    return np.asarray(np.clip(np.rint(shares * 255), 0, 255), np.uint8)


def grid() -> tuple[Shares, Shares]:
    """The column and the row of each pixel."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    return x, y


def pen_width(random: Random) -> int:
    """A pen, fine to broad, px."""
    return int(random.choice([2, 3, 5, 8, 12, 20]))


def ink_of(strokes: list[PointArray], random: Random) -> Shares:
    """The ink of strokes drawn with some pen."""
    return draw_ink(strokes, pen_width(random))


def compressed(image: Image) -> Image:
    """The image after JPEG at quality 30."""
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), np.uint8)
