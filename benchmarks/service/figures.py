"""Rows of a table: a figure of each round, and the target of their median."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.service.rounds import Figures


@dataclass(frozen=True)
class FigureRow:
    """A row: a figure computed from those of a round, and its target."""

    label: str
    value: Callable[[Figures], float]
    unit: str = ""
    most: float | None = None
    least: float | None = None

    def result(self, rounds: Sequence[Figures]) -> dict[str, object]:
        """Median, extremes and verdict of all rounds."""
        values = [self.value(figures) for figures in rounds]
        median = statistics.median(values)
        target, reached = "", True
        if self.most is not None:
            target, reached = f"≤ {self.most:g}", median <= self.most
        elif self.least is not None:
            target, reached = f"≥ {self.least:g}", median >= self.least
        return {
            "what": self.label,
            "median": median,
            "low": min(values),
            "high": max(values),
            "unit": self.unit,
            "asked": target,
            "reached": reached if target else None,
        }


def ratio(over: str, under: str) -> Callable[[Figures], float]:
    """A function: one figure as a multiple of another of the same round."""
    return lambda figures: figures[over] / figures[under]


def figure(name: str) -> Callable[[Figures], float]:
    """A function: a figure as it is."""
    return lambda figures: figures[name]
