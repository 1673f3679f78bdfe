"""Machines in miniature: network namespaces on one bridge, each with processes of its own.

A machine sees its own processes, addresses and `/tmp/ray` alone. Killing its first process ends all
of them at once, as when the power is lost. The tests themselves run in a namespace
(`IN_NAMESPACE`), so that nothing here reaches a network; all of it is gone when they end.
"""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.support.server import wait_until

BRIDGE, NETWORK = "ink0", "10.77.0"
# What runs a command in a namespace without a way out; who is not root becomes so within it.
IN_NAMESPACE = (
    *("unshare", "--net", "--mount", *(("--map-root-user",) if os.geteuid() else ())),
    *("sh", "-c", 'ip link set lo up && exec "$0" "$@"'),
)
# Folders of Ray and its HAProxy that machines would share otherwise.
_OWN_FOLDERS = ("/tmp/ray", "/tmp/haproxy-serve")  # noqa: S108  # where they put them
_START = " && ".join(
    [
        "ip link set lo up",
        *(f"mkdir -p {one} && mount -t tmpfs tmpfs {one}" for one in _OWN_FOLDERS),
        "mount -t tmpfs -o size=1g tmpfs /dev/shm",
        "echo ready",
        "read address",
        'ip addr add "$address/24" dev eth0',
        "ip link set eth0 up",
        'exec "$0" "$@"',
    ]
)


def is_in_namespace() -> bool:
    """Whether no interface of this process leads out."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


@contextmanager
def bridge() -> Iterator[str]:
    """The network that machines are on; its address on this side."""
    address = f"{NETWORK}.254"
    _ip("link", "add", BRIDGE, "type", "bridge")
    try:
        _ip("addr", "add", f"{address}/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        yield address
    finally:
        _ip("link", "del", BRIDGE)


class Machine:
    """A machine that runs one command.

    Args:
        number: the last part of its address.
        command: what it runs.
        environment: variables, beside those of this process.
        log: of all that is printed.
    """

    def __init__(
        self, number: int, command: Sequence[str | Path], environment: Mapping[str, str], log: Path
    ) -> None:
        self.address = self.address_of(number)
        self.log_file = log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [
                    *("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"),
                    *("--mount-proc", "sh", "-c", _START, *command),
                ],
                env=os.environ | dict(environment),
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        assert self.process.stdin is not None
        try:
            wait_until(lambda: b"ready\n" in log.read_bytes())
        except TimeoutError as error:
            raise TimeoutError(f"the machine did not start: {log.read_text()}") from error
        outer = f"ink{number}"
        peer = ("peer", "name", "eth0", "netns", str(self.process.pid))
        _ip("link", "add", outer, "type", "veth", *peer)
        _ip("link", "set", outer, "master", BRIDGE, "up")
        self.process.stdin.write(f"{self.address}\n".encode())
        self.process.stdin.close()

    @staticmethod
    def address_of(number: int) -> str:
        """The address that a machine of this number has."""
        return f"{NETWORK}.{number}"

    def processes(self) -> list[psutil.Process]:
        """What runs on it."""
        processes: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return processes

    def private_bytes(self) -> int:
        """Memory that its processes share with no other, in bytes."""
        return sum(process.memory_full_info().uss for process in self.processes())

    def kill(self) -> None:
        """End all that runs on it with SIGKILL."""
        if self.process.poll() is None:
            for first in psutil.Process(self.process.pid).children():
                first.kill()
        self.process.wait(timeout=30)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
