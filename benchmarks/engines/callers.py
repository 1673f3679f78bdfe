"""Measures an engine through the client of a worker: greenlets that each want one answer at a time.

What they ask goes the way of the service: it is gathered, sent, waited for until the deadline, and
otherwise answered by the local network.
"""

import time

import gevent
import numpy as np
from msgspec import Struct
from prometheus_client import CollectorRegistry

from realtime.engines.engine import Engine
from realtime.engines.metrics import EngineFamilies, EngineMetrics
from realtime.engines.models import EngineModel
from realtime.recognition.characters.probe import probe_raster
from realtime.setting_groups import EngineSettings

_CONNECT_TIMEOUT_S = 30.0


class CallerMeasurement(Struct, frozen=True):
    """The result for some number of callers.

    Attributes:
        callers: who asked at the same time, each for one raster after the other.
        images_per_s: answers of the engine.
        p50_ms: the median time of an answer.
        p99_ms: 99 in 100 came within this.
        images_a_request: how many were gathered on average.
        cpu_us: CPU time of this process for each answer.
        missed: answers that did not come by the deadline, or at all.
    """

    callers: int
    images_per_s: float
    p50_ms: float
    p99_ms: float
    images_a_request: float
    cpu_us: float
    missed: int


def measure_callers(
    model: EngineModel, settings: EngineSettings, *, callers: int, seconds: float
) -> CallerMeasurement:
    """Have so many greenlets ask for that long.

    Raises:
        TimeoutError: the engine did not answer as it should; the message says why.
    """
    registry = CollectorRegistry()
    metrics = EngineMetrics(model.task, EngineFamilies.create(registry))
    engine = Engine(model.task, model.url, model.client(settings.deadline_s), settings, metrics)
    watching = engine.watch()
    until = time.monotonic() + _CONNECT_TIMEOUT_S
    while not engine.state.is_up:
        if time.monotonic() > until:
            raise TimeoutError(f"the engine {engine.state.reason}")
        gevent.sleep(0.01)
    raster = probe_raster()
    took: list[float] = []
    missed = 0
    started, cpu = time.perf_counter(), time.process_time()
    end = started + seconds

    def ask() -> None:
        nonlocal missed
        while (asked := time.perf_counter()) < end:
            if engine.logits([raster], is_final=True) is None:
                missed += 1
                gevent.sleep(settings.deadline_s)
            else:
                took.append(time.perf_counter() - asked)

    gevent.joinall([gevent.spawn(ask) for _ in range(callers)], raise_error=True)
    spent, passed = time.process_time() - cpu, time.perf_counter() - started
    watching.kill()
    requests = registry.get_sample_value(
        "ink_engine_requests_total", {"recognizer": model.task, "outcome": "answered"}
    )
    p50, p99 = np.percentile(took, [50, 99]) * 1e3
    return CallerMeasurement(
        callers,
        len(took) / passed,
        float(p50),
        float(p99),
        len(took) / max(1.0, requests or 0.0),
        spent / len(took) * 1e6,
        missed,
    )
