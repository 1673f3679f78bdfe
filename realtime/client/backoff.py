"""The waits before a client connects again: longer each time, or as long as the server asks.

They are those of the page (`web/element/backoff.js`). The waits of `websockets` itself begin with
up to five seconds and are random the first time alone; a person who draws should wait for a quarter
of a second, and a server that restarts should never meet all its clients in the same instant.
"""

import random
from collections.abc import Generator

FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 15.0


class Backoff:
    """Waits that grow, each of them random.

    Attributes:
        asked_s: what the server asks for before the next attempt, if it does; one wait heeds it.
        is_going_away: whether the server has said that another one takes its place; the same.
    """

    def __init__(self, rng: random.Random) -> None:
        self.asked_s: float | None = None
        self.is_going_away = False
        self._rng = rng
        self._attempts = 0

    def reset(self) -> None:
        """Start from the shortest again."""
        self._attempts = 0

    def next_s(self) -> float:
        """Seconds until the next attempt."""
        asked_s, self.asked_s = self.asked_s, None
        is_going_away, self.is_going_away = self.is_going_away, False
        if asked_s is not None:
            return asked_s * (1 + self._rng.random() / 4)
        # The exponent is bounded, since a float would overflow after a thousand attempts.
        backoff_s = min(FIRST_WAIT_S * 2 ** min(self._attempts, 32), LONGEST_WAIT_S)
        self._attempts += 1
        return (FIRST_WAIT_S if is_going_away else backoff_s) * (0.5 + self._rng.random() / 2)

    def delays(self) -> Generator[float, None, None]:
        """The waits, without end, as `websockets` takes them (`reconnect_delays`)."""
        while True:
            yield self.next_s()
