"""Tests of faults while two hundred users draw: workers, weights, disks."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

from realtime.recognition.model_card import MODEL_CARD
from tests.support.drawing import open_session
from tests.support.files import ROOT
from tests.support.processes import server_processes
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve, wait_until
from tests.support.simulated_users import SimulatedUsers, simulate_users
from tests.support.small_disk import small_disk

USERS = 200
# A busy machine may take longer than the default to send so many away.
DRAIN_S = 60


def workers(server: Server) -> list[int]:
    """The process ids of the workers."""
    return [process.pid for process in server_processes(server)[1:]]


def assert_all_answered(users: SimulatedUsers, server: Server) -> None:
    """Assert that each drawing got its right final answer."""
    assert not users.failures, users.failures[:3]
    assert not [wrong for user in users.users for wrong in user.wrong_answers]
    assert "Traceback" not in server.log


def test_users_survive_killed_workers(tmp_path: Path, robustness: RobustnessTable) -> None:
    with serve(tmp_path / "log", workers=2) as server:
        with simulate_users(server.ws, USERS) as users:
            killed = 0
            for _ in range(3):
                os.kill(workers(server)[0], signal.SIGKILL)
                killed += 1
                time.sleep(1.5)
        assert_all_answered(users, server)
        assert users.close_codes[1006] >= USERS / 4
        lost = users.close_codes[1006]
    happened = (
        f"{lost} connections lost, all reconnected with their ink; "
        f"{users.drawings} drawings, each with its right final answer"
    )
    robustness.add(
        "Faults", f"workers killed (`kill -9`) under {USERS} live drawings", killed, happened
    )


def test_users_are_told_when_the_service_ends(tmp_path: Path, robustness: RobustnessTable) -> None:
    with (
        serve(tmp_path / "log", workers=2, INK_DRAIN_S=str(DRAIN_S)) as server,
        simulate_users(server.ws, USERS) as users,
    ):
        start = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=DRAIN_S + 30) == 0
        took_s = time.monotonic() - start
        users.cancel()
        early = [sent_s for user in users.users for sent_s in user.unanswered_s if sent_s < start]
        assert not early
        assert users.close_codes[1001] >= USERS, users.close_codes
        # Connections that were accepted just before the sockets closed are reset.
        assert users.close_codes[1006] <= USERS / 20
        assert "graceful timeout" not in server.log
        assert "Traceback" not in server.log
    happened = (
        "all told `going_away` (1001) after their pending answers; "
        f"ended after {took_s:.1f} s of {DRAIN_S}"
    )
    robustness.add("Faults", "sessions open at SIGTERM", USERS, happened)


def test_users_move_to_new_workers(tmp_path: Path, robustness: RobustnessTable) -> None:
    weights = shutil.copytree(ROOT / "weights", tmp_path / "weights")
    card_file = weights / "digits" / MODEL_CARD
    with serve(tmp_path / "log", workers=2, INK_WEIGHTS=str(weights)) as server:
        old = workers(server)
        with simulate_users(server.ws, USERS) as users:
            card = json.loads(card_file.read_text())
            card_file.write_text(json.dumps({**card, "version": "newer"}))
            start = time.monotonic()
            os.kill(server.process.pid, signal.SIGHUP)
            wait_until(lambda: not set(workers(server)) & set(old))
            took_s = time.monotonic() - start
            # The second reload finds corrupt weights.
            served = weights / "digits" / "digits.float32.tflite"
            served.write_bytes(served.read_bytes()[:-1] + b"x")
            os.kill(server.process.pid, signal.SIGHUP)
            wait_until(lambda: "the old weights stay" in server.log)
            wait_until(lambda: all("newer" in user.versions for user in users.users))
        assert_all_answered(users, server)
        assert users.close_codes[1001] >= USERS, users.close_codes
        assert not users.close_codes[1006]
        with open_session(server.ws) as client:
            assert client.ready["model"]["version"] == "newer"
    drawn = f"{users.drawings} drawings, each with its right final answer"
    happened = (
        f"all told `going_away` (1001), none lost; {drawn}; the old workers gone in {took_s:.1f} s"
    )
    robustness.add(
        "Faults",
        "sessions open at SIGHUP with new weights, then with corrupt ones",
        USERS,
        happened,
    )


def test_users_draw_on_when_the_disk_is_full(tmp_path: Path, robustness: RobustnessTable) -> None:
    with (
        small_disk(tmp_path / "disk", "256k") as disk,
        serve(tmp_path / "log", INK_RECORDINGS=str(disk)) as server,
    ):
        with simulate_users(server.ws, 20) as users:
            wait_until(lambda: "No space left on device" in server.log)
            drawn = users.drawings
            wait_until(lambda: users.drawings > drawn + 20)
        assert_all_answered(users, server)
    happened = (
        "recording ends and is logged, drawing goes on: "
        f"{users.drawings} drawings, each with its right final answer"
    )
    robustness.add("Faults", "sessions recorded until the disk is full", len(users.users), happened)
