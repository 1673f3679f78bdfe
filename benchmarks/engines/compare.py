"""Compares ways to run a network: `python -m benchmarks.engines.compare`.

In the process, by Triton, by MLServer and by Ray Serve, each started here in turn, in a network
namespace of its own; then what people wait for while one is lost under them. The command prints the
tables, and writes them into `docs/engines-measured.md` and the figures to
`docs/engines-measured.json`. It needs `make export`, and the environments of `make engines`.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks import markdown
from benchmarks.engines import in_process, measured_table
from benchmarks.engines.callers import CallerMeasurement, measure_callers
from benchmarks.engines.loss import Loss, measure_loss
from benchmarks.engines.measured_table import Way
from realtime.engines.models import engine_models
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.setting_formats import EngineURL
from realtime.setting_groups import EngineSettings
from tests.support.engines.machines import is_in_namespace
from tests.support.engines.mlserver_environment import mlserver
from tests.support.engines.ray_cluster import ray_cluster
from tests.support.engines.triton import triton
from tests.support.files import ROOT, WEIGHTS
from tests.support.server import free_port

EXPORTED = ROOT / "build" / "engines"
# One caller tells what a person waits for, many what the engine can do.
CALLERS = (1, 64)
# Longer than that of the service, so that a way that is slow here is measured rather than refused.
DEADLINE_S = 5.0
NETWORKS = ("digits", "teacher")


def main() -> None:
    """Measure every way, print the table, write the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.engines.compare", description="Compare ways to run a network."
    )
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs", help="for the figures")
    options = parser.parse_args()
    if not is_in_namespace():
        parser.error("run it by `make engines-bench`: Ray listens on all addresses")
    ways = []
    for way in _ways(options.seconds):
        print(markdown.line(measured_table.row(way)), flush=True)
        ways.append(way)
    print(measured_table.table(ways))
    losses = list(_losses(3 * options.seconds))
    print(measured_table.loss_table(losses))
    measured_table.write(ways, losses, options.folder)


def _ways(seconds: float) -> Iterator[Way]:
    yield from in_process.ways(EXPORTED / "models", CALLERS, seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with triton(EXPORTED / "models", folder, port=free_port()) as server:
            megabytes = server.private_bytes() / 1e6
            for network in NETWORKS:
                yield from _measured("Triton", network, server.url(network), megabytes, seconds)
        with mlserver(folder / "mlserver", {"digits": "digits.float32.tflite"}) as server:
            megabytes = server.private_bytes() / 1e6
            yield from _measured("MLServer", "digits", server.url("digits"), megabytes, seconds)
        with ray_cluster(EXPORTED, folder, machines=1) as cluster:
            cluster.deploy(replicas=1)
            cluster.wait_until_running()
            megabytes = cluster.private_bytes() / 1e6
            for network in NETWORKS:
                url = cluster.url(network)
                yield from _measured("Ray Serve", network, url, megabytes, seconds)


def _losses(seconds: float) -> Iterator[Loss]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with triton(EXPORTED / "models", folder, port=free_port()) as server:
            url = server.url("digits")
            yield measure_loss("Triton, not lost", url, None, seconds=seconds)
            yield measure_loss("Triton", url, server.kill, seconds=seconds)
        with ray_cluster(EXPORTED, folder) as cluster:
            cluster.deploy(replicas=1)
            cluster.wait_until_running()
            url = cluster.url("digits")
            yield measure_loss("Ray Serve, not lost", url, None, seconds=seconds)
            kill = cluster.others.pop().kill
            yield measure_loss("Ray Serve, the machine that serves", url, kill, seconds=seconds)


def _measured(
    engine: str, network: str, url: str, megabytes: float, seconds: float
) -> Iterator[Way]:
    """An engine that is asked for each raster alone, and for those that callers' make together."""
    gathered = _settings(network, url)
    # As many requests as callers, and a raster in each.
    alone = msgspec.structs.replace(gathered, batch_images=1, requests=max(CALLERS))
    for how, settings in (("each alone", alone), ("gathered", gathered)):
        yield Way(engine, network, how, _callers(settings, seconds), megabytes)


def _settings(network: str, url: str) -> EngineSettings:
    card = str(EXPORTED / "cards" / f"{network}.json") if network == "teacher" else ""
    return EngineSettings(digits=EngineURL(url), card=card, deadline_s=DEADLINE_S)


def _callers(settings: EngineSettings, seconds: float) -> list[CallerMeasurement]:
    models = ModelRegistry.load(ModelSource(WEIGHTS)).models
    assert models is not None
    [model] = engine_models(models, settings)
    return [measure_callers(model, settings, callers=one, seconds=seconds) for one in CALLERS]


if __name__ == "__main__":
    main()
