"""Tests of the limit of open files, beyond which no connection can be accepted."""

from contextlib import ExitStack
from pathlib import Path

import psutil

from tests.support.drawing import SEVEN, open_session
from tests.support.processes import server_processes
from tests.support.server import serve


def test_a_low_limit_is_raised_as_far_as_sessions_need(tmp_path: Path) -> None:
    with (
        serve(
            tmp_path / "log", prefix=["prlimit", "--nofile=100:2000"], INK_SESSIONS="150"
        ) as server,
        ExitStack() as stack,
    ):
        for process in server_processes(server):
            assert process.rlimit(psutil.RLIMIT_NOFILE) == (400, 2000)
        # More than the limit would have let in.
        for _ in range(120):
            stack.enter_context(open_session(server.ws))
        assert stack.enter_context(open_session(server.ws)).draw(SEVEN)["top"][0]["label"] == "7"
        assert "open files" not in server.log


def test_what_may_not_be_raised_is_told(tmp_path: Path) -> None:
    with serve(tmp_path / "log", prefix=["prlimit", "--nofile=300:300"]) as server:
        [line] = [line for line in server.log.splitlines() if "open files" in line]
        for part in ("300", "1250", "INK_SESSIONS", "ulimit -n"):
            assert part in line


def test_a_high_limit_stays(tmp_path: Path) -> None:
    with serve(tmp_path / "log", prefix=["prlimit", "--nofile=5000:6000"]) as server:
        assert server_processes(server)[0].rlimit(psutil.RLIMIT_NOFILE) == (5000, 6000)
        assert "open files" not in server.log
