"""Tests of what workers share: the network's memory, and the sessions."""

import re
import socket
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks.service.client import LoadClient
from tests.support import processes
from tests.support.drawing import SEVEN, open_session
from tests.support.files import NETWORKS
from tests.support.server import Server, serve, wait_until

WORKERS = 4
MAX_WORKER_MB = 45
# The one worker has so many, for which it delays an accept by its most.
CONNECTIONS = 500
SESSIONS = 30


def warm_up(server: Server) -> None:
    """Let each worker answer once."""
    with ExitStack() as clients:
        for _ in range(10 * WORKERS):
            assert (
                clients.enter_context(open_session(server.ws)).draw(SEVEN)["top"][0]["label"] == "7"
            )


def test_a_further_worker_costs_little_and_none_loads_tensorflow(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=WORKERS) as server:
        warm_up(server)
        pids = [process.pid for process in processes.server_processes(server)]
        assert len(pids) == 1 + WORKERS
        costs = [size / 1024 / 1024 for size in processes.private_bytes(server)[1:]]
        print("private memory of each worker:", [f"{cost:.1f} MB" for cost in costs])
        assert max(costs) < MAX_WORKER_MB
        for pid in pids:
            maps = Path(f"/proc/{pid}/maps").read_text()
            assert "tensorflow" not in maps
            assert "litert" in maps
        # LiteRT starts no threads of its own, so that a fork of the master is complete.
        assert len(list(Path(f"/proc/{server.process.pid}/task").iterdir())) == 1
        assert server.log.count("loaded") == NETWORKS


def test_a_worker_with_fewer_connections_takes_the_next_sessions(tmp_path: Path) -> None:
    """Without balancing, the worker that wakes first would accept them.

    Where other processes have the cores the free worker may wake too late for some.
    tests/unit/server/test_worker.py counts exactly.
    """
    with serve(tmp_path / "log", workers=2) as server, ExitStack() as clients:
        busy, free = processes.server_processes(server)[1:]
        free.suspend()
        for _ in range(CONNECTIONS):
            clients.enter_context(socket.create_connection((server.address, server.port)))
        wait_until(lambda: len(busy.net_connections()) >= CONNECTIONS)
        free.resume()
        for _ in range(SESSIONS):
            clients.enter_context(LoadClient(server.ws).socket)
        opened = re.compile(r" (\d+) INFO realtime.stream: session_open")
        wait_until(lambda: len(opened.findall(server.log)) == SESSIONS)
        takers = Counter(opened.findall(server.log))
        assert takers[str(free.pid)] > takers[str(busy.pid)]
