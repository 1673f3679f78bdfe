"""Sums of numbers that are given, and returned, as logarithms: probabilities too small for floats.

In plain Python: for a handful of numbers NumPy's calls take longer than its arithmetic saves.
"""

import math
from collections.abc import Sequence


def log_sum(logarithms: Sequence[float]) -> float:
    """The logarithm of the sum of at least one number; −∞ where all are 0."""
    if len(logarithms) == 1:
        return logarithms[0]
    highest = max(logarithms)
    if highest == -math.inf:
        return highest
    return highest + math.log(sum([math.exp(one - highest) for one in logarithms]))


def log_add(one: float, other: float) -> float:
    """The logarithm of the sum of two numbers."""
    if one < other:
        one, other = other, one
    return one if other == -math.inf else one + math.log1p(math.exp(other - one))
