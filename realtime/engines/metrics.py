"""What is counted of engines, for `/metrics`; there only where there is one."""

from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from realtime.errors import EngineError, EngineTimeoutError
from realtime.metrics import BUCKETS

# Rasters in a request.
BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64)


class EngineFamilies(NamedTuple):
    """The metrics of engines, each by the recognizer."""

    up: Gauge
    requests: Counter
    seconds: Histogram
    images: Histogram
    local: Counter

    @classmethod
    def create(cls, registry: CollectorRegistry) -> "EngineFamilies":
        """Add them to a registry."""
        by = ["recognizer"]
        return cls(
            Gauge(
                "ink_engine_up",
                "Whether the engine answers all workers",
                by,
                multiprocess_mode="livemin",
                registry=registry,
            ),
            Counter(
                "ink_engine_requests",
                "Requests to the engine by outcome; refused ones were not sent, as it was down",
                [*by, "outcome"],
                registry=registry,
            ),
            Histogram(
                "ink_engine_request_seconds",
                "Time of a request to the engine that was answered",
                by,
                buckets=BUCKETS,
                registry=registry,
            ),
            Histogram(
                "ink_engine_batch_images",
                "Rasters in a request to the engine that was answered",
                by,
                buckets=BATCH_BUCKETS,
                registry=registry,
            ),
            Counter(
                "ink_engine_local_answers",
                "Answers that the local network computed since the engine gave none",
                by,
                registry=registry,
            ),
        )


class EngineMetrics:
    """What is counted of the engine that runs the network of one recognizer."""

    def __init__(self, task: str, families: EngineFamilies) -> None:
        self._up = families.up.labels(task)
        # So that they are there, at 0, before the first of each.
        outcomes = ("answered", "timeout", "error", "refused")
        self._outcomes = {one: families.requests.labels(task, one) for one in outcomes}
        self._seconds = families.seconds.labels(task)
        self._images = families.images.labels(task)
        self._local = families.local.labels(task)
        self.set_up(is_up=False)

    def set_up(self, *, is_up: bool) -> None:
        """Tell whether it answers this worker."""
        self._up.set(is_up)

    def answered(self, images: int, took_s: float) -> None:
        """Count a request that was answered, of so many rasters."""
        self._outcomes["answered"].inc()
        self._seconds.observe(took_s)
        self._images.observe(images)

    def failed(self, error: EngineError) -> None:
        """Count a request that was not."""
        is_late = isinstance(error, EngineTimeoutError)
        self._outcomes["timeout" if is_late else "error"].inc()

    def refused(self) -> None:
        """Count what was not asked, since the engine is down."""
        self._outcomes["refused"].inc()

    def answered_here(self) -> None:
        """Count what the local network had to compute instead."""
        self._local.inc()
