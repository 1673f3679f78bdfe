"""Where signs stand and how large they are: the likelihood of a size and a place on a baseline.

A row has a baseline and a unit, the height of its capital letters, which both are known as well as
the signs of the row tell so far. Each sign is expected to have its label's middle and size, and
moves both a little: a row may climb, and grow (a Kalman filter with Student's t errors).
"""

import math
from typing import NamedTuple

from realtime.recognition.characters.box import Box, extent

# Degrees of freedom of Student's t distribution, which takes outliers as they come.
_FREEDOM = 12.0
# What a row's baseline, in its units, and the logarithm of its unit move from sign to sign:
# variances.
_BASE_DRIFT = 0.05**2
_UNIT_DRIFT = 0.06**2
# A row's unit before its first sign, as the logarithm of the formula's.
_FIRST_UNIT = 0.35**2
# The unit of an exponent or an index in that of its base, as a logarithm, and its variance.
_SCRIPT_UNIT = math.log(0.68)
_SCRIPT_UNIT_VARIANCE = 0.28**2
# Where the baseline of an exponent lies over that of its base, in its units, and under the top of
# what is taller; of an index under the baseline, and under the bottom of what reaches lower; and
# the variance of both in the script's own units.
_SUP_OVER_BASE = 0.62
_SUP_UNDER_TOP = 0.35
_SUB_UNDER_BASE = 0.22
_SUB_UNDER_BOTTOM = 0.12
_SCRIPT_VARIANCE = 0.23**2
# Sizes are at least this share of a unit: whether a dot is ten or thirty times smaller does not
# matter.
SMALLEST = 0.05


class Shape(NamedTuple):
    """What is known of a label: see `weights.SignFacts`; scales are variances here."""

    middle: float
    middle_variance: float
    size: float
    size_variance: float


class Spot(NamedTuple):
    """Where something was drawn.

    Attributes:
        box: around it.
        middle: its height, y of the middle.
        size: logarithm of its longer side.
    """

    box: Box
    middle: float
    size: float

    @classmethod
    def of(cls, box: Box, middle: float | None = None) -> "Spot":
        """A spot of a box, whose middle may be another than the box's."""
        return cls(
            box,
            (box.top + box.bottom) / 2 if middle is None else middle,
            math.log(max(extent(box), 1e-3)),
        )


class Baseline(NamedTuple):
    """What is known of a row.

    Attributes:
        base: y of its baseline.
        unit: logarithm of the height of its capital letters.
        base_variance: in units.
        unit_variance: of the logarithm.
    """

    base: float
    unit: float
    base_variance: float
    unit_variance: float

    def placed(self, spot: Spot, shape: Shape) -> tuple[float, "Baseline"]:
        """The logarithm of the density of a spot on it, and what is known of it after that."""
        base, unit, base_variance, unit_variance = self
        _, spot_middle, spot_size = spot
        middle, middle_variance, size, size_variance = shape
        em = math.exp(unit)
        off = (spot_middle - base) / em + middle
        variance = base_variance + middle_variance
        off_size = max(spot_size - unit, -3.0) - size
        of_size = unit_variance + size_variance
        far = off * off / variance
        far_size = off_size * off_size / of_size
        density = (
            -(_FREEDOM + 1) / 2 * math.log((1 + far / _FREEDOM) * (1 + far_size / _FREEDOM))
            - math.log(variance * of_size) / 2
            - unit
        )
        gain = base_variance / variance * (_FREEDOM + 1) / (_FREEDOM + far)
        size_gain = unit_variance / of_size * (_FREEDOM + 1) / (_FREEDOM + far_size)
        gain, size_gain = min(gain, 1.0), min(size_gain, 1.0)
        return density, Baseline(
            base + gain * off * em,
            unit + size_gain * off_size,
            base_variance * (1 - gain) + _BASE_DRIFT,
            unit_variance * (1 - size_gain) + _UNIT_DRIFT,
        )

    def begun(self, spot: Spot, shape: Shape) -> tuple[float, "Baseline"]:
        """The same of a row's first sign, of whose place nothing is known; see `first`."""
        off_size = max(spot.size - self.unit, -3.0) - shape.size
        of_size = self.unit_variance + shape.size_variance
        far = off_size * off_size / of_size
        density = (
            -(_FREEDOM + 1) / 2 * math.log1p(far / _FREEDOM) - math.log(of_size) / 2 - self.unit
        )
        gain = self.unit_variance / of_size
        unit = self.unit + gain * off_size
        return density, Baseline(
            spot.middle + shape.middle * math.exp(unit),
            unit,
            shape.middle_variance + _BASE_DRIFT,
            self.unit_variance * (1 - gain) + _UNIT_DRIFT,
        )

    def script(self, box: Box, *, is_sup: bool) -> "Baseline":
        """The baseline of an exponent or an index of what stands on this one, in a box."""
        em = math.exp(self.unit)
        if is_sup:
            base = min(self.base - _SUP_OVER_BASE * em, box.top + _SUP_UNDER_TOP * em)
        else:
            base = max(self.base + _SUB_UNDER_BASE * em, box.bottom + _SUB_UNDER_BOTTOM * em)
        return Baseline(
            base,
            self.unit + _SCRIPT_UNIT,
            _SCRIPT_VARIANCE / math.exp(2 * _SCRIPT_UNIT),
            self.unit_variance + _SCRIPT_UNIT_VARIANCE,
        )


def first(unit: float) -> Baseline:
    """A row of which nothing is known yet but the logarithm of its usual unit."""
    return Baseline(0.0, unit, 1.0, _FIRST_UNIT)
