"""A pin: what a person said that some strokes are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pin:
    """Some strokes, by their numbers, that are one character, and which."""

    strokes: frozenset[int]
    label: str

    def holds_any_of(self, numbers: frozenset[int]) -> bool:
        """Whether one of these strokes is among its own."""
        return not self.strokes.isdisjoint(numbers)
