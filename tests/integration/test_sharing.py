"""Tests of what workers share: the network's memory, and the sessions."""

import os
import re
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks.service.client import LoadClient
from tests.support import processes
from tests.support.drawing import SEVEN, open_session
from tests.support.files import NETWORKS
from tests.support.server import Server, serve

WORKERS = 4
MAX_WORKER_MB = 45


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


def test_sessions_are_balanced_between_workers(tmp_path: Path) -> None:
    """Without balancing, the worker that wakes first would accept all connections.

    Here that is the one whose core the clients leave idle.
    """
    cores = os.sched_getaffinity(0)
    with serve(tmp_path / "log", workers=2, cores=cores) as server, ExitStack() as clients:
        clients.callback(os.sched_setaffinity, 0, cores)
        os.sched_setaffinity(0, {max(cores)})
        for _ in range(100):
            clients.enter_context(LoadClient(server.ws).socket)
        sessions = Counter(re.findall(r" (\d+) INFO realtime.stream: session_open", server.log))
        assert len(sessions) == 2
        assert min(sessions.values()) >= 15, sessions
