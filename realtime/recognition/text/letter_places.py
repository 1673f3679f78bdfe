"""Places of letters on a line: how far they reach above and below its baseline, in x-heights.

What tells c from C, o from O and 0, and a comma from an apostrophe. The network sees every group at
the same size; the x-height and the baseline are those of the whole line, so that a line of small
letters alone, or of capitals alone, is measured like any other.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from realtime.recognition.characters.box import Box

Floats = npt.NDArray[np.float64]

# Degrees of freedom of Student's t distribution, which takes outliers as they come.
FREEDOM = 8.0
# Higher, lower or wider than so many x-heights is as good as that: a stroke across the line is no
# letter, however long it is.
_FARTHEST = 6.0


class LetterPlace(NamedTuple):
    """Where a group is on its line, in x-heights.

    Attributes:
        top: how far it reaches above the baseline.
        bottom: how far above the baseline its lowest point is.
        width: how wide it is.
    """

    top: float
    bottom: float
    width: float


class LetterSpread(NamedTuple):
    """Where the characters of a label are: location and scale of each part of `LetterPlace`."""

    top: float
    top_scale: float
    bottom: float
    bottom_scale: float
    width: float
    width_scale: float


class LineMetric(NamedTuple):
    """The baseline and the x-height of a line, and how far its characters are apart.

    Attributes:
        x_height: more than 0, in canvas units.
        baseline: y of the baseline at x = 0.
        slope: of the baseline, y downwards.
        gap: the usual gap between characters, in x-heights.
    """

    x_height: float
    baseline: float
    slope: float
    gap: float

    def place_of(self, box: Box) -> LetterPlace:
        """The place of a group."""
        left, top, right, bottom = box
        base, unit = self.baseline + self.slope * (left + right) / 2, self.x_height
        return LetterPlace(
            min((base - top) / unit, _FARTHEST),
            max((base - bottom) / unit, -_FARTHEST),
            min((right - left) / unit, _FARTHEST),
        )


class LetterPlaceScorer:
    """The log-probability of each label given a place alone, if all labels are as frequent."""

    def __init__(self, spreads: Sequence[LetterSpread]) -> None:
        columns = np.array(spreads, float).T
        self._location, self._scale = columns[::2], columns[1::2]
        self._log_scale = np.log(self._scale).sum(axis=0)

    def scores(self, places: Sequence[LetterPlace]) -> Floats:
        """The logarithm of each label's share in each place, float64 of shape (places, labels)."""
        # Of shape (places, 3, labels).
        away = (np.array(places)[:, :, None] - self._location) / self._scale
        densities = -(FREEDOM + 1) / 2 * np.log(1 + away * away / FREEDOM).sum(axis=1)
        densities -= self._log_scale
        densities -= densities.max(axis=1, keepdims=True)
        logarithms: Floats = densities - np.log(np.exp(densities).sum(axis=1, keepdims=True))
        return logarithms
