"""Measures networks that run in the process of who asks, as the service runs its own."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import gevent
import numpy as np
import onnxruntime
import psutil

from benchmarks.engines.callers import CallerMeasurement
from benchmarks.engines.measured_table import Way
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.probe import probe_raster
from tests.support.files import DIGIT_MODEL


def ways(models: Path, callers: Sequence[int], seconds: float) -> Iterator[Way]:
    """The small network as the service runs it, and the teacher, of which there is ONNX alone.

    Args:
        models: the model repository that `make export` writes.
        callers: how many greenlets ask at the same time, in turn.
        seconds: of each measurement.
    """
    raster = probe_raster()
    before = psutil.Process().memory_full_info().uss
    small = CharacterNetwork.load(DIGIT_MODEL, precision="fastest")
    yield _measured("digits", lambda: small.logits(raster), before, callers, seconds)
    before = psutil.Process().memory_full_info().uss
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = models / "teacher" / "1" / "model.onnx"
    teacher = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    batch = raster[None]
    run = lambda: teacher.run(["logits"], {"raster": batch})  # noqa: E731
    yield _measured("teacher", run, before, callers, seconds)


def _measured(
    network: str,
    run: Callable[[], object],
    bytes_before: int,
    callers: Sequence[int],
    seconds: float,
) -> Way:
    run()
    megabytes = (psutil.Process().memory_full_info().uss - bytes_before) / 1e6
    found = [_callers(run, one, seconds) for one in callers]
    return Way("in the process", network, "each alone", found, megabytes)


def _callers(run: Callable[[], object], callers: int, seconds: float) -> CallerMeasurement:
    took: list[float] = []
    started, cpu = time.perf_counter(), time.process_time()
    end = started + seconds

    def ask() -> None:
        asked = time.perf_counter()
        while asked < end:
            run()
            answered = time.perf_counter()
            took.append(answered - asked)
            # The next answer is wanted at once, and is that of the others first.
            asked = answered
            gevent.sleep(0)

    gevent.joinall([gevent.spawn(ask) for _ in range(callers)], raise_error=True)
    spent, passed = time.process_time() - cpu, time.perf_counter() - started
    p50, p99 = np.percentile(took, [50, 99]) * 1e3
    return CallerMeasurement(
        callers, len(took) / passed, float(p50), float(p99), 1.0, spent / len(took) * 1e6, 0
    )
