"""Three nodes of the service behind the shipped nginx, with a Redis for all of them."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.support.nginx import Nginx, serve_shipped_nginx
from tests.support.redis_server import RedisServer, serve_redis
from tests.support.server import Server, free_port, serve

NODES = 3
PASSWORD = "red1s-secret"  # noqa: S105  # of a Redis that the tests start
SHUTDOWN_TIMEOUT = "10m"


class Cluster:
    """Nodes that can be killed, drained and started again, each with one worker."""

    def __init__(
        self, folder: Path, stack: ExitStack, redis: RedisServer, shutdown_timeout: str
    ) -> None:
        self.redis = redis
        self.nodes: list[Server] = []
        self._hung: set[int] = set()
        self._folder = folder
        self._stack = stack
        for number in range(NODES):
            self.nodes.append(self._started(number, free_port()))
        nodes = [f"127.0.0.1:{node.port} max_fails=3 fail_timeout=10s" for node in self.nodes]
        edits = {"nginx.conf": {f"timeout {SHUTDOWN_TIMEOUT};": f"timeout {shutdown_timeout};"}}
        self.nginx: Nginx = stack.enter_context(serve_shipped_nginx(folder, nodes, edits=edits))

    def kill(self, number: int) -> None:
        """End all processes of a node at once."""
        self._signal(number, signal.SIGKILL)
        self.nodes[number].process.wait()

    def hang(self, number: int) -> None:
        """Have all processes of a node stand still: it accepts connections, and says nothing."""
        self._signal(number, signal.SIGSTOP)
        self._hung.add(number)

    def drain(self, number: int) -> None:
        """Tell a node to end, and wait until it has sent its sessions away."""
        assert self.nodes[number].stop() == 0

    def restart(self, number: int) -> None:
        """Start a node that has ended or hangs, on its port."""
        if number in self._hung:
            self.kill(number)
            self._hung.discard(number)
        self.nodes[number] = self._started(number, self.nodes[number].port)

    def node_of(self, session: str) -> int:
        """The number of the node that has a session."""
        [number] = [
            n for n, log in enumerate(self.logs) if f"session_open session={session} " in log
        ]
        return number

    def kill_hung(self) -> None:
        """End the nodes that hang."""
        for number in self._hung:
            self.kill(number)

    @property
    def answering(self) -> list[Server]:
        """The nodes that run."""
        running = [n for n, node in enumerate(self.nodes) if node.process.poll() is None]
        return [self.nodes[n] for n in running if n not in self._hung]

    @property
    def logs(self) -> list[str]:
        """What each node has logged."""
        return [node.log for node in self.nodes]

    def _signal(self, number: int, which: signal.Signals) -> None:
        master = psutil.Process(self.nodes[number].process.pid)
        for process in [master, *master.children(recursive=True)]:
            os.kill(process.pid, which)

    def _started(self, number: int, port: int) -> Server:
        return self._stack.enter_context(
            serve(
                self._folder / f"log{number}",
                port=port,
                INK_PROXIES="127.0.0.1",
                INK_REDIS=self.redis.url,
                INK_IMAGES_PER_MINUTE="100000",
            )
        )


@contextmanager
def running_cluster(folder: Path, *, shutdown_timeout: str = SHUTDOWN_TIMEOUT) -> Iterator[Cluster]:
    """A cluster until the block ends. Skips the test where there is no nginx or no Redis.

    `shutdown_timeout` is how long nginx's old workers keep their connections after a reload.
    """
    with ExitStack() as stack:
        redis = stack.enter_context(serve_redis(password=PASSWORD))
        cluster = Cluster(folder, stack, redis, shutdown_timeout)
        # What stands still hears no SIGTERM.
        stack.callback(cluster.kill_hung)
        yield cluster
