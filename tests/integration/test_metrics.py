"""Tests of `/metrics` and of the log lines of a session."""

import contextlib
import os
import re
import signal
from contextlib import ExitStack
from pathlib import Path

from tests.support.drawing import ONE, SEVEN, Client, open_session, points_message
from tests.support.metrics import read_metrics
from tests.support.processes import server_processes
from tests.support.server import Server, serve, wait_until


def workers_with_sessions(server: Server) -> set[str]:
    """The process ids of workers that have opened a session."""
    return set(re.findall(r" (\d+) INFO realtime.stream: session_open", server.log))


def test_all_workers_are_counted_together(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=2) as server, ExitStack() as stack:
        clients: list[Client] = []
        while len(workers_with_sessions(server)) < 2 or len(clients) < 20:
            clients.append(stack.enter_context(open_session(server.ws)))
            clients[-1].draw([*SEVEN, *ONE])
            clients[-1].ask("clear")
        session_count = len(clients)
        clients[0].send("no json")
        clients[0].until_closed()
        clients[1].ask("points", stroke=9, x=[1] * 10_001, y=[1] * 10_001, t=[1] * 10_001)
        wait_until(lambda: read_metrics(server)["ink_sessions_open"] == session_count - 1)
        # Every worker gives the same answer, but for what the question itself costs.
        found = [
            {name: value for name, value in read_metrics(server).items() if "process" not in name}
            for _ in range(6)
        ]
        assert all(one == found[0] for one in found)
        seen = found[0]
        assert seen["ink_strokes_answered_total{recognizer=digit}"] == 2 * session_count
        assert seen["ink_answers_total{kind=final}{recognizer=digit}"] == 3 * session_count
        for name in ("wait", "answer"):
            assert seen[f"ink_{name}_seconds_count{{recognizer=digit}}"] == 3 * session_count
        for name in ("raster", "infer"):
            assert seen[f"ink_{name}_seconds_count{{recognizer=digit}}"] == 2 * session_count
            assert 0 < seen[f"ink_{name}_seconds_sum{{recognizer=digit}}"] < 40
        assert (
            seen["ink_wait_seconds_sum{recognizer=digit}"]
            + seen["ink_raster_seconds_sum{recognizer=digit}"]
            + seen["ink_infer_seconds_sum{recognizer=digit}"]
            < seen["ink_answer_seconds_sum{recognizer=digit}"]
        )
        assert seen["ink_errors_total{code=bad_json}"] == 1
        assert seen["ink_errors_total{code=limit}"] == 1
        assert seen["ink_limits_hit_total{setting=message_points}"] == 1
        assert seen["ink_sessions_closed_total{code=1007}"] == 1
        assert "ink_rejected_total{recognizer=digit}" in seen


def test_interim_and_rejected_answers_are_counted(tmp_path: Path) -> None:
    scribble = [(100 + 90 * (i % 2) + i, 100 + (i * 37) % 200) for i in range(60)]
    with serve(tmp_path / "log") as server, open_session(server.ws) as client:
        client.send(points_message(1, 0, scribble[:30]))
        assert not client.receive()["final"]
        client.send(points_message(2, 0, scribble[30:], end=True))
        rejected = client.receive()["rejected"]
        wait_until(
            lambda: read_metrics(server)["ink_answers_total{kind=final}{recognizer=digit}"] == 1
        )
        seen = read_metrics(server)
        assert seen["ink_answers_total{kind=interim}{recognizer=digit}"] == 1
        assert seen["ink_rejected_total{recognizer=digit}"] == rejected == 1


def test_the_sessions_of_a_worker_that_died_are_not_open(tmp_path: Path) -> None:
    with serve(tmp_path / "log", workers=2) as server, ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(open_session(server.ws)).draw(SEVEN)
        # An answer is counted after it is sent.
        wait_until(
            lambda: read_metrics(server)["ink_strokes_answered_total{recognizer=digit}"] == 20
        )
        dead = {process.pid for process in server_processes(server)[1:]}
        for pid in dead:
            os.kill(pid, signal.SIGKILL)
        # Until then who asks may be accepted by one that is about to die.
        wait_until(lambda: not dead & {process.pid for process in server_processes(server)})
        wait_until(
            lambda: (
                "ink_sessions_open" in read_metrics(server)
                and read_metrics(server)["ink_sessions_open"] == 0
            )
        )
        # Counters keep what a dead worker has counted.
        assert read_metrics(server)["ink_strokes_answered_total{recognizer=digit}"] == 20


def test_a_reload_keeps_counters(tmp_path: Path) -> None:
    """Gunicorn reads its configuration anew."""
    with serve(tmp_path / "log") as server:
        with open_session(server.ws) as client:
            client.draw(SEVEN)
        old = server_processes(server)[1].pid
        os.kill(server.process.pid, signal.SIGHUP)
        wait_until(
            lambda: (
                [process.pid for process in server_processes(server)[1:]] not in ([old], [])
                and len(server_processes(server)) == 2
            )
        )
        wait_until(
            lambda: read_metrics(server).get("ink_strokes_answered_total{recognizer=digit}") == 1
        )
        with open_session(server.ws) as client:
            client.draw(SEVEN)
        wait_until(
            lambda: read_metrics(server)["ink_strokes_answered_total{recognizer=digit}"] == 2
        )


def test_the_metrics_folder_is_removed_with_the_service(tmp_path: Path) -> None:
    with serve(tmp_path / "log") as server:
        [folder] = {
            Path(path).parent
            for path in _open_files(server_processes(server)[1].pid)
            if "ink-metrics-" in path
        }
        assert folder.is_dir()
        server.stop()
        assert not folder.exists()


def _open_files(pid: int) -> list[str]:
    """The targets of a process's file descriptors."""
    targets = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        # One may be closed meanwhile.
        with contextlib.suppress(FileNotFoundError):
            targets.append(os.readlink(link))  # noqa: PTH115  # some are no files
    return targets


def test_a_session_is_logged_when_it_opens_and_when_it_closes_and_its_ink_never(
    tmp_path: Path,
) -> None:
    with serve(tmp_path / "log") as server:
        with open_session(server.ws) as client:
            client.send(points_message(1, 0, [(123.4375, 321.8125), (124.4375, 99)], end=True))
            client.receive()
            client.ask("points", stroke=7, x=["123.4375"], y=[1], t=[1])
            name = client.ready["session"]
        wait_until(lambda: "session_closed" in server.log)
        lines = [line for line in server.log.splitlines() if name in line]
        assert len(lines) == 2
        assert re.search(
            rf"realtime.stream: session_open session={name} address=127.0.0.1 sessions=1$", lines[0]
        )
        closed = (
            rf"realtime.stream: session_closed session={name} address=127.0.0.1 "
            r"code=1000 seconds=\d+\.\d answers=1 errors=1 recognize=digit$"
        )
        assert re.search(closed, lines[1])
        for secret in ("123.4375", "321.8125", "124.4375"):
            assert secret not in server.log
