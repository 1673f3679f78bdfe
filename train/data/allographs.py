"""Allographs of digits that are common among people and rare in the data, drawn at random.

Most writers of the data went to school in a few countries. A 1 with an upstroke as long as its
stem, a 4 in one zigzag, a 7 with a bar or a loop, a slashed 0 and the like are everyday writing
elsewhere, and a network trained without them misread them.

A stroke is a text of control points `x,y` on a grid 100 high, y downwards, in the order in which
they are drawn; the line bends smoothly through them, but for those with a `!`, where the pen turns
sharply. Each pattern gives two extremes of an allograph, and a sample lies anywhere between them.
"""

from itertools import pairwise

import numpy as np
from scipy.interpolate import CubicSpline

from realtime.ink.stroke import PointArray

# Standard deviation of a control point, in grid units: of careful and of careless writing.
SLOPPINESS = (1.0, 6.0)
STEP = 3.0  # between two points of a line, in grid units; finer than the raster shows

Strokes = tuple[str, ...]
# (digit, one extreme of the allograph, the other), each extreme a stroke or several.
PATTERNS: tuple[tuple[int, Strokes, Strokes], ...] = (
    # slashed, either way and beyond the ring, and open at the top
    (
        0,
        ("48,2 14,12 2,52 16,92 44,98 66,74 70,36 54,6 46,2", "78,-2 34,48 -8,104"),
        ("42,0 10,16 0,50 12,88 40,100 60,80 64,40 48,6 40,0", "54,16 32,52 8,84"),
    ),
    (
        0,
        ("42,0 10,16 0,50 12,88 40,100 60,80 64,40 48,6 40,0 56,20! 8,86",),
        ("48,2 14,12 2,52 16,92 44,98 66,74 70,36 54,6 46,2 60,0! -4,100",),
    ),
    (
        0,
        ("20,4 4,30 4,72 26,98 54,88 64,52 52,16 34,6",),
        ("44,14 14,20 0,54 16,94 46,98 64,66 58,30 30,0",),
    ),
    # with a tail
    (
        0,
        ("30,4 8,30 4,70 24,98 50,80 58,40 46,8 28,6 16,40 20,80 44,100 80,72",),
        ("24,10 4,40 6,84 34,98 58,60 54,16 34,0 18,24 10,60 22,92 44,96 66,80",),
    ),
    # an upstroke as long as the stem or half of it, narrow or wide
    (1, ("0,62 30,0! 30,100",), ("0,100 34,0! 36,100",)),
    (1, ("0,50 22,0! 14,100",), ("0,40 38,0! 36,100",)),
    (1, ("-6,34 14,20 28,0! 28,100",), ("-12,84 12,46 28,0! 26,100",)),
    # with a foot, a flag and a foot, in one stroke or two
    (1, ("20,0 20,100", "-4,100 44,100"), ("30,0 18,98", "-14,98 56,102")),
    (1, ("0,26 22,0! 22,100", "-6,100 50,100"), ("-8,46 26,0! 24,98", "-16,98 66,98")),
    (1, ("0,30 24,0! 22,100! -4,100! 50,98",), ("4,18 22,0! 22,98! 0,98! 44,100",)),
    # angular, without a belly, and with a loop below
    (2, ("0,16 30,0 56,22 40,56! 0,100! 62,100",), ("4,8 40,2 52,26! 4,98! 60,94",)),
    (
        2,
        ("2,22 28,0 54,20 34,66 6,92 4,74 24,80 64,100",),
        ("0,18 30,0 50,26 26,72 0,100 -2,84 20,84 70,92",),
    ),
    # fast handwriting's: a small loop, a long tail
    (
        2,
        ("4,30 10,8 30,0 44,20 36,60 20,90 8,100 14,86 40,60 78,10",),
        ("0,20 14,2 40,8 42,36 22,76 4,98 0,84 20,80 42,84 84,40",),
    ),
    # without curves
    (3, ("0,4 54,2! 24,40! 56,70! 2,100",), ("4,0 50,14! 10,46! 52,66! 0,96",)),
    (3, ("2,6 40,0 48,20! 16,46! 52,60 48,90 0,96",), ("0,0 56,0! 20,38! 60,60 44,98 4,92",)),
    (3, ("6,10 36,0 44,24 24,44! 46,68 30,96 0,90",), ("10,4 34,6 32,30 16,48! 36,66 26,94 4,98",)),
    # one zigzag, pointed or with a loop where it turns; open, closed; with a hook
    (4, ("14,0 0,54! 60,56! 56,10! 44,100",), ("20,0 4,48! 44,56! 50,20! 36,100",)),
    (4, ("16,0 0,50 18,62 46,50 56,14! 42,100",), ("12,6 2,40 14,52 40,46 50,16! 46,100",)),
    (4, ("40,0 0,64! 70,62 66,44 48,52 40,100",), ("30,0 2,56! 56,60 62,40 46,44 36,100",)),
    (4, ("26,0 0,60! 66,60", "44,30 40,100"), ("34,0 0,70! 74,66", "50,44 46,100")),
    (4, ("48,100 50,0! 0,66! 72,64",), ("40,100 46,2! -4,70! 66,74",)),
    # the hat drawn first, drawn from the body, or left out; angular
    (5, ("58,0 12,4! 6,44! 40,40 58,66 40,96 0,94",), ("50,2 16,0! 4,48! 50,46! 54,92! 2,96",)),
    (
        5,
        ("14,2 58,0", "14,2 8,44! 40,40 56,70 36,98 0,92"),
        ("4,0 60,4", "10,8 10,46! 48,42 54,74 30,100 4,96"),
    ),
    # a hat that hovers over a body with a tick of its own
    (
        5,
        ("14,6 46,0", "8,26 10,36! 42,22 66,44 60,80 36,98 4,96"),
        ("4,2 40,4", "0,18 0,34! 30,24 50,46 46,84 26,98 2,84"),
    ),
    # with a loop no wider than the pen, or a straight back
    (6, ("34,0 8,50 4,88 22,100 40,82 26,66 8,82",), ("50,4 14,44 0,82 18,100 44,92 36,70 6,80",)),
    (6, ("10,0 4,60 10,96 36,96 42,74 24,62 6,76",), ("24,0 6,54 10,98 44,96 46,66 26,60 8,70",)),
    # fast handwriting's, that leaves through a loop
    (
        6,
        ("22,0 6,30 0,66 12,96 36,92 54,62 60,40 50,34 42,60 46,92 60,100 86,78",),
        ("12,0 0,30 2,74 18,98 40,80 58,44 62,22 50,24 40,56 40,90 50,98 66,82",),
    ),
    # crossed, by a bar that is level, slanting or in the same stroke; with a serif; with a
    # curved back
    (7, ("0,6 58,2! 26,100", "6,48 58,44"), ("0,0 54,4! 20,100", "10,62 54,38")),
    (7, ("0,20 4,4! 60,2! 40,44 28,100", "16,52 62,48"), ("-2,26 2,6! 56,6! 22,100", "0,50 50,54")),
    (7, ("0,4 58,2! 24,100! 40,52! 8,54! 62,46",), ("0,8 54,2! 26,98! 36,56 14,44 58,48",)),
    (7, ("0,4 60,0! 36,40 30,100",), ("0,12 30,0 56,6! 20,60 6,100",)),
    # begun in the middle, and not closed above
    (
        8,
        ("26,56 52,78 44,98 14,96 4,74 24,52 40,34 36,10 18,0",),
        ("30,50 60,70 48,100 10,92 6,66 26,46 36,26 28,6 10,4",),
    ),
    (
        8,
        ("20,50 2,76 12,98 42,96 52,74 34,52 18,34 20,10 40,0",),
        ("30,56 4,70 4,94 40,100 60,80 40,54 12,30 20,4 34,2",),
    ),
    # rings apart or open at the top
    (
        8,
        ("50,8 26,0 10,18 28,44 52,68 40,96 12,94 6,70 30,44 50,20",),
        ("56,0 20,6 16,30 46,60 44,94 10,96 8,70 36,44 60,6",),
    ),
    # leg straight, curled, or from a pointed ring
    (9, ("46,16 24,0 4,18 14,44 40,36 48,12! 44,100",), ("48,10 16,4 0,36 30,50 50,8! 18,100",)),
    (
        9,
        ("48,18 22,2 2,24 20,46 46,30 50,10 52,60 36,96 6,92",),
        ("44,12 18,4 6,30 26,42 46,14 46,78 20,100 -4,84",),
    ),
)


def write(rng: np.random.Generator) -> tuple[tuple[PointArray, ...], int]:
    """Draw one random allograph: float32 strokes of shape (n, 2) in grid units, and the digit."""
    digit, one, other = PATTERNS[rng.integers(len(PATTERNS))]
    return draw_between(one, other, rng), digit


def draw_between(one: Strokes, other: Strokes, rng: np.random.Generator) -> tuple[PointArray, ...]:
    """Draw something between two extremes of as many strokes, float32 (n, 2) each."""
    between, sloppiness = rng.random(), rng.uniform(*SLOPPINESS)
    controls = [_mix(a, b, between) for a, b in zip(one, other, strict=True)]
    return tuple(_line(control, turns, sloppiness, rng) for control, turns in controls)


def _mix(one: str, other: str, between: float) -> tuple[np.ndarray, list[int]]:
    """Control points (n, 2) between two extremes (0 to 1), and the indices of sharp turns."""
    (first, turns), (last, other_turns) = _control(one), _control(other)
    # Extremes that turn at different points cannot be mixed: the nearer one is taken.
    if turns != other_turns or len(first) != len(last):
        return (first, turns) if between < 0.5 else (last, other_turns)
    return first + between * (last - first), turns


def _line(
    control: np.ndarray, turns: list[int], sloppiness: float, rng: np.random.Generator
) -> PointArray:
    control = control + rng.normal(0, sloppiness, control.shape)
    ends = [0, *turns, len(control) - 1]
    parts = [_smooth(control[a : b + 1]) for a, b in pairwise(ends)]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])]).astype(np.float32)


def _control(stroke: str) -> tuple[np.ndarray, list[int]]:
    words = stroke.split()
    points = [[float(number) for number in word.rstrip("!").split(",")] for word in words]
    return np.array(points), [index for index, word in enumerate(words) if word.endswith("!")]


def _smooth(control: np.ndarray) -> np.ndarray:
    """Points along a smooth line through the control points, (n, 2)."""
    lengths = np.maximum(np.hypot(*np.diff(control, axis=0).T), 1e-3)
    # The knots are centripetal: the square root keeps a spline from looping where control points
    # lie close together.
    knots = np.concatenate([[0.0], np.cumsum(np.sqrt(lengths))])
    steps = np.linspace(0, knots[-1], max(2, int(lengths.sum() / STEP)))
    line: np.ndarray = CubicSpline(knots, control, bc_type="natural")(steps)
    return line
