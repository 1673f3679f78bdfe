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

from realtime.errors import ReportedError
from realtime.processor import instruction_sets
from realtime.protocol.server_messages import Prediction
from realtime.recognition.recognizer import ModelInfo

CONTENT_TYPE = CONTENT_TYPE_LATEST
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


class Metrics:
    """The counters of one application. What answers do is counted by the recognizer's task.

    Attributes:
        registry: where those are registered that other rooms count.
    """

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()

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
            return generate_latest(self.registry)
        all_workers = CollectorRegistry()
        MultiProcessCollector(all_workers)  # type: ignore[no-untyped-call]
        return generate_latest(all_workers)
