"""Times work that is done in steps, without what others do between them."""

import time
from collections.abc import Generator
from typing import TypeVar

_Result = TypeVar("_Result")


def timed(steps: Generator[None, None, _Result]) -> Generator[None, None, tuple[_Result, int]]:
    """What steps return, and how many nanoseconds they took; yields wherever they do."""
    working_ns, resumed_ns = 0, time.perf_counter_ns()
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value, working_ns + time.perf_counter_ns() - resumed_ns
        working_ns += time.perf_counter_ns() - resumed_ns
        yield
        resumed_ns = time.perf_counter_ns()
