"""Runs Triton: the server's binary in the wheel of nvidia-pytriton, with its Python backend.

That wheel has no ONNX backend; the container of NVIDIA has one, and reads the same repository.
"""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.engines.environments import python_of
from tests.support.engines.running import RunningEngine, wait_until_ready

_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def _wheel() -> Path:
    environment = python_of("triton").parent.parent
    return environment / "lib" / f"python{_PYTHON}" / "site-packages" / "pytriton" / "tritonserver"


def backends(folder: Path) -> Path:
    """The folder of backends, in which the Python backend has the stub for this Python."""
    wheel, place = _wheel(), folder / "backends" / "python"
    if not place.exists():
        place.mkdir(parents=True)
        stub = wheel / "python_backend_stubs" / _PYTHON / "triton_python_backend_stub"
        for path in (*(wheel / "backends" / "python").iterdir(), stub):
            (place / path.name).symlink_to(path)
    return place.parent


@contextmanager
def triton(
    models: Path, folder: Path, *, port: int, address: str = "127.0.0.1"
) -> Iterator[RunningEngine]:
    """Run a server on an address until the block ends.

    Args:
        models: the model repository that `make export` writes.
        folder: for its log and backends.
        port: of HTTP, the only one that it listens on.
        address: a loopback one.

    Raises:
        TimeoutError: it did not become ready; the message holds the end of its log.
    """
    regions = f"ink-triton-{address}-{port}-"
    command = [
        str(_wheel() / "bin" / "tritonserver"),
        f"--model-repository={models}",
        "--model-config-name=python",
        f"--backend-directory={backends(folder)}",
        "--disable-auto-complete-config",
        f"--http-address={address}",
        f"--http-port={port}",
        "--allow-grpc=false",
        "--allow-metrics=false",
        # Each model has that much shared memory to begin with; a batch needs a tenth.
        "--backend-config=python,shm-default-byte-size=8388608",
        f"--backend-config=python,shm-region-prefix-name={regions}",
        "--exit-timeout-secs=5",
    ]
    # The stub embeds a Python, which looks for its packages beside the first one on the path.
    path = os.pathsep.join([str(python_of("triton").parent), os.environ["PATH"]])
    library = sysconfig.get_config_var("LIBDIR")
    log = folder / f"triton-{address}-{port}.log"
    with log.open("ab") as file:
        process = subprocess.Popen(
            command,
            env=os.environ | {"PATH": path, "LD_LIBRARY_PATH": library},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    engine = RunningEngine(process, address, port, log)
    try:
        wait_until_ready(engine)
        yield engine
    finally:
        engine.stop()
        # A killed server leaves its shared memory.
        for region in Path("/dev/shm").glob(f"{regions}*"):  # noqa: S108  # where Linux has it
            region.unlink()
