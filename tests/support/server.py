"""Starts the real service as a user would, gunicorn with the project's configuration, or a peer."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.support.files import ROOT

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
START_TIMEOUT_S = 60.0  # a peer of the benchmark loads TensorFlow
FIRST_PORT, PORTS_A_WORKER = 12_000, 2_000
# Two runs on one machine begin far from each other, also where their process ids are neighbours.
_port_numbers = itertools.count(101 * os.getpid())


@dataclass
class Server:
    """A running service; `started_s` is how long it took to become ready.

    `address` is one at which it answers, as it stands in a URL.
    """

    process: subprocess.Popen[bytes]
    port: int
    log_file: Path
    started_s: float = 0.0
    address: str = "127.0.0.1"

    @property
    def http(self) -> str:
        """Base URL of the page."""
        return f"http://{self.address}:{self.port}"

    @property
    def ws(self) -> str:
        """URL of the stream."""
        return f"ws://{self.address}:{self.port}/ws"

    @property
    def log(self) -> str:
        """Everything logged so far."""
        return self.log_file.read_text()

    def stop(self) -> int:
        """End gunicorn with SIGTERM, wait for it, and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def wait_until(condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
    """Wait for a condition to become true.

    Raises:
        TimeoutError: it did not in time.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the condition did not become true in time")
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on, and that neither another test nor the kernel hands out.

    Each process that runs tests takes ports of its own, in turn, from below those that the kernel
    gives to outgoing connections (Linux: from 32,768): a server may be started on a port long after
    it was chosen.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST_PORT + PORTS_A_WORKER * (worker % 10)
    while True:
        port = first + next(_port_numbers) % PORTS_A_WORKER
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def is_listening(port: int) -> bool:
    """Whether somebody listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def serve(
    log_file: Path,
    *,
    application: str = "",
    workers: int = 1,
    port: int | None = None,
    address: str = "127.0.0.1",
    cores: Collection[int] = (),
    folder: Path = ROOT,
    prefix: Sequence[str] = (),
    environment: Mapping[str, str] = NO_SETTINGS,
    **settings: str,
) -> Iterator[Server]:
    """Run the service, or another application with its configuration, until the block ends.

    `environment` and `settings` are environment variables. All clients of a test share one
    address, so the limit on sessions of an address is off unless `INK_ADDRESS_SESSIONS` is given.

    Raises:
        RuntimeError: the service did not become ready; the message holds its log.
    """
    port = port or free_port()
    command = ["gunicorn", "-c", "gunicorn.conf.py", *filter(None, [application])]
    defaults = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "INK_ADDRESS_SESSIONS": "10000",
    }
    variables = defaults | dict(environment) | settings
    with launch(
        command,
        port,
        log_file,
        address=address,
        cores=cores,
        folder=folder,
        prefix=prefix,
        **variables,
    ) as server:
        yield server


@contextmanager
def launch(
    module: Sequence[str],
    port: int,
    log_file: Path,
    *,
    address: str = "127.0.0.1",
    cores: Collection[int] = (),
    folder: Path = ROOT,
    prefix: Sequence[str] = (),
    **settings: str,
) -> Iterator[Server]:
    """Run a Python module that serves on a port until the block ends.

    Args:
        module: its name and arguments.
        port: where it will answer `/readyz` with 200.
        log_file: gets its output.
        address: where it will do so, as it stands in a URL.
        cores: those it may run on; all of them by default.
        folder: where it runs; a copy of the project if the test changes files.
        prefix: a command that becomes the one that follows it.
        settings: environment variables.

    Raises:
        RuntimeError: the server did not become ready; the message holds its log.
    """

    def stay_on_cores() -> None:
        if cores:
            os.sched_setaffinity(0, cores)

    with log_file.open("ab") as log:
        start = time.monotonic()
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", *module],
            cwd=folder,
            env={**os.environ, **settings},
            stdout=log,
            stderr=log,
            preexec_fn=stay_on_cores,
        )
    server = Server(process, port, log_file, address=address)
    try:
        _wait_until_ready(server)
        server.started_s = time.monotonic() - start
        yield server
    finally:
        try:
            server.stop()
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.http}/readyz", timeout=2) as response:  # noqa: S310
                if response.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.01)
    raise RuntimeError(f"the service did not become ready:\n{server.log}")
