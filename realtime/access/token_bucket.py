"""A token bucket, which allows bursts and forbids floods.

This is own code, since the libraries that limit rates count requests in windows, under a lock; this
one is asked for every message.
"""

import time


class TokenBucket:
    """Holds up to `burst` tokens and gains `rate` more each second.

    What is charged beyond what is there is a debt.
    """

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._filled_s = time.monotonic()

    def charge(self, tokens: float) -> float:
        """Take tokens, also those that are not there.

        Returns:
            Seconds until the debt is paid; 0 if there is none.
        """
        self._level = self._fill() - tokens
        return max(0.0, -self._level / self._rate)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing left."""
        return self._fill() <= 0

    @property
    def is_overdrawn(self) -> bool:
        """Whether the debt is as large as the burst: the client ignores that it was refused."""
        return self._fill() <= -self._burst

    def _fill(self) -> float:
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._filled_s) * self._rate)
        self._filled_s = now
        return self._level
