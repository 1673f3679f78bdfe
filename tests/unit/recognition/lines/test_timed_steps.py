"""Tests of work that is timed while it is done in steps."""

from collections.abc import Generator

from realtime.recognition.lines.timed_steps import timed


def counted(steps: int) -> Generator[None, None, int]:
    """Work in so many steps."""
    for _ in range(steps):
        yield
    return steps


def test_others_have_their_turn_as_often_as_in_the_work_itself() -> None:
    steps, turns = timed(counted(3)), 0
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result, working_ns = done.value
            break
        turns += 1
    assert (turns, result) == (3, 3)
    assert working_ns > 0
