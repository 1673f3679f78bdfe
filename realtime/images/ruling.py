"""Removes the lines of ruled and squared paper from the ink on it."""

from typing import NamedTuple

import cv2
import numpy as np

from realtime.images.level import Mask, level_angle, turned
from realtime.images.paper import Strength
from realtime.images.placement import Affine
from realtime.images.shear import sheared, unsheared

# A line is narrower than this share of the longer side. It is stronger than this, and than the
# paper's grain by that factor; so little is enough, since a whole row of it makes a line.
WIDEST_LINE = 0.025
FAINTEST_LINE = 0.04
LINE_ABOVE_GRAIN = 4.0
# A line covers this share of a row, and is there within this share of its ends.
COVERED = 0.75
ENDS = 0.04
# In the corners of a turned picture rows are short; one shorter than this share says nothing.
SHORTEST_LINE = 0.1
# Paper is ruled if so many lines go across this share of it; one alone may be a stroke.
FEWEST_LINES = 2
ACROSS = 0.7
# Of a sheet that the camera saw from aside, each line has a slope of its own: up to this one, in
# such steps, as a share; at half a step the ends of a line are a pixel off.
STEEPEST_LINE = 0.1
SLOPE_STEP = 0.0075
# So many rows beside a line are looked at, too, for its ends, px.
DRIFT = 3
# Columns that are looked at as one while slopes are tried.
POOLED = 8
# Ink on a line is stronger than the line by this share of it, and by this much at least.
ABOVE_LINE = 0.3
LEAST_ABOVE_LINE = 0.08
# What is stronger than a line by this factor is ink for certain; and by this one, where JPEG may
# have made blocks of the line itself stronger.
SURELY_INK = 1.4
SURELY_ABOVE = 2.0


class _Line(NamedTuple):
    """Rows from `first` to `last`, and how many of their columns the picture has."""

    first: int
    last: int
    length: int

    @property
    def thickness(self) -> int:
        return self.last - self.first + 1


class Unruled(NamedTuple):
    """Ink without the lines of the paper.

    Attributes:
        strength: float32, of another shape where the picture was turned.
        line: how strong the lines were; 0 where the paper is not ruled.
        turn: where the pixels went; None where the picture was not turned.
    """

    strength: Strength
    line: float = 0.0
    turn: Affine | None = None


def without_ruling(strength: Strength) -> Unruled:
    """Remove ruled lines; the picture is turned so that they are level.

    Args:
        strength: float32 of shape (height, width), also negative where paper is lighter than most.
    """
    marked = _narrow(strength)
    angle = level_angle(marked)
    level, valid, turn = turned(strength, angle)
    marked = turned(marked.astype(np.float32), angle).picture > 0.5
    rows, columns = _find_lines(marked, valid), _find_lines(marked.T, valid.T)
    if not any(
        sum(line.length >= ACROSS * side for line in lines) >= FEWEST_LINES
        for lines, side in zip((rows, columns), strength.shape[::-1], strict=True)
    ):
        return Unruled(strength)
    ink = level.copy()
    strongest = max(_remove_lines(ink, valid, rows), _remove_lines(ink.T, valid.T, columns))
    thickest = max(line.thickness for line in rows + columns)
    marked &= ink > 0
    _remove_sloping_lines(ink, valid, marked)
    _remove_sloping_lines(ink.T, valid.T, marked.T)
    _remove_cut_lines(ink, valid, line=strongest, thickest=thickest)
    return Unruled(ink, strongest, turn)


def _narrow(strength: Strength) -> Mask:
    """Where something is no broader than a ruled line."""
    side = max(3, round(WIDEST_LINE * max(strength.shape)) | 1)
    narrow = cv2.morphologyEx(strength, cv2.MORPH_TOPHAT, np.ones((side, side), np.uint8))
    faintest = max(FAINTEST_LINE, LINE_ABOVE_GRAIN * float(np.median(narrow)))
    return np.greater(narrow, faintest)


def _find_lines(marked: Mask, valid: Mask) -> list[_Line]:
    """The level lines, from above."""
    height, width = marked.shape
    # A line that is not quite level is in one of three rows.
    dilated = cv2.dilate((marked & valid).astype(np.uint8), np.ones((3, 1), np.uint8))
    near = dilated.astype(np.bool_)
    lengths = valid.sum(axis=1)
    covered = (near & valid).sum(axis=1) >= COVERED * np.maximum(lengths, 1)
    covered &= lengths >= SHORTEST_LINE * width
    changes = np.flatnonzero(np.diff(np.pad(covered.astype(np.int8), 1)))
    found = []
    for first, after in zip(changes[::2], changes[1::2], strict=True):
        # Each of the three rows adds to the thickness.
        if after - first > max(3, WIDEST_LINE * height) + 2:
            continue
        columns = np.flatnonzero(valid[first:after].any(axis=0))
        ends = max(2, round(ENDS * len(columns)))
        there = np.asarray(near[first:after].any(axis=0))[columns]
        if there[:ends].mean() > 0.5 and there[-ends:].mean() > 0.5:
            found.append(_Line(int(first), int(after) - 1, len(columns)))
    return found


def _remove_lines(strength: Strength, valid: Mask, lines: list[_Line]) -> float:
    """Remove level lines in place; how strong the strongest of them was."""
    strongest_ink = float(strength.max())
    return max((_remove_line(strength, valid, line, strongest_ink) for line in lines), default=0.0)


def _remove_sloping_lines(strength: Strength, valid: Mask, marked: Mask) -> None:
    """Remove nearly level lines in place."""
    width = marked.shape[1] // POOLED * POOLED
    pooled = (len(marked), width // POOLED, POOLED)
    few_marked = np.asarray(marked[:, :width].reshape(pooled).any(axis=2))
    few_valid = np.asarray(valid[:, :width].reshape(pooled).all(axis=2))
    slopes = np.arange(SLOPE_STEP, STEEPEST_LINE + SLOPE_STEP, SLOPE_STEP)
    for slope in np.stack([slopes, -slopes], axis=1).ravel().tolist():
        steps = slope * POOLED
        lines = _find_lines(sheared(few_marked, steps), sheared(few_valid, steps))
        if lines:
            ink = sheared(strength, slope)
            _remove_lines(ink, sheared(valid, slope), lines)
            strength[:] = unsheared(ink, slope)
            few_marked &= (strength[:, :width] > 0).reshape(pooled).any(axis=2)


def _remove_line(strength: Strength, valid: Mask, line: _Line, strongest_ink: float) -> float:
    """Remove a line in place, but for ink that crosses it or lies along it; how strong it was."""
    first = max(0, line.first - DRIFT)
    last = min(len(strength) - 1, line.last + DRIFT)
    rows = strength[first : last + 1]
    # A line that is not quite level is in each row along a part of it alone.
    level = float(np.median(rows.max(axis=0)[valid[first : last + 1].any(axis=0)]))
    rows[rows <= level + max(LEAST_ABOVE_LINE, ABOVE_LINE * level)] = 0
    _remove_dashes(rows, level)
    if strongest_ink <= SURELY_INK * level + LEAST_ABOVE_LINE:
        _join_across(strength, first, last)
    return level


def _remove_dashes(rows: Strength, level: float) -> None:
    """Remove in place what is left of a line in these rows: JPEG makes blocks of it stronger.

    Ink that crosses the line goes on above or below.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((rows > 0).astype(np.uint8))
    labels = np.asarray(labels)
    is_dash = np.ones(len(stats), np.bool_)
    is_dash[labels[0]] = is_dash[labels[-1]] = is_dash[0] = False
    is_dash[labels[rows > SURELY_ABOVE * level]] = False
    rows[is_dash[labels]] = 0


def _join_across(strength: Strength, first: int, last: int) -> None:
    """Join ink that is no stronger than a line, and so was cut in two where it crossed these rows.

    A morphological closing across the line, of these rows alone.
    """
    height = last - first + 4
    above = max(0, first - height)
    around = np.ascontiguousarray(strength[above : last + 1 + height])
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((height, 2), np.uint8))
    rows = strength[first : last + 1]
    np.maximum(rows, closed[first - above : last + 1 - above], out=rows)


def _remove_cut_lines(strength: Strength, valid: Mask, *, line: float, thickest: int) -> None:
    """Remove in place what is left of lines that leave the picture along its edges."""
    side = 2 * thickest + 5
    inner = cv2.erode(np.pad(valid.astype(np.uint8), 1), np.ones((side, side)), borderValue=0)
    at_edge = inner[1:-1, 1:-1] == 0
    marked = (strength > FAINTEST_LINE).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    for label in np.unique(labels[at_edge & (labels > 0)]):
        part = labels == label
        is_thin = stats[label, 2:4].min() <= thickest + 4
        if is_thin or float(strength[part].max()) <= SURELY_INK * line:
            strength[part] = 0
