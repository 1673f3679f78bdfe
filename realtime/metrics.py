"""Metrics of the service, in Prometheus' text format, for `/metrics`.

Each worker counts in files in a folder that gunicorn's configuration makes
(PROMETHEUS_MULTIPROC_DIR), and whichever worker is asked adds up all of them. Without such a
folder, as in tests, an application counts for itself.
"""

import os

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
from realtime.protocol.messages import Prediction
from realtime.recognition.recognizer import ModelInfo

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Seconds: from a fraction of an answer, 0.2 ms, to what nobody waits for.
BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"ink_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str) -> Histogram:
            return Histogram(f"ink_{name}_seconds", text, buckets=BUCKETS, registry=registry)

        self.sessions = Gauge(
            "ink_sessions_open", "Open sessions", multiprocess_mode="livesum", registry=registry
        )

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(
                f"ink_{name}", text, labels, multiprocess_mode="livemax", registry=registry
            )

        self._network = gauge(
            "network_info", "The file that answers", "version", "file", "instruction_sets"
        )
        self._pass = gauge(
            "network_pass_seconds", "CPU time of a forward pass, measured at the start", "file"
        )
        self._closed = counter("sessions_closed", "Closed sessions by close code", "code")
        self._strokes = counter("strokes_answered", "Strokes whose end got its final answer")
        answers = counter("answers", "Answers by kind, final or interim", "kind")
        self._finals, self._interims = answers.labels("final"), answers.labels("interim")
        self._rejected = counter("rejected", "Final answers that rejected the ink")
        self._errors = counter("errors", "Errors reported to clients by code", "code")
        self._limits = counter("limits_hit", "Limits that clients exceeded by setting", "setting")
        self._samples_stored = counter("pieces_kept", "Labelled samples stored")
        self._samples_deleted = counter("pieces_deleted", "Labelled samples deleted by their donor")
        # Durations of final answers, for which somebody waits.
        self._wait = histogram("wait", "From receipt of a message to the start of its answer")
        self._preparation = histogram("raster", "Rasterization of the ink")
        self._inference = histogram("infer", "Inference of the model")
        self._total = histogram("answer", "From receipt of a message to its final answer written")

    def loaded(self, model: ModelInfo) -> None:
        """Tell which file of weights answers, and how long it takes on this processor."""
        sets = " ".join(instruction_sets())
        self._network.labels(model.version, model.file, sets).set(1)
        for file, took_us in model.pass_us.items():
            self._pass.labels(file).set(took_us / 1e6)

    def answered(self, answer: Prediction, total_s: float, *, is_stroke: bool) -> None:
        """Count an answer that was sent."""
        if not answer.final:
            self._interims.inc()
            return
        self._finals.inc()
        self._wait.observe(answer.us.wait / 1e6)
        self._total.observe(total_s)
        if not answer.empty:
            self._preparation.observe(answer.us.raster / 1e6)
            self._inference.observe(answer.us.infer / 1e6)
        if answer.rejected:
            self._rejected.inc()
        if is_stroke:
            self._strokes.inc()

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
