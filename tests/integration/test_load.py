"""Tests of the benchmark's load generator, on which its figures depend."""

import os

from benchmarks.service import load
from realtime.protocol import session_file
from tests.support import processes
from tests.support.files import RECORDINGS
from tests.support.server import Server


def test_each_stroke_is_answered_and_timed(server: Server) -> None:
    drawings = [session_file.read_recording(path) for path in RECORDINGS[:5]]
    measured = load.measure_load(server, drawings, users=6, seconds=1.5, interim=True, seed=1)
    assert measured.lost == 0
    # A stroke that ended just before the measurement may be answered just after.
    assert measured.strokes <= len(measured.latencies) <= measured.strokes + 6
    assert measured.strokes > 3
    assert measured.strokes < measured.interim < measured.messages
    assert measured.messages > 5 * measured.strokes
    assert 0 < min(measured.latencies) < max(measured.latencies) < load.GRACE_S


def test_the_cpu_time_of_a_server_is_that_of_its_processes(server: Server) -> None:
    before = processes.cpu_seconds(server)
    drawings = [session_file.read_recording(path) for path in RECORDINGS[:5]]
    measured = load.measure_load(server, drawings, users=6, seconds=0.5, interim=True, seed=2)
    after = processes.cpu_seconds(server)
    # The processes are the master and two workers, which share the work.
    assert len(before) == len(after) == len(measured.cpu) == 3
    assert all(
        0 <= spent <= later - earlier
        for spent, earlier, later in zip(measured.cpu, before, after, strict=True)
    )
    assert sum(measured.cpu) > 1e-4 * measured.strokes
    times = os.times()
    assert abs(processes.cpu_seconds_of(os.getpid()) - times.user - times.system) < 0.1
