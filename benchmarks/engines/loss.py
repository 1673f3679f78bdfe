"""What people wait for while an engine is killed under them, with all that it had to do."""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from msgspec import Struct

from benchmarks.service.load import measure_load
from realtime.protocol import session_file
from tests.support.engines.drawing_service import engine_state
from tests.support.files import RECORDINGS
from tests.support.server import serve, wait_until

PEOPLE = 50


class Loss(Struct, frozen=True):
    """Final answers to people who draw at once, before and after the loss together.

    Attributes:
        engine: what was lost; empty where nothing was.
        strokes: answers that were waited for.
        p50_ms: from the last point of a stroke to its final answer, the median.
        p99_ms: 99 in 100 came within this.
        worst_ms: the longest wait.
        lost: strokes without a final answer.
    """

    engine: str
    strokes: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    lost: int


def measure_loss(engine: str, url: str, kill: Callable[[], None] | None, *, seconds: float) -> Loss:
    """Have people draw on the service, and lose its engine when a third of the time has passed.

    Args:
        engine: its name.
        url: of its model of digits.
        kill: ends it; None leaves it.
        seconds: of the measurement.
    """
    recordings = [session_file.read_recording(path) for path in RECORDINGS]
    digits = [one for one in recordings if one.label and one.recognize == "digit"]
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "log", environment={"INK_ENGINE": url}) as server,
    ):
        wait_until(lambda: engine_state(server)["state"] == "up")
        timer = threading.Timer(seconds / 3, kill or (lambda: None))
        timer.start()
        measured = measure_load(server, digits, users=PEOPLE, seconds=seconds, interim=True, seed=1)
        timer.join()
        if kill is not None:
            wait_until(lambda: engine_state(server)["state"] == "down")
    p50, p99, worst = np.percentile(measured.latencies, [50, 99, 100]) * 1e3
    return Loss(engine, measured.strokes, float(p50), float(p99), float(worst), measured.lost)
