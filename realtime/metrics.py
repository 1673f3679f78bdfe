"""Here it is counted what became of stroke points, for whoever runs the service: Prometheus' text format on `/metrics`.

Each worker counts in files in a folder that `gunicorn.conf.py` makes (PROMETHEUS_MULTIPROC_DIR), and whichever is asked adds up all of
them. Without such a folder, as in tests, an application counts for itself.
"""

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from realtime.errors import ClientError
from realtime.messages import Prediction

CONTENT_TYPE = CONTENT_TYPE_LATEST
# From a fraction of an answer, 0.2 ms, to what nobody waits for.
BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()

        def histogram(name: str, text: str) -> Histogram:
            return Histogram(f"ink_{name}_seconds", text, buckets=BUCKETS, registry=registry)

        self.sessions = Gauge("ink_sessions_open", "Sessions that are open", multiprocess_mode="livesum", registry=registry)
        self._closed = Counter("ink_sessions_closed", "Sessions that ended, by close code", ["code"], registry=registry)
        self._strokes = Counter("ink_strokes_answered", "Ends of strokes that got their final answer", registry=registry)
        self._answers = Counter("ink_answers", "Answers, final and interim", ["kind"], registry=registry)
        self._finals, self._interims = self._answers.labels("final"), self._answers.labels("interim")
        self._rejected = Counter("ink_rejected", "Final answers that the ink looks like no label", registry=registry)
        self._errors = Counter("ink_errors", "Refusals, by code", ["code"], registry=registry)
        self._limits = Counter("ink_limits_hit", "Limits that clients ran into, by setting", ["setting"], registry=registry)
        self._kept = Counter("ink_pieces_kept", "Pieces of labelled ink that were kept", registry=registry)
        self._deleted = Counter("ink_pieces_deleted", "Pieces that who gave them has deleted", registry=registry)
        # Of final answers, which somebody waits for.
        self._wait = histogram("wait", "From the receipt of a message to the start of its answer")
        self._raster = histogram("raster", "Drawing the raster")
        self._infer = histogram("infer", "The network's pass")
        self._total = histogram("answer", "From the receipt of a message until its final answer is written")

    def answered(self, answer: Prediction, total_s: float, *, is_stroke: bool) -> None:
        """Count an answer that was sent."""
        if not answer.final:
            self._interims.inc()
            return
        self._finals.inc()
        self._wait.observe(answer.us.wait / 1e6)
        self._total.observe(total_s)
        if not answer.empty:
            self._raster.observe(answer.us.raster / 1e6)
            self._infer.observe(answer.us.infer / 1e6)
        if answer.rejected:
            self._rejected.inc()
        if is_stroke:
            self._strokes.inc()

    def refused(self, error: ClientError) -> None:
        """Count a refusal."""
        self._errors.labels(error.code).inc()
        self.met(error.setting)

    def met(self, setting: str | None) -> None:
        """Count a limit, if it was one."""
        if setting:
            self._limits.labels(setting).inc()

    def kept(self) -> None:
        """Count a piece of labelled ink."""
        self._kept.inc()

    def deleted(self, pieces: int) -> None:
        """Count pieces that are no longer there."""
        self._deleted.inc(pieces)

    def closed(self, code: int) -> None:
        """Count a session's end."""
        self._closed.labels(str(code)).inc()

    def text(self) -> bytes:
        """All counts of all workers."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        everywhere = CollectorRegistry()
        MultiProcessCollector(everywhere)  # type: ignore[no-untyped-call]
        return generate_latest(everywhere)
