"""Tests of what `/metrics` says of the processes of the service, and of how full it is."""

import os
import signal
from pathlib import Path

import psutil

from tests.support.drawing import SEVEN, open_session
from tests.support.metrics import read_metrics
from tests.support.processes import server_processes
from tests.support.server import serve, wait_until


def label(name: str, role: str, pid: int) -> str:
    """A metric of one process, as `read_metrics` names it."""
    return f"ink_process_{name}{{pid={pid}}}{{role={role}}}"


def test_each_process_is_told_with_its_role(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=2) as server:
        master, *workers = server_processes(server)
        wait_until(lambda: read_metrics(server).get("ink_sessions_limit") == 2_000)
        seen = read_metrics(server)
        of_role = [(master, "master"), *((worker, "worker") for worker in workers)]
        for process, role in of_role:
            memory = seen[label("resident_memory_bytes", role, process.pid)]
            assert abs(memory - process.memory_info().rss) < 5e6
            started = seen[label("start_time_seconds", role, process.pid)]
            # /proc counts hundredths, and the boot's time in whole seconds.
            assert abs(started - process.create_time()) < 1.5
            assert seen[label("cpu_seconds_total", role, process.pid)] > 0
            assert seen[label("open_fds", role, process.pid)] > 3
            most, _ = process.rlimit(psutil.RLIMIT_NOFILE)
            assert seen[label("max_fds", role, process.pid)] == most
        assert len([name for name in seen if name.startswith("ink_process_open_fds")]) == 3


def test_a_process_that_ended_is_told_no_more(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=2, INK_SESSIONS="10") as server:
        _, first, second = server_processes(server)
        wait_until(lambda: read_metrics(server).get("ink_sessions_limit") == 20)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        name = label("open_fds", "worker", first.pid)
        wait_until(lambda: name not in read_metrics(server))
        wait_until(lambda: read_metrics(server).get("ink_sessions_limit") == 20)
        assert label("open_fds", "worker", second.pid) in read_metrics(server)


def test_sessions_stand_beside_what_there_is_room_for(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_SESSIONS="7") as server, open_session(server.ws) as client:
        client.draw(SEVEN)
        seen = read_metrics(server)
        assert (seen["ink_sessions_open"], seen["ink_sessions_limit"]) == (1, 7)


def test_who_is_turned_away_is_counted(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_SESSIONS="1") as server, open_session(server.ws):
        with open_session(server.ws) as refused:
            assert refused.ready["code"] == "full"
        assert read_metrics(server)["ink_limits_hit_total{setting=sessions}"] == 1


def test_what_alerts_count_is_at_0_before_it_happens(tmp_path: Path) -> None:
    """Prometheus takes a counter that appears at 1 for one that was always there."""
    with serve(tmp_path / "log") as server:
        wait_until(lambda: "ink_sessions_limit" in read_metrics(server))
        seen = read_metrics(server)
        for name in (
            "ink_errors_total{code=internal}",
            "ink_limits_hit_total{setting=sessions}",
            "ink_sessions_closed_total{code=1000}",
            "ink_sessions_closed_total{code=1001}",
            "ink_sessions_closed_total{code=1006}",
            "ink_sessions_closed_total{code=1011}",
        ):
            assert seen[name] == 0
