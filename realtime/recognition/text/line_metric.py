"""Estimates the baseline and the x-height of a line from its groups and what they may be.

Which groups are of the x-height depends on what they are, and what they are on the x-height: the
labels are latent, and both are found together by expectation and maximisation (Dempster, Laird and
Rubin, 1977). From a line alone there are several ways to begin, as a line of small letters looks
like one of capitals; the likeliest end counts.
"""

import math
from collections.abc import Sequence

import numpy as np

from realtime.recognition.characters.box import Box
from realtime.recognition.text.letter_places import (
    FREEDOM,
    Floats,
    LetterSpread,
    LineMetric,
)

# Labels of a group that are looked at, the likeliest by shape.
MOST_LABELS = 10
# The median height of a line's groups in x-heights where small letters are most of them, with few
# that reach higher and with many, and where capitals or digits are.
BEGINNINGS = (1.0, 1.35, 1.8)
_STEPS = 6
# How much a line may climb or fall, as a deviation; and how much of a line that is known by few
# groups is believed. In the unit of a group that is where it should be.
_SLOPE = 0.05
_SLOPE_WEIGHT = 4.0
# Groups that fit nowhere count as little as this: they are no letters.
_LEAST_LIKELIHOOD = -12.0
# Metrics are rounded, so that the next stroke seldom moves what was read of the others: the
# x-height to a twelfth of an octave, the others to shares of it.
_OCTAVE_PARTS = 12
_BASELINE_STEP = 0.1
_SLOPE_STEP = 0.02
_GAP_STEP = 0.2
# A gap that is usual, in x-heights, which counts beside a line's own: of two, one may be a space.
_PRIOR_GAP = 0.25


def estimate(
    boxes: Sequence[Box],
    log_shares: Floats,
    spreads: Sequence[LetterSpread],
    log_priors: Floats | None = None,
) -> LineMetric:
    """The metric of a line.

    Args:
        boxes: of its groups, at least one, none of which shares a piece with another.
        log_shares: how likely each label is for each of them by its shape, as a logarithm; float64
            of shape (groups, labels).
        spreads: of these labels.
        log_priors: how likely each label is, as a logarithm, in lines of each of `BEGINNINGS`;
            float64 of shape (beginnings, labels).
    """
    extents = np.array(boxes, float)
    left, top, right, bottom = extents.T
    middle = (left + right) / 2
    centre = float(middle.mean())
    x = middle - centre
    most = min(MOST_LABELS, log_shares.shape[1])
    chosen = np.argpartition(-log_shares, most - 1, axis=1)[:, :most]
    shares = np.take_along_axis(log_shares, chosen, axis=1)[None]
    if log_priors is not None:
        shares = shares + log_priors[:, chosen]
    of_label = np.array(spreads, float)[chosen]
    heights = bottom - top
    tall = heights >= 0.4 * heights.max() if heights.max() > 0 else np.ones(len(heights), bool)
    height = float(np.median(heights[tall])) or float((right - left).max()) or 1.0
    metrics = np.array(
        [(float(np.median(bottom[tall])), 0.0, height / part) for part in BEGINNINGS]
    )
    metrics, likelihoods = _fit(metrics, x, top, bottom, shares, of_label, height)
    base, slope, unit = metrics[int(likelihoods.argmax())].tolist()
    return _rounded(base, slope, unit, centre, _usual_gap(extents, unit))


def _fit(
    metrics: Floats,
    x: Floats,
    top: Floats,
    bottom: Floats,
    shares: Floats,
    of_label: Floats,
    height: float,
) -> tuple[Floats, Floats]:
    """The metrics of several beginnings after the last step, and their likelihoods."""
    tops, top_scales = of_label[..., 0], of_label[..., 1]
    bottoms, bottom_scales = of_label[..., 2], of_label[..., 3]
    log_scales = np.log(top_scales * bottom_scales)
    likelihoods = np.zeros(len(metrics))
    for step in range(_STEPS + 1):
        base, slope, unit = metrics.T[:, :, None, None]
        at = base + slope * x[:, None]
        away_top = ((at - top[:, None]) / unit - tops) / top_scales
        away_bottom = ((at - bottom[:, None]) / unit - bottoms) / bottom_scales
        far_top, far_bottom = 1 + away_top**2 / FREEDOM, 1 + away_bottom**2 / FREEDOM
        joint = shares - (FREEDOM + 1) / 2 * np.log(far_top * far_bottom) - log_scales
        highest = joint.max(axis=2, keepdims=True)
        parts = np.exp(joint - highest)
        sums = parts.sum(axis=2, keepdims=True)
        of_group = (highest + np.log(sums))[:, :, 0]
        likelihoods = (
            np.maximum(of_group, _LEAST_LIKELIHOOD) - 2 * np.log(metrics[:, 2:] / height)
        ).sum(axis=1)
        if step == _STEPS:
            break
        parts /= sums
        parts *= of_group[:, :, None] > _LEAST_LIKELIHOOD
        metrics = _regression(
            metrics,
            x,
            (top, bottom),
            (tops, bottoms),
            (parts / far_top / top_scales**2, parts / far_bottom / bottom_scales**2),
            height,
        )
    return metrics, likelihoods


def _regression(
    metrics: Floats,
    x: Floats,
    edges: tuple[Floats, Floats],
    locations: tuple[Floats, Floats],
    weights: tuple[Floats, Floats],
    height: float,
) -> Floats:
    """The metrics for which baseline + slope · x - location · x-height is nearest to the edges."""
    normal = np.zeros((len(metrics), 3, 3))
    right_side = np.zeros((len(metrics), 3))
    for edge, location, weight in zip(edges, locations, weights, strict=True):
        total = weight.sum(axis=2)
        of_location = (weight * location).sum(axis=2)
        of_square = (weight * location**2).sum(axis=2)
        for row, column, values in (
            (0, 0, total),
            (0, 1, total * x),
            (1, 1, total * x * x),
            (0, 2, -of_location),
            (1, 2, -of_location * x),
            (2, 2, of_square),
        ):
            normal[:, row, column] += values.sum(axis=1)
        right_side += np.stack(
            [(total * edge).sum(axis=1), (total * x * edge).sum(axis=1), -(of_location @ edge)], 1
        )
    for row, column in ((1, 0), (2, 0), (2, 1)):
        normal[:, row, column] = normal[:, column, row]
    # What is expected: no slope, and the metric as it was, by as much as a part of a group says.
    normal[:, 1, 1] += _SLOPE_WEIGHT * (height / _SLOPE) ** 2
    normal[:, 0, 0] += 0.1
    normal[:, 2, 2] += 0.1
    right_side[:, 0] += 0.1 * metrics[:, 0]
    right_side[:, 2] += 0.1 * metrics[:, 2]
    fitted = np.asarray(np.linalg.solve(normal, right_side[:, :, None])[:, :, 0], np.float64)
    fitted[:, 2] = fitted[:, 2].clip(height / 4, height * 3)
    return fitted


def _usual_gap(extents: Floats, unit: float) -> float:
    """The median gap between neighbours, in x-heights; of few it is about what is usual."""
    in_order = extents[(extents[:, 0] + extents[:, 2]).argsort()]
    gaps = in_order[1:, 0] - np.maximum.accumulate(in_order[:, 2])[:-1]
    return float(np.median([*(gaps / unit), _PRIOR_GAP]))


def _rounded(base: float, slope: float, unit: float, centre: float, gap: float) -> LineMetric:
    unit = 2.0 ** (round(math.log2(unit) * _OCTAVE_PARTS) / _OCTAVE_PARTS)
    slope_there = round(slope / _SLOPE_STEP) * _SLOPE_STEP
    step = _BASELINE_STEP * unit
    at_zero = round((base - slope_there * centre) / step) * step
    return LineMetric(unit, at_zero, slope_there, round(gap / _GAP_STEP) * _GAP_STEP)
