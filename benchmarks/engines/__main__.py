"""Measures an inference engine: `python -m benchmarks.engines NAME --url oip+http://host:8000/digits`.

Its throughput and delay as a worker's client sees them, and people who draw on the service with it
and without it: the delay of their final answers, and the CPU time of a stroke. The command prints
the table and adds its figures, by NAME, to `docs/engines.json`.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import psutil
from msgspec import Struct

from benchmarks.engines.callers import CallerMeasurement, measure_callers
from benchmarks.service.load import LoadMeasurement, measure_load
from realtime.config import variable_name
from realtime.engines.models import engine_models
from realtime.protocol import session_file
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.recognition.tasks import CHARACTER_TASK, LINE_TASK
from realtime.setting_formats import EngineURL
from realtime.setting_groups import EngineSettings
from tests.support.files import RECORDINGS, ROOT, WEIGHTS
from tests.support.server import serve

CALLERS = (1, 8, 64)
# Of each network's task, the setting that names its engine.
SETTINGS = {DEFAULT_TASK: "digits", LINE_TASK: "lines", CHARACTER_TASK: "characters"}


class DrawingMeasurement(Struct, frozen=True):
    """People who draw at once, each a stroke now and then.

    Attributes:
        people: how many.
        p50_ms: from the last point of a stroke to its final answer, the median.
        p99_ms: 99 in 100 came within this.
        cpu_us: CPU time of the service for each stroke, its interim answers included.
        interim: interim answers a stroke.
        lost: strokes without a final answer.
    """

    people: int
    p50_ms: float
    p99_ms: float
    cpu_us: float
    interim: float
    lost: int


class EngineMeasurement(Struct, frozen=True):
    """All figures of one engine."""

    task: str
    callers: list[CallerMeasurement]
    with_engine: DrawingMeasurement
    without: DrawingMeasurement
    memory_mb: float | None = None


def main() -> None:
    """Measure, print the table, write the figures."""
    options = _options()
    setting = SETTINGS[options.task]
    settings = EngineSettings(
        **{setting: options.url, "card": options.card}, requests=options.requests
    )
    models = ModelRegistry.load(ModelSource(WEIGHTS)).models
    assert models is not None
    [model] = engine_models(models, settings)
    try:
        callers = [
            measure_callers(model, settings, callers=count, seconds=options.seconds)
            for count in CALLERS
        ]
    except TimeoutError as error:
        sys.exit(str(error))
    variables = {
        variable_name(getattr(EngineSettings, setting)): str(options.url),
        "INK_ENGINE_CARD": options.card,
        "INK_ENGINE_REQUESTS": str(options.requests),
    }
    found = EngineMeasurement(
        options.task,
        callers,
        _draw(options, variables),
        _draw(options, {}),
        _memory_mb(options.pid),
    )
    print(_table(options.name, found))
    file = options.folder / "engines.json"
    known = msgspec.json.decode(file.read_bytes()) if file.exists() else {}
    known[options.name] = found
    file.write_bytes(msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.engines", description="Measure an inference engine."
    )
    parser.add_argument("name", help="of the engine, by which its figures are stored")
    parser.add_argument("--url", type=EngineURL, required=True, help="oip+http://host:8000/model")
    parser.add_argument("--task", choices=[*SETTINGS], default=DEFAULT_TASK)
    parser.add_argument("--card", default="", help="INK_ENGINE_CARD")
    parser.add_argument("--requests", type=int, default=EngineSettings().requests)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--people", type=int, default=50, help="who draw at once")
    parser.add_argument("--pid", type=int, nargs="*", default=[], help="processes of the engine")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs", help="for engines.json")
    return parser.parse_args()


def _draw(options: argparse.Namespace, variables: dict[str, str]) -> DrawingMeasurement:
    recordings = [session_file.read_recording(path) for path in RECORDINGS]
    drawn = [one for one in recordings if one.label and one.recognize == options.task]
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "log", environment=variables) as server,
    ):
        measured = measure_load(
            server,
            drawn,
            users=options.people,
            seconds=2 * options.seconds,
            interim=True,
            seed=1,
            config={"recognize": options.task},
        )
    return _drawing_measurement(options.people, measured)


def _drawing_measurement(people: int, measured: LoadMeasurement) -> DrawingMeasurement:
    p50, p99 = np.percentile(measured.latencies, [50, 99]) * 1e3
    return DrawingMeasurement(
        people,
        float(p50),
        float(p99),
        sum(measured.cpu) / measured.strokes * 1e6,
        measured.interim / measured.strokes,
        measured.lost,
    )


def _memory_mb(pids: list[int]) -> float | None:
    """What some processes and their children share with no other, together."""
    processes = [psutil.Process(pid) for pid in pids]
    every = {one for first in processes for one in (first, *first.children(recursive=True))}
    return sum(one.memory_full_info().uss for one in every) / 1e6 if every else None


def _table(name: str, found: EngineMeasurement) -> str:
    rows = [
        "| callers | images/s | p50 ms | p99 ms | images a request | our CPU µs | missed |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {one.callers} | {one.images_per_s:,.0f} | {one.p50_ms:.2f} | {one.p99_ms:.2f} "
            f"| {one.images_a_request:.1f} | {one.cpu_us:.0f} | {one.missed} |"
            for one in found.callers
        ),
        "",
        (
            f"| {found.with_engine.people} people draw | final answer p50 ms | p99 ms "
            "| CPU µs a stroke | interim a stroke | lost |"
        ),
        "|---|---|---|---|---|---|",
        *(
            f"| {way} | {one.p50_ms:.2f} | {one.p99_ms:.2f} | {one.cpu_us:.0f} "
            f"| {one.interim:.1f} | {one.lost} |"
            for way, one in (("with the engine", found.with_engine), ("in process", found.without))
        ),
    ]
    memory = "" if found.memory_mb is None else f", {found.memory_mb:.0f} MB"
    return "\n".join([f"{name}: {found.task}{memory}", "", *rows])


if __name__ == "__main__":
    main()
