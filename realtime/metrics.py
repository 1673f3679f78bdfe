"""Metrics of the service, in Prometheus' text format, for `/metrics`.

Each worker counts in files in a folder that gunicorn's configuration makes
(PROMETHEUS_MULTIPROC_DIR), and whichever worker is asked adds up all of them. Without such a
folder, as in tests, an application counts for itself.
"""

import os
from functools import cache
from typing import NamedTuple

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from realtime.errors import EngineError, EngineTimeoutError, ReportedError
from realtime.processor import instruction_sets
from realtime.protocol.server_messages import Prediction
from realtime.recognition.recognizer import ModelInfo

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Rasters in a request to an engine.
BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64)
# Seconds: from a fraction of an answer, 0.2 ms, to what nobody waits for.
BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class _AnswerMetrics(NamedTuple):
    """What is counted of the answers of one recognizer."""

    finals: Counter
    interims: Counter
    strokes: Counter
    rejected: Counter
    wait: Histogram
    preparation: Histogram
    inference: Histogram
    total: Histogram


class _EngineFamilies(NamedTuple):
    """The metrics of engines, each by the recognizer."""

    up: Gauge
    requests: Counter
    seconds: Histogram
    images: Histogram
    local: Counter

    @classmethod
    def create(cls, registry: CollectorRegistry) -> "_EngineFamilies":
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

    def __init__(self, task: str, families: _EngineFamilies) -> None:
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
        return cls(task, _EngineFamilies.create(registry))

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


class Metrics:
    """The counters of one application. What answers do is counted by the recognizer's task."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"ink_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str) -> Histogram:
            return Histogram(
                f"ink_{name}_seconds", text, ["recognizer"], buckets=BUCKETS, registry=registry
            )

        self.sessions = Gauge(
            "ink_sessions_open", "Open sessions", multiprocess_mode="livesum", registry=registry
        )

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(
                f"ink_{name}", text, labels, multiprocess_mode="livemax", registry=registry
            )

        self._network = gauge(
            "network_info",
            "The file that answers",
            *("recognizer", "version", "file", "instruction_sets"),
        )
        self._pass = gauge(
            "network_pass_seconds",
            "CPU time of a forward pass, measured at the start",
            *("recognizer", "file"),
        )
        self._closed = counter("sessions_closed", "Closed sessions by close code", "code")
        self._errors = counter("errors", "Errors reported to clients by code", "code")
        self._limits = counter("limits_hit", "Limits that clients exceeded by setting", "setting")
        self._samples_stored = counter("pieces_kept", "Labelled samples stored")
        self._samples_deleted = counter("pieces_deleted", "Labelled samples deleted by their donor")
        strokes = counter(
            "strokes_answered", "Strokes whose end got its final answer", "recognizer"
        )
        answers = counter("answers", "Answers by kind, final or interim", "recognizer", "kind")
        rejected = counter("rejected", "Final answers that rejected the ink", "recognizer")
        # Durations of final answers, for which somebody waits.
        wait = histogram("wait", "From receipt of a message to the start of its answer")
        preparation = histogram("raster", "Rasterization of the ink")
        inference = histogram("infer", "Inference of the model")
        total = histogram("answer", "From receipt of a message to its final answer written")

        @cache
        def of_task(task: str) -> _AnswerMetrics:
            return _AnswerMetrics(
                answers.labels(task, "final"),
                answers.labels(task, "interim"),
                strokes.labels(task),
                rejected.labels(task),
                wait.labels(task),
                preparation.labels(task),
                inference.labels(task),
                total.labels(task),
            )

        self._of_task = of_task
        self._engines: _EngineFamilies | None = None

    def of_engine(self, task: str) -> EngineMetrics:
        """The metrics of an engine; they are there only where there is one."""
        if self._engines is None:
            self._engines = _EngineFamilies.create(self._registry)
        return EngineMetrics(task, self._engines)

    def loaded(self, task: str, model: ModelInfo) -> None:
        """Tell which file of weights answers, and how long it takes on this processor."""
        sets = " ".join(instruction_sets())
        self._network.labels(task, model.version, model.file, sets).set(1)
        for file, took_us in model.pass_us.items():
            self._pass.labels(task, file).set(took_us / 1e6)
        # So that they are there, at 0, before the first answer.
        self._of_task(task)

    def answered(self, task: str, answer: Prediction, total_s: float, *, is_stroke: bool) -> None:
        """Count an answer that the recognizer of a task gave, and that was sent."""
        metrics = self._of_task(task)
        if not answer.final:
            metrics.interims.inc()
            return
        metrics.finals.inc()
        metrics.wait.observe(answer.us.wait / 1e6)
        metrics.total.observe(total_s)
        if not answer.empty:
            metrics.preparation.observe(answer.us.raster / 1e6)
            metrics.inference.observe(answer.us.infer / 1e6)
        if answer.rejected:
            metrics.rejected.inc()
        if is_stroke:
            metrics.strokes.inc()

    def refused(self, error: ReportedError) -> None:
        """Count an error that a client is told of."""
        self._errors.labels(error.code).inc()
        self.limit_met(error.setting)

    def limit_met(self, setting: str | None) -> None:
        """Count a limit that was exceeded, by the name of its setting, if there was one."""
        if setting:
            self._limits.labels(setting).inc()

    def sample_stored(self) -> None:
        """Count a labelled sample."""
        self._samples_stored.inc()

    def samples_deleted(self, count: int) -> None:
        """Count labelled samples that are no longer there."""
        self._samples_deleted.inc(count)

    def closed(self, code: int) -> None:
        """Count a session's end."""
        self._closed.labels(str(code)).inc()

    def text(self) -> bytes:
        """All counts of all workers."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        all_workers = CollectorRegistry()
        MultiProcessCollector(all_workers)  # type: ignore[no-untyped-call]
        return generate_latest(all_workers)
