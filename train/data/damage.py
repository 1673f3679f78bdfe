"""Damage that ink suffers before it is read: a stray tap, and the gaps of a worn pen."""

import numpy as np

from realtime.ink.stroke import PointArray

# The drawing's size as a share of the canvas, and where on it its middle lies.
DRAWN_SHARE = (0.35, 0.75)
DRAWN_MIDDLE = (0.4, 0.6)
# A tap's place from the nearest sides of the canvas, and its tremble, as shares of the canvas.
TAP_CORNER = 0.04
TAP_TREMBLE = 0.008
# Taps while a digit is drawn come after its last stroke more often than before its first.
TAP_LAST = 0.7
# Points that go missing in the middle of a stroke.
MISSING = 3


def stray_tap(strokes: tuple[PointArray, ...], rng: np.random.Generator) -> tuple[PointArray, ...]:
    """The strokes, and a tap of one to three points in a corner of the canvas around them."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    canvas = max(float((high - low).max()), 1.0) / rng.uniform(*DRAWN_SHARE)
    corner = (low + high) / 2 - canvas * rng.uniform(*DRAWN_MIDDLE, 2)
    corner += canvas * rng.choice([TAP_CORNER, 1 - TAP_CORNER], 2)
    tremble = rng.uniform(0, TAP_TREMBLE, (int(rng.integers(1, 4)), 2))
    tap = (corner + canvas * tremble).astype(np.float32)
    return (*strokes, tap) if rng.random() < TAP_LAST else (tap, *strokes)


def gap(strokes: tuple[PointArray, ...], rng: np.random.Generator) -> tuple[PointArray, ...]:
    """The strokes, each in two parts between which `MISSING` points are gone; short ones whole."""
    parts: list[PointArray] = []
    for stroke in strokes:
        if len(stroke) < 3 * MISSING:
            parts.append(stroke)
            continue
        end = int(rng.integers(MISSING, len(stroke) - 2 * MISSING + 1))
        parts += [stroke[:end], stroke[end + MISSING :]]
    return tuple(parts)
