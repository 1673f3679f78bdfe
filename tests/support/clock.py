"""A clock in the place of `time.monotonic`, which a test sets."""

import pytest


class Clock:
    """Tells the time that `now_s` says."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def stop_clock(monkeypatch: pytest.MonkeyPatch, module: str) -> Clock:
    """The clock that a module, given by name, reads from now on."""
    clock = Clock()
    monkeypatch.setattr(f"{module}.time.monotonic", clock)
    return clock
