"""Tells joined writing: several letters in one stroke, which cannot be cut with certainty.

It shows in the ink, in long strokes that turn often and are wider than a letter, and in the
reading, whose groups look like no letter.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.text.letter_places import LineMetric
from realtime.recognition.text.weights import JoinedWeights

_LEAST_LIKENESS = 1e-6
# More than this says no more.
_MOST = 12.0
# So many x-heights a stroke goes down and up again where it turns.
_TURN = 0.5


def features_of(
    groups: Sequence[Group], pieces: Sequence[Piece], metric: LineMetric
) -> tuple[float, ...]:
    """What speaks for joined letters, in the order of `JoinedWeights` after the constant.

    Args:
        groups: of the best reading, none of which is pinned; at least one.
        pieces: of these.
        metric: of the line.

    Returns:
        The least score of a group, and the logarithm of the least likeness; the width of the widest
        stroke, in x-heights; the longest stroke's length in x-heights; how often the stroke that
        turns most goes down and up again.
    """
    score = max(min([group.score for group in groups]), -2 * _MOST)
    likeness = math.log(max(min([1.0 - group.none for group in groups]), _LEAST_LIKENESS))
    unit = metric.x_height
    strokes = {piece.stroke: piece.whole for piece in pieces}.values()
    width = max([stroke.box.right - stroke.box.left for stroke in strokes]) / unit
    length = max([stroke.way.length for stroke in strokes]) / unit
    turns = max([_turns(stroke.way.corners.imag, _TURN * unit) for stroke in strokes])
    return score, likeness, min(width, _MOST), min(length, 3 * _MOST), min(turns, _MOST)


def odds_of(features: Sequence[float], weights: JoinedWeights) -> float:
    """The log-odds of joined letters."""
    constant, *of = msgspec.structs.astuple(weights)
    return constant + sum([one * weight for one, weight in zip(features, of, strict=True)])


def _turns(y: npt.NDArray[np.float64], least: float) -> float:
    """How often a stroke comes up again after it went down, by at least so much each time."""
    turns, is_falling, extreme = 0, False, float(y[0])
    for one in y.tolist():
        if is_falling:
            extreme = max(extreme, one)
            if extreme - one >= least:
                is_falling, extreme, turns = False, one, turns + 1
        else:
            extreme = min(extreme, one)
            if one - extreme >= least:
                is_falling, extreme = True, one
    return float(turns)
