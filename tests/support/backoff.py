"""The page's waits before it connects again, in Python: those of web/element/backoff.js."""

import random

FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 15.0


class Backoff:
    """Waits that grow, each of them random."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._attempts = 0

    def reset(self) -> None:
        """Start from the shortest again."""
        self._attempts = 0

    def next_s(self, asked_s: float | None, *, is_going_away: bool) -> float:
        """Seconds until the next attempt.

        Args:
            asked_s: what the server asks for, if it does.
            is_going_away: whether it said that another one takes its place.
        """
        if asked_s is not None:
            return asked_s * (1 + self._rng.random() / 4)
        backoff_s = min(FIRST_WAIT_S * 2**self._attempts, LONGEST_WAIT_S)
        self._attempts += 1
        return (FIRST_WAIT_S if is_going_away else backoff_s) * (0.5 + self._rng.random() / 2)
