"""An engine as a worker knows it: its client, what is gathered for it, and whether it is up.

Whoever wants logits gets them, or is told at once, or at the deadline, that there are none. A
greenlet looks at the engine in the background, and at once when a request failed.
"""

import logging
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import gevent
import numpy as np
from gevent.event import Event

from realtime.engines.breaker import Breaker
from realtime.engines.client import EngineClient
from realtime.engines.gathering import Gatherer
from realtime.engines.metrics import EngineMetrics
from realtime.engines.open_inference import Floats
from realtime.errors import EngineError
from realtime.recognition.characters.rasterizer import Raster
from realtime.recognition.recognizer import EngineState
from realtime.setting_formats import EngineURL
from realtime.setting_groups import EngineSettings

# Operators filter by this name.
_log = logging.getLogger("realtime.engines")

# Of the deadline, how long an interim answer waits: the session's next final answer comes after it.
INTERIM_SHARE = 0.25
# Of the longest pause between two looks at an engine that is down, the first one. An engine that
# goes down again before it has answered anything is looked at more and more seldom.
_FIRST_PAUSE = 0.1
# Pauses are shorter by up to so much, so that workers do not all come at once.
_JITTER = 0.5


class Engine:
    """One model of an engine; one for each worker, made after the fork.

    Args:
        task: what it reads, for the log.
        url: where it is.
        client: its client.
        settings: how long it is waited for.
        metrics: what is counted of it.
    """

    def __init__(
        self,
        task: str,
        url: EngineURL,
        client: EngineClient,
        settings: EngineSettings,
        metrics: EngineMetrics,
    ) -> None:
        self._url = url
        self._client = client
        self._settings = settings
        self._metrics = metrics
        self._breaker = Breaker(f"recognizer={task} url={url}", settings.failures, metrics.set_up)
        self._gatherer = Gatherer(
            self._request, most_images=settings.batch_images, most_requests=settings.requests
        )
        self._look_now = Event()

    @property
    def state(self) -> EngineState:
        """Whether it is up, and if not, why."""
        return EngineState(self._url, self._breaker.is_up, self._breaker.reason)

    def watch(self) -> gevent.Greenlet:
        """Look at it, time and again, in a greenlet, which is returned."""
        return gevent.spawn(self._watch)

    def logits(self, rasters: Sequence[Raster], *, is_final: bool) -> Floats | None:
        """The logits of some rasters, at least one; None where the local network has to answer.

        Args:
            rasters: in as many requests as it takes.
            is_final: whether a person waits for what is made of them.

        Returns:
            float32 of shape (n, output size).
        """
        if not self._breaker.is_up:
            self._metrics.refused()
            return None
        share = 1.0 if is_final else INTERIM_SHARE
        deadline = time.monotonic() + share * self._settings.deadline_s
        most = self._settings.batch_images
        together = [
            self._gatherer.submit(rasters[first : first + most], is_final=is_final)
            for first in range(0, len(rasters), most)
        ]
        try:
            found = [one.logits(max(0.0, deadline - time.monotonic())) for one in together]
        except EngineError:
            return None
        finally:
            for one in together:
                one.is_abandoned = True
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _request(self, rasters: Floats) -> Floats:
        """Make a request; see `Gatherer`."""
        started = time.perf_counter()
        try:
            with _foreseen():
                logits = self._client.logits(rasters)
        except EngineError as error:
            self._metrics.failed(error)
            self._breaker.failed(error)
            self._look_now.set()
            if not self._breaker.is_up:
                self._gatherer.fail_all(error)
            raise
        self._metrics.answered(len(rasters), time.perf_counter() - started)
        self._breaker.succeeded()
        return logits

    def _watch(self) -> None:
        pause_s = self._first_pause_s
        while True:
            self._look_now.clear()
            was_up = self._breaker.is_up
            try:
                with _foreseen():
                    self._client.identify()
            except EngineError as error:
                self._breaker.failed(error)
            else:
                # Requests that failed since this look began know better.
                if self._breaker.is_up == was_up:
                    self._breaker.identified()
            if self._breaker.has_answered:
                pause_s = self._first_pause_s
            if self._breaker.is_up:
                self._look_now.wait(_jittered(self._settings.check_s))
            # Perhaps it went down meanwhile.
            if not self._breaker.is_up:
                gevent.sleep(_jittered(pause_s))
                pause_s = min(2 * pause_s, self._settings.retry_s)

    @property
    def _first_pause_s(self) -> float:
        return _FIRST_PAUSE * self._settings.retry_s


class UnusableEngine:
    """An engine that is not asked, since something of its settings went after the start.

    Args:
        url: where it is.
        reason: why; completes "the engine …".
        metrics: what is counted of it.
    """

    def __init__(self, url: EngineURL, reason: str, metrics: EngineMetrics) -> None:
        self.state = EngineState(url, is_up=False, reason=reason)
        self._metrics = metrics

    def logits(self, rasters: Sequence[Raster], *, is_final: bool) -> None:  # noqa: ARG002
        """None, always; see `Engine`."""
        self._metrics.refused()


@contextmanager
def _foreseen() -> Iterator[None]:
    """Make an EngineError of an error that nobody foresaw, which must cost no drawing."""
    try:
        yield
    except EngineError:
        raise
    except Exception as error:
        _log.exception("engine_failed")
        raise EngineError(f"could not be asked: {error!r}") from error


def _jittered(seconds: float) -> float:
    return seconds * (1 - _JITTER * random.random())
