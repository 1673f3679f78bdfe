"""An inference engine that runs on this machine: its address, its processes, its end."""

import signal
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.server import wait_until

START_TIMEOUT_S = 120.0
_LOG_BYTES = 4000


@dataclass
class RunningEngine:
    """A server of models, and the process that was started for it."""

    process: subprocess.Popen[bytes]
    address: str
    port: int
    log_file: Path

    def url(self, model: str) -> str:
        """What `INK_ENGINE` takes for a model."""
        return f"oip+http://{self.address}:{self.port}/{model}"

    @property
    def is_ready(self) -> bool:
        """Whether it says that it is ready."""
        return is_ready(self.address, self.port)

    @property
    def log(self) -> str:
        """The end of its log."""
        return self.log_file.read_bytes()[-_LOG_BYTES:].decode(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """Its first process, then those that it started."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def private_bytes(self) -> int:
        """Memory that its processes share with no other, in bytes."""
        return sum(process.memory_full_info().uss for process in self.processes())

    def kill(self) -> None:
        """End it with SIGKILL, and what it started, as if its machine were gone."""
        _kill(self.processes())
        self.process.wait()

    def stop(self) -> None:
        """End it as an operator does, and what is left of it by force."""
        if self.process.poll() is not None:
            return
        processes = self.processes()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        _kill(processes[1:])


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        # psutil knows a process by its start too, so that no other is ended that has its number.
        if process.is_running():
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def is_ready(address: str, port: int) -> bool:
    """Whether a server says that it is ready."""
    try:
        with urllib.request.urlopen(f"http://{address}:{port}/v2/health/ready", timeout=1) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(engine: RunningEngine) -> None:
    """Wait until it is ready.

    Raises:
        TimeoutError: it ended, or did not become ready; the message holds the end of its log.
    """
    ended = engine.process
    try:
        wait_until(lambda: ended.poll() is not None or engine.is_ready, START_TIMEOUT_S)
    except TimeoutError as error:
        raise TimeoutError(f"the engine did not become ready:\n{engine.log}") from error
    if ended.poll() is not None:
        raise TimeoutError(f"the engine ended with {ended.returncode}:\n{engine.log}")
