"""Runs Ray Serve on machines in miniature, with the application and configuration of `make export`.

The first machine has Ray's controller and HAProxy, and computes nothing; the others have replicas.
"""

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.engines.environments import programs_of
from tests.support.engines.machines import Machine, bridge
from tests.support.engines.running import is_ready
from tests.support.server import wait_until

PORT = 8000
_PORT_OF_RAY, _PORT_OF_DASHBOARD = 6379, 8265
# Where the first machine is found; see `machines`.
_FIRST, _SECOND = 1, 2
START_TIMEOUT_S = 180.0
# Rasters and logits travel over HTTP; nothing is kept in Ray's store of objects.
_STORE_BYTES = 100_000_000
# Replicas of three networks and of the server; how many cores there are does not matter here.
_CPUS = 8


class RayCluster:
    """Ray on several machines.

    Args:
        exported: the folder of `make export`.
        folder: for logs and configuration.
        first_serves: whether replicas may be placed on the first machine.
    """

    def __init__(self, exported: Path, folder: Path, *, first_serves: bool = False) -> None:
        self._exported = exported
        self._folder = folder
        programs = programs_of("ray")
        self._ray, self._serve = programs / "ray", programs / "serve"
        self._environment = {
            "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
            # By which nodes find the application.
            "PYTHONPATH": str(exported / "ray"),
            "RAY_SERVE_ENABLE_HA_PROXY": "1",
            "RAY_SERVE_HAPROXY_NBTHREAD": "1",
            "OMP_NUM_THREADS": "1",
        }
        self._numbers = iter(range(_SECOND, 250))
        cpus = f"--num-cpus={_CPUS if first_serves else 0}"
        head = ("--head", f"--port={_PORT_OF_RAY}", cpus, "--include-dashboard=true")
        address = Machine.address_of(_FIRST)
        self.first = self._start(_FIRST, *head, f"--dashboard-host={address}")
        self.others: list[Machine] = []
        self._dashboard = f"http://{address}:{_PORT_OF_DASHBOARD}"

    @property
    def address(self) -> str:
        """Where the service finds it."""
        return self.first.address

    def url(self, model: str) -> str:
        """What `INK_ENGINE` takes for a model."""
        return f"oip+http://{self.address}:{PORT}/{model}"

    def add_machine(self) -> Machine:
        """Start a machine more, on which replicas may be placed."""
        joined = f"--address={self.first.address}:{_PORT_OF_RAY}"
        self.others.append(self._start(next(self._numbers), joined, f"--num-cpus={_CPUS}"))
        return self.others[-1]

    def _start(self, number: int, *options: str) -> Machine:
        address = f"--node-ip-address={Machine.address_of(number)}"
        common = ("start", "--block", address, f"--object-store-memory={_STORE_BYTES}")
        command = [str(self._ray), *common, "--disable-usage-stats", *options]
        return Machine(number, command, self._environment, self._folder / f"ray-{number}.log")

    def wait_for_controller(self) -> None:
        """Wait until applications can be deployed."""
        wait_until(lambda: self._ask("/api/version") is not None, START_TIMEOUT_S)

    def deploy(self, *, replicas: int = 2, **repositories: Path) -> None:
        """Deploy `serve.yaml` of the export.

        Args:
            replicas: of each network.
            repositories: model repository of a network, where that is another than the export's;
                another than before replaces its replicas in turn.
        """
        text = (self._exported / "ray" / "serve.yaml").read_text()
        for name, models in repositories.items():
            text = text.replace(f"name: {name}, models: /models", f"name: {name}, models: {models}")
        text = text.replace("models: /models", f"models: {self._exported / 'models'}")
        text = text.replace("min_replicas: 2 ", f"min_replicas: {replicas} ")
        path = self._folder / "serve.yaml"
        path.write_text(text)
        subprocess.run(
            [self._serve, "deploy", path, "--address", self._dashboard],
            env=os.environ | self._environment,
            check=True,
            capture_output=True,
        )

    def statuses(self) -> dict[str, str]:
        """Each application's status, such as `RUNNING` or `DEPLOYING`."""
        found = self._ask("/api/serve/applications/") or {"applications": {}}
        return {name: one["status"] for name, one in found["applications"].items()}

    def wait_until_running(self) -> None:
        """Wait until every application runs as it was deployed, and answers."""
        wait_until(self._is_running, START_TIMEOUT_S)

    def _is_running(self) -> bool:
        statuses = self.statuses()
        is_running = bool(statuses) and set(statuses.values()) == {"RUNNING"}
        return is_running and is_ready(self.address, PORT)

    def running_replicas(self, application: str) -> set[str]:
        """The names of a network's replicas that run."""
        found = self._ask("/api/serve/applications/") or {"applications": {}}
        deployments = found["applications"].get(application, {}).get("deployments", {})
        return {
            replica["replica_id"]
            for one in deployments.values()
            for replica in one["replicas"]
            if replica["state"] == "RUNNING"
        }

    def private_bytes(self) -> int:
        """Memory of all processes on all machines that they share with no other, in bytes."""
        return sum(one.private_bytes() for one in (self.first, *self.others))

    def stop(self) -> None:
        """End all machines."""
        for machine in (*self.others, self.first):
            machine.kill()

    def _ask(self, path: str) -> Any:  # noqa: ANN401  # JSON
        try:
            with urllib.request.urlopen(self._dashboard + path, timeout=5) as reply:  # noqa: S310
                return json.load(reply)
        except (urllib.error.URLError, OSError):
            return None


@contextmanager
def ray_cluster(exported: Path, folder: Path, *, machines: int = 2) -> Iterator[RayCluster]:
    """Run Ray until the block ends, in the namespace of the tests.

    Args:
        exported: the folder of `make export`.
        folder: for logs and configuration.
        machines: how many there are. One alone has everything; of several the first has no
            replicas.
    """
    with bridge():
        cluster = RayCluster(exported, folder, first_serves=machines == 1)
        try:
            for _ in range(machines - 1):
                cluster.add_machine()
            cluster.wait_for_controller()
            yield cluster
        finally:
            cluster.stop()
