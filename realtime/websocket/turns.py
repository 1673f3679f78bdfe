"""Turns of long answers: they are computed in steps, and others are served between the steps.

`gevent.sleep(0)` would not do: gevent looks for what has arrived on sockets only after fifty of its
callbacks, which may be as many steps, a tenth of a second of them.
"""

from collections import deque
from collections.abc import Generator
from typing import Any, TypeVar

import gevent
from gevent.event import Event

_Result = TypeVar("_Result")


class Turns:
    """Lets the long answers of a worker go on: one step of one of them in each turn of the loop."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque()
        # Made with the first wait: the event loop is the worker's own. One is called after the loop
        # has looked for what arrived, the other keeps it from waiting for that.
        self._check: Any = None
        self._idle: Any = None

    def finish(self, steps: Generator[None, None, _Result]) -> _Result:
        """What steps return, once all are done, each but the first in a turn of its own."""
        while True:
            try:
                next(steps)
            except StopIteration as done:
                result: _Result = done.value
                return result
            self._wait()

    def _wait(self) -> None:
        if self._check is None:
            loop = gevent.get_hub().loop
            self._check, self._idle = loop.check(), loop.idle()
        if not self._check.active:
            self._check.start(self._begin_next)
            self._idle.start(lambda: None)
        turn = Event()
        self._waiting.append(turn)
        try:
            turn.wait()
        finally:
            # A greenlet that was ended meanwhile takes no turn.
            if turn in self._waiting:
                self._waiting.remove(turn)

    def _begin_next(self) -> None:
        """Called by the event loop once a turn."""
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._check.stop()
            self._idle.stop()
