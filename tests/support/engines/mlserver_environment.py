"""Installs MLServer into an environment of its own, and starts it with networks of the repository.

It is the lightest of the inference servers that speak the Open Inference Protocol: a package of
Python, installed within a minute. Its packages want other versions of some than the project has.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.engines.running import RunningEngine, wait_until_ready
from tests.support.files import ROOT, WEIGHTS
from tests.support.separate_environment import install_once, install_packages
from tests.support.server import free_port

ENVIRONMENT_FOLDER = ROOT / ".mlserver"
REQUIREMENTS = Path(__file__).with_name("mlserver-requirements.txt")
# Those that it runs on.
PYTHONS = ">=3.11,<3.13"


def make_environment(folder: Path = ENVIRONMENT_FOLDER) -> Path:
    """The folder with MLServer's programs, installed if they are missing.

    Raises:
        Unavailable: no Python that it runs on is here, or the packages cannot be installed.
    """
    programs = folder / "python" / "bin"
    install_once(
        folder,
        f"{PYTHONS}\n{REQUIREMENTS.read_text()}",
        is_usable=(programs / "mlserver").exists,
        install=lambda: _install(programs.parent),
    )
    return programs


def _install(environment: Path) -> None:
    install_packages(
        "MLServer",
        environment,
        python=PYTHONS,
        requirements=REQUIREMENTS,
        options=["--no-deps"],
    )


@contextmanager
def mlserver(
    folder: Path, models: dict[str, str], *, port: int | None = None
) -> Iterator[RunningEngine]:
    """Run MLServer until the block ends.

    Args:
        folder: gets its configuration and its log.
        models: the file of each network in the folder of weights, by the model's name.
        port: of HTTP.

    Raises:
        Unavailable: see `make_environment`.
        TimeoutError: it did not become ready; the message holds the end of its log.
    """
    programs = make_environment()
    port = port or free_port()
    settings = {
        "host": "127.0.0.1",
        "http_port": port,
        "grpc_port": free_port(),
        "metrics_port": free_port(),
        "parallel_workers": 0,
        "debug": False,
    }
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(settings))
    for name, file in models.items():
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "model-settings.json").write_text(json.dumps(_model_settings(name, file)))
    log_file = folder / "log"
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [str(programs / "mlserver"), "start", str(folder)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    engine = RunningEngine(process, "127.0.0.1", port, log_file)
    try:
        wait_until_ready(engine)
        yield engine
    finally:
        # It waits for connections to end otherwise, and the service keeps its own.
        process.kill()
        process.wait()


def _model_settings(name: str, file: str) -> dict[str, object]:
    card = json.loads((WEIGHTS / name / "model_card.json").read_text())
    size = 2 * (len(card["labels"]) + 1)
    return {
        "name": name,
        "implementation": "tests.support.engines.mlserver_model.ExportedNetwork",
        "parameters": {"uri": str(WEIGHTS / name / file)},
        "inputs": [{"name": "raster", "datatype": "FP32", "shape": [-1, 28, 28, 3]}],
        "outputs": [{"name": "logits", "datatype": "FP32", "shape": [-1, size]}],
    }
