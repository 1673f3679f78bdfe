"""Gathers the rasters of many greenlets into few requests.

A request is sent at once if fewer than the most are under way. Otherwise rasters wait, and go
together as soon as one comes back: so nobody waits for a batch to be full, and the more people draw
the larger batches are. (Compare the adaptive batching of Crankshaw et al., "Clipper: a low-latency
online prediction serving system", 2017.)

Final answers go before interim ones, for which nobody has stopped to wait, and one request is kept
for them: interim answers alone never hold all that may be under way.
"""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain

import gevent
import numpy as np
from gevent.event import AsyncResult

from realtime.engines.open_inference import Floats
from realtime.errors import EngineError, EngineTimeoutError
from realtime.recognition.characters.rasterizer import Raster


class Waiting:
    """Rasters that wait for their logits.

    Attributes:
        is_abandoned: whether nobody waits for them any more.
    """

    __slots__ = ("_result", "is_abandoned", "rasters")

    def __init__(self, rasters: Sequence[Raster]) -> None:
        self.rasters = rasters
        self.is_abandoned = False
        self._result = AsyncResult()

    def logits(self, timeout_s: float) -> Floats:
        """Wait for the logits, float32 of shape (n, `output_size`).

        Raises:
            EngineError: the request failed.
            EngineTimeoutError: they did not come in time.
        """
        self._result.wait(timeout_s)
        if not self._result.ready():
            raise EngineTimeoutError(f"did not answer in {timeout_s:.3g} s")
        logits: Floats = self._result.get()
        return logits

    def answer(self, logits: Floats) -> None:
        """Give them their logits."""
        self._result.set(logits)

    def fail(self, error: EngineError) -> None:
        """Tell whoever waits that they have none."""
        self._result.set_exception(error)


class Gatherer:
    """Sends rasters in batches, in the order in which they came.

    Args:
        send: makes a request of rasters, float32 of shape (n, 28, 28, 3), and returns their logits;
            raises EngineError.
        most_images: rasters in a request.
        most_requests: requests under way at once, at least 2.
    """

    def __init__(
        self, send: Callable[[Floats], Floats], *, most_images: int, most_requests: int
    ) -> None:
        self._send = send
        self._most_images = most_images
        self._most_requests = most_requests
        self._finals: deque[Waiting] = deque()
        self._interims: deque[Waiting] = deque()
        self._under_way = 0
        # Whether a request was begun that has not taken what waits yet: all who come in the same
        # turn of the event loop go with it.
        self._is_beginning = False

    def submit(self, rasters: Sequence[Raster], *, is_final: bool) -> Waiting:
        """Send rasters, as many as one request may have at most, as soon as may be."""
        waiting = Waiting(rasters)
        (self._finals if is_final else self._interims).append(waiting)
        self._start()
        return waiting

    def fail_all(self, error: EngineError) -> None:
        """Fail all that has not been sent."""
        for waiting in chain(self._finals, self._interims):
            waiting.fail(error)
        self._finals.clear()
        self._interims.clear()

    def _start(self) -> None:
        room = self._most_requests - self._under_way
        is_due = self._finals or (self._interims and room > 1)
        if room and is_due and not self._is_beginning:
            self._under_way += 1
            self._is_beginning = True
            gevent.spawn(self._run)

    def _run(self) -> None:
        batch = self._take()
        self._is_beginning = False
        # What is too much for this request.
        self._start()
        try:
            if batch:
                self._exchange(batch)
        finally:
            self._under_way -= 1
            self._start()

    def _take(self) -> list[Waiting]:
        """What goes with the next request: final answers first."""
        batch: list[Waiting] = []
        count = 0
        for queue in (self._finals, self._interims):
            while queue and count + len(queue[0].rasters) <= self._most_images:
                waiting = queue.popleft()
                if not waiting.is_abandoned:
                    batch.append(waiting)
                    count += len(waiting.rasters)
        return batch

    def _exchange(self, batch: Sequence[Waiting]) -> None:
        rasters = [raster for waiting in batch for raster in waiting.rasters]
        try:
            logits = self._send(np.stack(rasters))
        except EngineError as error:
            for waiting in batch:
                waiting.fail(error)
            return
        first = 0
        for waiting in batch:
            waiting.answer(logits[first : first + len(waiting.rasters)])
            first += len(waiting.rasters)
