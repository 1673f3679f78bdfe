"""What breaks while two hundred people draw: workers, weights, disks. Every drawing gets its final answer."""

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

PEOPLE = 200


def workers(server: Server) -> list[int]:
    return [process.pid for process in server_processes(server)[1:]]


def assert_all_answered(users: SimulatedUsers, server: Server) -> None:
    assert not users.failures, users.failures[:3]
    assert not [wrong for user in users.users for wrong in user.wrong_answers]
    assert "Traceback" not in server.log


def test_workers_are_killed(tmp_path: Path, robustness: RobustnessTable) -> None:
    with serve(tmp_path / "log", workers=2) as server:
        with simulate_users(server.ws, PEOPLE) as users:
            killed = 0
            for _ in range(3):
                os.kill(workers(server)[0], signal.SIGKILL)
                killed += 1
                time.sleep(1.5)
        assert_all_answered(users, server)
        assert users.close_codes[1006] >= PEOPLE / 4
        lost = users.close_codes[1006]
    happened = f"{lost} connections lost, all reconnected with their ink; {users.drawings} drawings, each with its right final answer"
    robustness.add(
        "Faults", f"workers killed (`kill -9`) under {PEOPLE} live drawings", killed, happened
    )


def test_the_service_ends(tmp_path: Path, robustness: RobustnessTable) -> None:
    with serve(tmp_path / "log", workers=2) as server, simulate_users(server.ws, PEOPLE) as users:
        start = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=30) == 0
        took_s = time.monotonic() - start
        users.cancel()
        early = [sent_s for user in users.users for sent_s in user.unanswered_s if sent_s < start]
        assert not early
        assert users.close_codes[1001] >= PEOPLE
        # Who had been accepted, and no more, when the sockets closed, is reset.
        assert users.close_codes[1006] <= PEOPLE / 20
        assert took_s < 10
        assert "graceful timeout" not in server.log
        assert "Traceback" not in server.log
    happened = f"all told `going_away` (1001) after the answers they were owed; ended after {took_s:.1f} s of 10"
    robustness.add("Faults", "sessions open at SIGTERM", PEOPLE, happened)


def test_new_workers_take_over(tmp_path: Path, robustness: RobustnessTable) -> None:
    weights = shutil.copytree(ROOT / "weights", tmp_path / "weights")
    card_file = weights / "digits" / MODEL_CARD
    with serve(tmp_path / "log", workers=2, INK_WEIGHTS=str(weights)) as server:
        old = workers(server)
        with simulate_users(server.ws, PEOPLE) as users:
            card = json.loads(card_file.read_text())
            card_file.write_text(json.dumps({**card, "version": "newer"}))
            start = time.monotonic()
            os.kill(server.process.pid, signal.SIGHUP)
            wait_until(lambda: not set(workers(server)) & set(old))
            took_s = time.monotonic() - start
            # And once more, with weights that do not belong together.
            served = weights / "digits" / "digits.float32.tflite"
            served.write_bytes(served.read_bytes()[:-1] + b"x")
            os.kill(server.process.pid, signal.SIGHUP)
            wait_until(lambda: "the old weights stay" in server.log)
            time.sleep(2)
        assert_all_answered(users, server)
        assert users.close_codes[1001] >= PEOPLE
        assert not users.close_codes[1006]
        assert all("newer" in user.versions for user in users.users)
        with open_session(server.ws) as client:
            assert client.ready["model"]["version"] == "newer"
    drawn = f"{users.drawings} drawings, each with its right final answer"
    happened = (
        f"all told `going_away` (1001), none lost; {drawn}; the old workers gone in {took_s:.1f} s"
    )
    robustness.add(
        "Faults",
        "sessions open at SIGHUP with new weights, then with corrupt ones",
        PEOPLE,
        happened,
    )


def test_the_disk_is_full(tmp_path: Path, robustness: RobustnessTable) -> None:
    with (
        small_disk(tmp_path / "disk", "256k") as disk,
        serve(tmp_path / "log", INK_RECORDINGS=str(disk)) as server,
    ):
        with simulate_users(server.ws, 20) as users:
            wait_until(lambda: "No space left on device" in server.log)
            drawn = users.drawings
            time.sleep(2)
        assert users.drawings > drawn
        assert_all_answered(users, server)
    happened = f"recording ends and is logged, drawing goes on: {users.drawings} drawings, each with its right final answer"
    robustness.add("Faults", "sessions recorded until the disk is full", len(users.users), happened)
