"""Synthetic handwriting: glyphs in various styles, each point with its time and pressure.

The steps are those of a real hand. The control points are displaced a little, a smooth line goes
through them, the whole is stretched, slanted and placed on the canvas, and the pen moves along it,
slower in bends than on straights, with a tremor. The drawing's name seeds all random numbers, so
that a drawing is the same on every machine.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from tests.support.glyphs import GLYPHS, SCRIBBLES, SYMBOLS
from tests.support.letter_glyphs import LETTERS

Pointer = Literal["mouse", "touch", "pen"]
Floats = npt.NDArray[np.float64]

# Side of the logical canvas, and the least distance of ink from its border, canvas units.
CANVAS = 400.0
MARGIN = 14.0
# Frequencies of the tremor of a healthy hand that writes.
TREMOR_HZ = (4.0, 12.0)
# Speed in the sharpest bend, as a share of that on straights.
SLOWEST = 0.25
# Points on the line between two control points. More would not be visible.
_STEPS = 24


class PenPoint(NamedTuple):
    """Position in canvas units, milliseconds since the stroke began, pressure from 0 to 1."""

    x: float
    y: float
    t_ms: float
    pressure: float


@dataclass(frozen=True)
class PenStroke:
    """A stroke: pen down at the first point, up at the last."""

    points: tuple[PenPoint, ...]


@dataclass(frozen=True)
class WritingStyle:
    """A style of handwriting and of the device."""

    pointer: Pointer = "mouse"
    height: float = 230.0  # of a digit, canvas units
    width: float = 1.0  # times the glyph's
    slant: float = 0.0  # degrees that uprights lean to the right
    tilt: float = 0.0  # degrees that the base line falls to the right
    place: tuple[float, float] = (0.5, 0.5)  # of the digit's middle, as a share of the canvas
    # Displacement of control points, as a share of the height.
    sloppiness: float = 0.012
    tremor: float = 0.4  # canvas units
    pace: float = 3.2  # digit heights of line a second
    rate_hz: float = 90.0  # how often the device reports the pen


WRITING_STYLES = {
    "neat": WritingStyle(),
    "slanted": WritingStyle("pen", slant=17, height=220, rate_hz=110),
    "backhand": WritingStyle("touch", slant=-11, width=1.05, height=200, place=(0.4, 0.55)),
    "wide": WritingStyle("pen", width=1.3, height=190, pace=3.6, rate_hz=120),
    "narrow": WritingStyle("touch", width=0.75, height=280, slant=5),
    "small": WritingStyle("pen", height=90, place=(0.24, 0.27), tremor=0.25, rate_hz=120),
    "large": WritingStyle("touch", height=345, width=1.08, pace=3.0, rate_hz=80),
    "shaky": WritingStyle(
        "mouse", tremor=1.9, sloppiness=0.018, height=250, pace=2.7, place=(0.55, 0.48)
    ),
    "hasty": WritingStyle(
        "mouse", pace=5.0, sloppiness=0.02, slant=12, rate_hz=62, tremor=0.7, place=(0.6, 0.45)
    ),
    "rising": WritingStyle("touch", tilt=-9, slant=7, height=210, place=(0.65, 0.65)),
    "left": WritingStyle("pen", slant=-6, tilt=4, height=170, place=(0.3, 0.7), sloppiness=0.016),
}


def write_glyph(glyph: str, style: WritingStyle, seed: str) -> tuple[PenStroke, ...]:
    """The strokes of a glyph in a style; `seed` varies them.

    It is a key of `tests.support.glyphs` or of `tests.support.letter_glyphs`.
    """
    random = np.random.default_rng(zlib.crc32(f"{glyph} {seed}".encode()))
    strokes = (GLYPHS | SCRIBBLES | SYMBOLS | LETTERS)[glyph]
    lines = [_line(stroke, style.sloppiness, random) for stroke in strokes]
    return tuple(_run(line, style, random) for line in _place(lines, style))


def _line(stroke: str, sloppiness: float, random: np.random.Generator) -> Floats:
    """Array (n, 2) of points along a stroke of a glyph, unit: the glyph's height."""
    words = stroke.split()
    control = (
        np.array([[float(part) for part in word.rstrip("!").split(",")] for word in words]) / 100
    )
    control += random.normal(0.0, sloppiness, control.shape)
    corners = [0, *(i for i, word in enumerate(words) if word.endswith("!")), len(words) - 1]
    parts = [_bend(control[a : b + 1], random) for a, b in pairwise(corners)]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _bend(control: Floats, random: np.random.Generator) -> Floats:
    """A smooth line (centripetal Catmull-Rom spline) through an array (n ≥ 2, 2) of points."""
    if len(control) == 2:
        along = control[1] - control[0]
        # A hand draws no line that is quite straight.
        bow = random.normal(0.0, 0.018) * np.array([-along[1], along[0]])
        control = np.array([control[0], control.mean(axis=0) + bow, control[1]])
    knots = np.concatenate(
        [2 * control[:1] - control[1:2], control, 2 * control[-1:] - control[-2:-1]]
    )
    times = np.concatenate(
        [[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(knots, axis=0), axis=1)))]
    )
    pieces = [control[:1]]
    for i in range(len(control) - 1):
        t = np.linspace(times[i + 1], times[i + 2], _STEPS + 1)[1:, None]
        # The pyramid is that of Barry and Goldman, "A recursive evaluation algorithm for a class of
        # Catmull-Rom splines", 1988. Each level mixes neighbours of the one below, over the time
        # that they span; the last one spans the middle knots alone.
        level = [*knots[i : i + 4]]
        for spans in (((0, 1), (1, 2), (2, 3)), ((0, 2), (1, 3)), ((1, 2),)):
            level = [
                (level[j] * (times[i + high] - t) + level[j + 1] * (t - times[i + low]))
                / (times[i + high] - times[i + low])
                for j, (low, high) in enumerate(spans)
            ]
        pieces.append(level[0])
    return np.concatenate(pieces)


def _place(lines: Sequence[Floats], style: WritingStyle) -> list[Floats]:
    """Stretch, slant, turn and place a glyph; result in canvas units."""
    points = np.concatenate(lines)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    slant, tilt = np.tan(np.radians(style.slant)), np.radians(style.tilt)
    shear = np.array([[style.width, -slant], [0.0, 1.0]])
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    matrix = style.height * (turn @ shear)
    placed = [(line - middle) @ matrix.T + np.array(style.place) * CANVAS for line in lines]
    points = np.concatenate(placed)
    inside = np.clip(0.0, MARGIN - points.min(axis=0), CANVAS - MARGIN - points.max(axis=0))
    return [line + inside for line in placed]


def _run(line: Floats, style: WritingStyle, random: np.random.Generator) -> PenStroke:
    """Move the pen along a line, array (n, 2) in canvas units, as fast as its bends allow."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    headings = np.unwrap(np.arctan2(*np.diff(line, axis=0).T[::-1]))
    turning = np.abs(np.gradient(headings)) / np.maximum(steps, 1e-6)
    # Speed follows the bend's radius by the power law of handwriting (Lacquaniti, Terzuolo,
    # Viviani, 1983).
    radius = 1 / np.maximum(turning * style.height, 1e-6)
    scale = np.clip(radius ** (1 / 3), SLOWEST, 1.0)
    travelled = np.cumsum(steps) - steps / 2
    ramp = np.minimum(travelled, travelled[-1] + travelled[0] - travelled) / (0.12 * style.height)
    scale *= np.clip(0.35 + ramp, None, 1.0)
    time_s = np.concatenate([[0.0], np.cumsum(steps / (scale * style.pace * style.height))])
    moments = np.append(
        np.arange(0.0, time_s[-1] - 0.5 / style.rate_hz, 1 / style.rate_hz), time_s[-1]
    )
    moments[1:-1] += random.uniform(-0.15, 0.15, len(moments) - 2) / style.rate_hz
    places = np.stack([np.interp(moments, time_s, line[:, axis]) for axis in (0, 1)], axis=1)
    frequencies, phases = random.uniform(*TREMOR_HZ, (3, 2)), random.uniform(0.0, 2 * np.pi, (3, 2))
    waves = np.sin(2 * np.pi * frequencies * moments[:, None, None] + phases)
    places = np.clip(places + style.tremor * waves.mean(axis=1), 1.0, CANVAS - 1.0)
    ends = np.minimum(moments, moments[-1] - moments) / 0.06
    pressure = np.clip(
        0.25 + 0.35 * np.clip(ends, 0.0, 1.0) + 0.05 * waves.mean(axis=(1, 2)), 0.05, 1.0
    )
    return PenStroke(
        tuple(
            PenPoint(*map(float, row))
            for row in np.column_stack([places, moments * 1000, pressure])
        )
    )
