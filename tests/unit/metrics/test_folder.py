"""Tests of the folder that workers count in: nothing is lost when they end, and it stays small."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from realtime.metrics.folder import FILE_BYTES, MetricsFolder, counts_of
from tests.support.small_disk import fill, small_disk

# A worker, whose process id is as gunicorn would have it.
COUNTS = """
import os, sys
from pathlib import Path
from realtime.metrics.folder import MetricsFolder
folder = MetricsFolder.__new__(MetricsFolder)
folder.path = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
assert folder.reserve(os.getpid())
from realtime.metrics.service import Metrics
metrics = Metrics()
for _ in range(int(sys.argv[1])):
    metrics.closed(1000)
    metrics._of_task("digit").wait.observe(0.25)
print(os.getpid())
"""
# One that reads, and has no room for counts of its own.
SCRAPE = """
from prometheus_client import values
values.ValueClass = values.MutexValue
from realtime.metrics.service import Metrics
print(Metrics().text().decode())
"""


@contextmanager
def metrics_folder(parent: Path) -> Iterator[MetricsFolder]:
    folder = MetricsFolder(str(parent))
    try:
        yield folder
    finally:
        folder.remove()
        assert not folder.path.exists()


def run(program: str, folder: MetricsFolder, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder.path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def count_in_a_worker(folder: MetricsFolder, times: int) -> int:
    return int(run(COUNTS, folder, str(times)))


def scrape(folder: MetricsFolder) -> str:
    """The counters and histograms of an exposition."""
    lines = run(SCRAPE, folder).splitlines()
    return "\n".join(
        sorted(line for line in lines if line.startswith(("ink_sessions_closed", "ink_wait")))
    )


def files_of_counts(folder: MetricsFolder) -> set[str]:
    return {file.name for file in folder.path.glob("*.db") if not file.name.startswith("gauge")}


def test_merging_changes_no_count(tmp_path: Path) -> None:
    with metrics_folder(tmp_path) as folder:
        for times in (3, 4, 5):
            count_in_a_worker(folder, times)
            before = scrape(folder)
            assert 'code="1000"' in before
            folder.merge_ended([])
            assert scrape(folder) == before
            assert files_of_counts(folder) == {"counter_ended.db", "histogram_ended.db"}
            assert all(file.stat().st_size == FILE_BYTES for file in folder.path.glob("*.db"))
        assert 'ink_sessions_closed_total{code="1000"} 12.0' in scrape(folder)
        assert 'ink_wait_seconds_bucket{le="0.5",recognizer="digit"} 12.0' in scrape(folder)


def test_workers_that_live_are_left_alone(tmp_path: Path) -> None:
    with metrics_folder(tmp_path) as folder:
        alive, ended = count_in_a_worker(folder, 1), count_in_a_worker(folder, 2)
        folder.merge_ended([alive])
        assert f"counter_{alive}.db" in files_of_counts(folder)
        assert f"counter_{ended}.db" not in files_of_counts(folder)
        assert 'ink_sessions_closed_total{code="1000"} 3.0' in scrape(folder)


def test_a_stopped_reader_holds_nobody_up(tmp_path: Path) -> None:
    with metrics_folder(tmp_path) as folder:
        pid = count_in_a_worker(folder, 1)
        with (folder.path / "turn.lock").open("rb") as reader:
            fcntl.flock(reader, fcntl.LOCK_SH)
            folder.merge_ended([])
            assert f"counter_{pid}.db" in files_of_counts(folder)
        folder.merge_ended([])
        assert files_of_counts(folder) == {"counter_ended.db", "histogram_ended.db"}


def test_a_full_disk_loses_no_count_and_ends_no_process(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "2m") as small, metrics_folder(small) as folder:
        pid = count_in_a_worker(folder, 1)
        before = scrape(folder)
        ballast = fill(small)
        assert not folder.reserve(1)
        assert not counts_of(str(folder.path), 1)
        assert not list(folder.path.glob("*_1.db"))
        folder.merge_ended([])
        assert scrape(folder) == before
        assert f"counter_{pid}.db" in files_of_counts(folder)
        ballast.unlink()
        folder.merge_ended([])
        assert scrape(folder) == before
        assert files_of_counts(folder) == {"counter_ended.db", "histogram_ended.db"}


def test_what_a_killed_service_left_is_removed_and_what_lives_is_not(tmp_path: Path) -> None:
    program = (
        "import os, sys; from realtime.metrics.folder import MetricsFolder; "
        "print(MetricsFolder(sys.argv[1]).path, flush=True); os.kill(os.getpid(), 9)"
    )
    with metrics_folder(tmp_path) as living:
        command = [sys.executable, "-c", program, str(tmp_path)]
        killed = subprocess.run(command, capture_output=True, text=True, check=False)
        left = Path(killed.stdout.strip())
        assert left.is_dir()
        with metrics_folder(tmp_path) as own:
            assert set(tmp_path.iterdir()) == {living.path, own.path}
