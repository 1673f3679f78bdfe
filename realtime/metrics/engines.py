"""Metrics of inference engines."""

from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from realtime.errors import EngineError, EngineTimeoutError

# Rasters in a request to an engine.
BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64)
# Seconds: from a fraction of an answer, 0.2 ms, to what nobody waits for.
BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


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

    @classmethod
    def alone(cls, task: str, registry: CollectorRegistry) -> "EngineMetrics":
        """Those of an engine without a service, in a registry of its own."""
        return cls(task, EngineFamilies.create(registry))

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
