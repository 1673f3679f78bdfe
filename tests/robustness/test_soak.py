"""A short soak, in which 300 users come, draw and vanish; and tests of its checks."""

from pathlib import Path

import gevent
import numpy as np

from benchmarks.soak import leaks
from benchmarks.soak.connection import FATAL_FRAMES, SoakConnection, Tally
from benchmarks.soak.drawings import prepare_drawings
from benchmarks.soak.run import run_soak
from realtime.app import create_app
from realtime.config import Settings
from realtime.protocol import session_file
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import DEFAULT_TASK, Recognizers
from realtime.recognition.registry import ModelRegistry
from tests.support import probe_app, worker_introspection
from tests.support.files import RECORDINGS
from tests.support.robustness_table import RobustnessTable
from tests.support.server import serve
from tests.support.worker_introspection import WorkerState

USERS = 300
# Of `make robustness`, and of all other runs: what leaks with each message is found sooner, too.
SECONDS, FEWER_SECONDS = 60.0, 40.0
# What is left of them after the warm-up and until memory has settled.
FEWEST_MEASURED_S = 19.0
MEGABYTE = 1024 * 1024


def test_300_users_who_come_and_vanish_leave_nothing_behind(
    tmp_path: Path,
    recognizers: Recognizers,
    settings: Settings,
    scale: float,
    robustness: RobustnessTable,
) -> None:
    seconds = SECONDS if scale == 1 else FEWER_SECONDS
    drawings = prepare_drawings(
        [session_file.read_recording(path) for path in RECORDINGS], recognizers, settings.drawing
    )
    result = run_soak(tmp_path / "log", drawings, count=USERS, seconds=seconds, seed=1)
    print(result.summary())
    problems = result.problems()
    assert not problems, "\n".join(problems)
    tally = result.tally
    # With fewer strokes the machine had no time for a soak.
    assert tally.strokes > 20 * seconds
    # These are given when a worker has nothing else to do; the machine may have.
    assert tally.interim > 5 * seconds
    assert tally.visits > 5 * seconds
    assert all(
        tally.left[way]
        for way in ("goodbye", "gone", "reset", "silent", "fatal: too_big", "half a handshake")
    )
    what = (
        f"{USERS} users draw for {seconds:.0f} s, connect, disconnect, vanish, go silent or "
        "misbehave at random: strokes"
    )
    happened = (
        f"all {tally.right:,} final answers right, none lost; "
        "no session, greenlet, descriptor or drawing left, and no memory"
    )
    robustness.add("Soak", what, tally.strokes, happened)


def test_a_drawing_is_freed_however_its_connection_ends(
    tmp_path: Path, recognizers: Recognizers, settings: Settings
) -> None:
    """A stored exception would keep the drawing by its frames until a garbage collection."""
    (drawing,) = prepare_drawings(
        [session_file.read_recording(RECORDINGS[0])], recognizers, settings.drawing
    )
    tally = Tally()
    with serve(tmp_path / "log", application=probe_app.APPLICATION) as server:
        for data, code, close_code in [(b"", "goodbye", 1000), *FATAL_FRAMES]:
            connection = SoakConnection(server.ws, tally)
            connection.send_message(drawing[-1].ink)
            if data:
                connection.send_fatal(data, code)
            else:
                connection.send_close()
            while not connection.is_over:
                connection.receive_events()
            connection.check_settled(code, close_code)
            connection.end(code)
        assert tally.faults == []
        (state,) = worker_introspection.inspect_workers(server, workers=1, collect=False).values()
        assert (state.sessions, state.drawings) == (0, 0)


def memory(seconds: float, *, leak_a_second: float) -> tuple[list[float], list[float]]:
    """The memory of a healthy worker with its garbage collections each minute, and a leak."""
    rng = np.random.default_rng(1)
    at_s = np.arange(0.0, seconds)
    healthy = 50 * MEGABYTE + rng.normal(0, 0.2 * MEGABYTE, len(at_s)) + at_s % 60 / 60 * MEGABYTE
    return at_s.tolist(), (healthy + leak_a_second * at_s).tolist()


def test_a_leak_of_a_kilobyte_a_session_is_found_in_half_an_hour_and_noise_is_not() -> None:
    sessions_a_second = 15
    assert leaks.memory_growth(*memory(1500, leak_a_second=0)) is None
    found = leaks.memory_growth(*memory(1500, leak_a_second=1024 * sessions_a_second))
    assert found is not None
    assert "memory grows by +9" in found


def test_a_leak_of_a_kilobyte_a_message_is_found_in_a_short_soak_and_noise_is_not() -> None:
    leak = 1024 * 2_000  # with so many messages a second
    assert leaks.memory_growth(*memory(FEWEST_MEASURED_S, leak_a_second=0)) is None
    assert leaks.memory_growth(*memory(FEWEST_MEASURED_S, leak_a_second=leak)) is not None


def test_memory_that_falls_is_no_growth() -> None:
    assert leaks.memory_growth(*memory(1500, leak_a_second=-20_000)) is None


def test_objects_that_sessions_leave_are_found() -> None:
    before = {
        1: WorkerState(
            greenlets=2,
            sessions=0,
            drawings=0,
            descriptors=17,
            blocks=273_000,
            heap_bytes=15_000_000,
        )
    }
    caches = {
        1: WorkerState(
            greenlets=2,
            sessions=0,
            drawings=0,
            descriptors=17,
            blocks=273_200,
            heap_bytes=15_030_000,
        )
    }
    assert leaks.unreleased_objects(before, caches) == leaks.unreleased_memory(before, caches) == []
    sessions = 600
    leaky = {
        1: WorkerState(
            greenlets=3,
            sessions=1,
            drawings=1,
            descriptors=18,
            blocks=273_000 + sessions,
            heap_bytes=15_000_000 + 1024 * sessions,
        )
    }
    assert leaks.unreleased_objects(before, leaky) == [
        "worker 1: 3 greenlets, 2 before",
        "worker 1: 1 sessions, 0 before",
        "worker 1: 1 drawings, 0 before",
        "worker 1: 18 descriptors, 17 before",
    ]
    assert leaks.unreleased_memory(before, leaky) == [
        "worker 1: 600 more blocks of memory in use",
        "worker 1: 600 KB more memory in use",
    ]
    assert leaks.unreleased_objects(before, {2: before[1]}) == ["workers [1] became [2]"]


def test_worker_state_counts_greenlets_and_memory(
    recognizer: CharacterRecognizer, settings: Settings
) -> None:
    app = create_app(settings, ModelRegistry({DEFAULT_TASK: recognizer}))
    worker_introspection.add_introspection_route(app)
    client = app.test_client()
    before = client.get("/worker-state?collect").get_json()
    sleeping = gevent.spawn(gevent.sleep, 60)
    gevent.sleep(0)
    small, large = [object() for _ in range(10_000)], bytearray(MEGABYTE)
    after = client.get("/worker-state?collect").get_json()
    gevent.kill(sleeping)
    assert after["greenlets"] == before["greenlets"] + 1
    assert after["blocks"] - before["blocks"] >= len(small)
    assert after["heap_bytes"] - before["heap_bytes"] >= len(large)
