"""Tests of the files that workers count in: they stay few, and no count is lost with a worker."""

import json
import os
import signal
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from realtime.metrics.folder import FILE_BYTES
from tests.support.drawing import SEVEN, Json, open_session
from tests.support.metrics import read_metrics
from tests.support.processes import server_processes
from tests.support.server import Server, serve, wait_until
from tests.support.small_disk import fill, in_place_of, small_disk

STROKES = "ink_strokes_answered_total{recognizer=digit}"
WAITS = "ink_wait_seconds_count{recognizer=digit}"
RESTARTS = 20


SHARED_MEMORY = "/dev/shm"  # noqa: S108


@contextmanager
def serve_with_small_memory(folder: Path) -> Iterator[tuple[Server, Path]]:
    """The service, whose shared memory is a small disk, and the folder that it counts in."""
    with (
        small_disk(folder / "shm", "2m") as small,
        serve(folder / "log", prefix=in_place_of(SHARED_MEMORY, small)) as server,
    ):
        [counts] = small.glob("ink-metrics-*")
        yield server, counts
        assert "Traceback" not in server.log


def readiness(server: Server) -> Json:
    with urllib.request.urlopen(f"{server.http}/readyz", timeout=30) as response:  # noqa: S310
        answer: Json = json.load(response)
    return answer


def draw(server: Server) -> None:
    with open_session(server.ws) as client:
        client.draw(SEVEN)


def restart_worker(server: Server, number: int) -> None:
    [old] = server_processes(server)[1:]
    os.kill(old.pid, number)
    wait_until(lambda: server_processes(server)[1:] not in ([old], []))


def test_restarts_leave_few_files_and_lose_no_count(tmp_path: Path) -> None:
    with serve_with_small_memory(tmp_path) as (server, folder):
        counts: list[float] = []
        for restart in range(RESTARTS):
            draw(server)
            # An answer is counted after it is sent.
            wait_until(lambda: read_metrics(server).get(STROKES, 0) == restart + 1)  # noqa: B023
            seen = read_metrics(server)
            counts.append(seen[STROKES])
            assert seen[WAITS] == restart + 1
            restart_worker(server, signal.SIGKILL if restart % 5 else signal.SIGTERM)
        wait_until(lambda: read_metrics(server).get(STROKES) == RESTARTS)
        assert counts == sorted(counts)
        # Counters and histograms of those that ended, and what the one that lives counts in.
        [alive] = server_processes(server)[1:]
        owners = Counter(file.stem.rpartition("_")[2] for file in folder.glob("*.db"))
        assert owners.keys() == {"ended", str(alive.pid)}
        assert owners["ended"] == 2
        # None has outgrown the room that was taken for it; merged files get the room of both.
        assert {file.stat().st_size for file in folder.glob(f"*_{alive.pid}.db")} == {FILE_BYTES}
        assert all(file.stat().st_size <= 2 * FILE_BYTES for file in folder.glob("*_ended.db"))


def test_a_worker_that_starts_on_a_full_disk_draws_all_the_same(tmp_path: Path) -> None:
    with serve_with_small_memory(tmp_path) as (server, folder):
        draw(server)
        wait_until(lambda: read_metrics(server)[STROKES] == 1)
        ballast = fill(folder.parent)
        # Whoever counts already has taken the room for all it will count.
        with open_session(server.ws) as client:
            client.send("no json")
            client.until_closed()
        draw(server)
        wait_until(lambda: read_metrics(server)[STROKES] == 2)
        assert read_metrics(server)["ink_errors_total{code=bad_json}"] == 1
        restart_worker(server, signal.SIGKILL)
        draw(server)
        assert "for the counts of one of the workers" in readiness(server)["missing"][0]
        assert "no room in" in server.log
        # What was counted before is still there.
        assert read_metrics(server)[STROKES] == 2
        ballast.unlink()
        restart_worker(server, signal.SIGTERM)
        draw(server)
        wait_until(lambda: read_metrics(server)[STROKES] == 3)
        assert "missing" not in readiness(server)
        assert "SIGBUS" not in server.log
