"""Data augmentation of strokes and pictures: the ways in which hands, pens and tablets differ.

Strokes are bent as strokes and then drawn by the serving rasterizer, so that every augmented
picture is one that the server could have drawn. MNIST has no strokes; its pictures are bent as
pictures and go through the same normalisation.
"""

import cv2
import numpy as np

from realtime.ink.stroke import PointArray
from realtime.recognition.characters.normalisation import SIZE, Picture, normalise
from realtime.recognition.characters.rasterizer import Raster, raster_of, rasterize

# Standard deviations, unless a comment or a name says otherwise.
ROTATION_DEGREES = 9.0
SHEAR = 0.18
STRETCH = 0.14  # of the logarithm of width over height
WARP = 0.045  # largest amplitude of a slow wave through the sample, in units of its size
JITTER = 0.012  # largest of one point, in units of size: a cheap digitiser, a shaking hand
DROPPED = 0.4  # largest share of points left out: a slow or busy tablet
GAPS = 0.06  # share of samples with a gap in a stroke: a worn pen
LONGEST_GAP = 0.15  # share of the stroke's points
FRAGMENT = 0.6  # largest share of a digit's ink that is no longer the digit
PEN_WIDTH_RANGE = (1.3, 3.4)  # raster px
REVERSED = 0.08  # share of samples with one stroke drawn from its end, as some writers do
UNDIRECTED = 0.15  # share of pen samples without direction, since pictures of ink are read too
PICTURE_UNTOUCHED = 0.25  # share of unchanged MNIST pictures, since the test split is such
PICTURE_ELASTIC = 0.7  # share of the bent MNIST pictures that are bent elastically too
PICTURE_BEND = 0.03  # largest of that, in widths of the picture
ELASTIC_GRID = 6  # independent displacements along each side
PICTURE_THICKNESS = 0.35  # share of MNIST pictures made thinner or thicker


def _affine(rng: np.random.Generator, bend: float = 1.0) -> np.ndarray:
    angle = np.radians(rng.normal(0, bend * ROTATION_DEGREES))
    stretch = np.exp(rng.normal(0, bend * STRETCH) / 2)
    shear = np.array([[1, rng.normal(0, bend * SHEAR)], [0, 1]])
    return rotation(angle) @ shear @ np.diag([stretch, 1 / stretch])


def augment_strokes(
    strokes: tuple[PointArray, ...], rng: np.random.Generator, bend: float = 1.0
) -> Raster:
    """Bend, shake and thin out the strokes and draw them with a random pen.

    See `rasterize` for shapes and dtypes. `bend` is how much they are turned, sheared and bent, as
    a share of what is usual.
    """
    if rng.random() < REVERSED:
        chosen = rng.integers(len(strokes))
        strokes = tuple(
            stroke[::-1] if index == chosen else stroke for index, stroke in enumerate(strokes)
        )
    if rng.random() < 0.5:
        share = rng.uniform(0, DROPPED)
        strokes = tuple(_drop(stroke, share, rng) for stroke in strokes)
    if rng.random() < GAPS:
        strokes = _with_gap(strokes, rng)
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), 1.0)
    centred = (points - (low + high) / 2) / size
    # A wave along each axis, displaced by the other: slants that change, bellies and waists.
    amplitude = rng.uniform(0, bend * WARP)
    phases = centred[:, ::-1] * rng.uniform(2, 9, 2) + rng.uniform(0, 2 * np.pi, 2)
    bent = (centred + amplitude * np.sin(phases)) @ _affine(rng, bend).T
    if rng.random() < 0.5:
        bent += rng.normal(0, rng.uniform(0, JITTER), bent.shape)
    ends = np.cumsum([len(stroke) for stroke in strokes])[:-1]
    pieces = np.split(bent.astype(np.float32), ends)
    raster = rasterize(pieces, pen_width=rng.uniform(*PEN_WIDTH_RANGE))
    return without_direction(raster) if rng.random() < UNDIRECTED else raster


def without_direction(rasters: Raster) -> Raster:
    """The same rasters, float32 of shape (…, 28, 28, 3), as if drawn by an unknown pen."""
    undirected = rasters.copy()
    undirected[..., 1:] = 0
    return undirected


def _drop(stroke: PointArray, share: float, rng: np.random.Generator) -> PointArray:
    """Leave out a share of the inner points; the ends stay, since the writer placed them."""
    if len(stroke) < 4:
        return stroke
    chosen = rng.random(len(stroke)) >= share
    chosen[[0, -1]] = True
    return stroke[chosen]


def _with_gap(strokes: tuple[PointArray, ...], rng: np.random.Generator) -> tuple[PointArray, ...]:
    """Leave out some points within a stroke, of which two are left."""
    chosen = int(rng.integers(len(strokes)))
    stroke = strokes[chosen]
    if len(stroke) < 8:
        return strokes
    missing = int(rng.integers(1, max(2, round(LONGEST_GAP * len(stroke)) + 1)))
    first = int(rng.integers(2, len(stroke) - missing - 1))
    pieces = stroke[:first], stroke[first + missing :]
    return (*strokes[:chosen], *pieces, *strokes[chosen + 1 :])


def neighbours(
    strokes: tuple[PointArray, ...], others: tuple[PointArray, ...], rng: np.random.Generator
) -> tuple[PointArray, ...]:
    """Two digits side by side, or one beside a stroke of the other, which are no single digit.

    Reading lines groups strokes in every way, and most ways are wrong.
    """
    if rng.random() < 0.4:
        others = (others[int(rng.integers(len(others)))],)
    left, right = _unit(strokes, rng), _unit(others, rng)
    if rng.random() < 0.5:
        left, right = right, left
    end = max(float(stroke[:, 0].max()) for stroke in left)
    start = min(float(stroke[:, 0].min()) for stroke in right)
    apart = np.array([end - start + rng.uniform(-0.03, 0.5), rng.normal(0, 0.08)], np.float32)
    return (*left, *[(stroke + apart).astype(np.float32) for stroke in right])


def fragments(strokes: tuple[PointArray, ...]) -> list[PointArray]:
    """The strokes that look like no digit on their own: short beside the others, and not upright.

    An upright one may be a 1. Of digits that hold another digit (the ring of a 9) there is none.
    """
    lengths = [float(np.hypot(*np.diff(stroke, axis=0).T).sum()) for stroke in strokes]
    found = []
    for stroke, length in zip(strokes, lengths, strict=True):
        width, height = np.ptp(stroke, axis=0)
        if 0 < length <= FRAGMENT * sum(lengths) and width > height / 2:
            found.append(stroke)
    return found


def _unit(strokes: tuple[PointArray, ...], rng: np.random.Generator) -> tuple[PointArray, ...]:
    """Strokes of one character in a line of about unit height."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), 1e-3) * float(np.exp(rng.normal(0, 0.15)))
    return tuple(((stroke - low) / size).astype(np.float32) for stroke in strokes)


def beginning(strokes: tuple[PointArray, ...], rng: np.random.Generator) -> tuple[PointArray, ...]:
    """The strokes up to a random point, anywhere from the first to the last."""
    left = int(rng.integers(1, sum(len(stroke) for stroke in strokes) + 1))
    begun = []
    for stroke in strokes:
        begun.append(stroke[:left])
        left -= len(stroke)
        if left <= 0:
            break
    return tuple(begun)


def augment_picture(picture: Picture, rng: np.random.Generator) -> Raster:
    """Bend a uint8 (28, 28) picture and make it thinner or thicker.

    See `raster_of` for the shape and dtype of what is returned.
    """
    if rng.random() < PICTURE_UNTOUCHED:
        return raster_of(picture)
    scale = 4
    side = SIZE * scale
    matrix = np.empty((2, 3))
    matrix[:, :2] = _affine(rng) * scale
    matrix[:, 2] = side / 2 - matrix[:, :2] @ [SIZE / 2, SIZE / 2]
    large = cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR)
    if rng.random() < PICTURE_ELASTIC:
        large = _bend(large, rng)
    if rng.random() < PICTURE_THICKNESS:
        change = cv2.dilate if rng.random() < 0.5 else cv2.erode
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
        thicker_or_thinner = change(large, kernel, iterations=int(rng.integers(1, 3)))
        # Hairlines may vanish when made thinner.
        large = thicker_or_thinner if thicker_or_thinner.max() > 100 else large
    return raster_of(normalise(large.astype(np.uint8, copy=False)))


def _bend(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Displace all pixels by a smooth random field.

    Simard, Steinkraus, Platt, "Best practices for convolutional neural networks", 2003, section 2.
    """
    height, width = picture.shape
    # A coarse grid, enlarged by cubic interpolation, is as smooth as white noise under a wide
    # Gaussian, and far cheaper.
    deviation = rng.uniform(0, PICTURE_BEND) * width
    coarse = rng.normal(0, deviation, (ELASTIC_GRID, ELASTIC_GRID, 2)).astype(np.float32)
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    at = np.moveaxis(np.indices((height, width), np.float32), 0, -1)[..., ::-1] + field
    return cv2.remap(picture, at[..., 0], at[..., 1], cv2.INTER_LINEAR)


def scribble(rng: np.random.Generator) -> tuple[PointArray, ...]:
    """Meaningless ink: zigzags, knots, spirals, crossings and dots, as (n, 2) float32 strokes."""
    kind = rng.integers(0, 6)
    if kind == 0:  # a dot
        return (np.zeros((1, 2), np.float32),)
    if kind == 1:  # a zigzag, as when trying out a pen or crossing something out
        turns = int(rng.integers(5, 16))
        x = np.linspace(0, rng.uniform(0.2, 1.5), turns) + rng.normal(0, 0.03, turns)
        y = np.where(np.arange(turns) % 2, 1.0, 0.0) + rng.normal(0, 0.12, turns)
        stroke = np.column_stack([x, y]) @ rotation(rng.uniform(0, 2 * np.pi))
        return (stroke.astype(np.float32),)
    if kind == 2:  # a spiral or several circles over one another
        angle = np.linspace(0, rng.uniform(4.5, 12) * np.pi, 120)
        radius = np.linspace(rng.uniform(0.05, 0.9), 1, 120)
        radius = radius + 0.06 * np.sin(angle * rng.uniform(0.3, 2.5))
        x, y = np.cos(angle) * radius * rng.uniform(0.4, 1), np.sin(angle) * radius
        return (np.column_stack([x, y]).astype(np.float32),)
    if kind == 3:  # several crossing lines
        count = int(rng.integers(3, 8))
        return tuple(rng.uniform(0, 1, (2, 2)).astype(np.float32) for _ in range(count))
    if kind == 4:  # a knot: a smooth random walk of the pen's heading
        steps = int(rng.integers(80, 240))
        heading = np.cumsum(rng.normal(0, rng.uniform(0.2, 0.6), steps))
        heading = heading + np.linspace(0, rng.uniform(6, 30), steps)
        stroke = np.cumsum(np.column_stack([np.cos(heading), np.sin(heading)]), axis=0)
        return (stroke.astype(np.float32),)
    # corners at random places, in one stroke
    corners = rng.uniform(0, 1, (int(rng.integers(7, 14)), 2)).astype(np.float32)
    return (corners,)


def rotation(angle: float) -> np.ndarray:
    """The matrix that turns columns (x, y) by an angle in radians."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
