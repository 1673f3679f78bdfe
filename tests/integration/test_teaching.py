"""Tests of teaching over the stream `/ws`, with the client of another implementation."""

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from realtime.protocol.session_file import read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recordings.replay import differences, replay_in_process
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import (
    HOOK,
    HOOK_AGAIN,
    ONE,
    SEVEN,
    Client,
    Json,
    Point,
    example_of,
    ink_message,
    open_session,
)
from tests.support.files import ROOT
from tests.support.server import Server, serve, wait_until

SHAPES = (HOOK, SEVEN, ONE)


def show(client: Client, strokes: list[list[Point]]) -> Json:
    return client.ask("ink", strokes=ink_message(0, strokes)["strokes"])


def tops(client: Client) -> list[Json]:
    """What is answered to each shape."""
    return [show(client, shape)["top"] for shape in SHAPES]


def test_ready_says_that_digits_can_be_taught(server: Server) -> None:
    with open_session(server.ws) as client:
        assert client.ready["teaches"] is True
        assert client.ready["limits"]["examples"] == 200
        assert client.ready["limits"]["example_points"] == 1000


def test_one_correction_and_the_next_one_like_it_is_right(server: Server) -> None:
    with open_session(server.ws) as client:
        before = client.draw(HOOK)
        assert (before["top"][0]["label"], "learnt" in before) == ("7", False)
        taught = client.ask("teach", label="1")
        assert (taught["top"][0]["label"], taught["learnt"], taught["final"]) == ("1", True, True)
        client.ask("clear")
        again = client.draw(HOOK_AGAIN, first_stroke=3)
        assert (again["top"][0]["label"], again["learnt"]) == ("1", True)
        forgotten = client.ask("forget")
        assert (forgotten["top"][0]["label"], "learnt" in forgotten) == ("7", False)


def test_what_was_taught_comes_back_with_the_next_connection(server: Server) -> None:
    with open_session(server.ws) as client:
        client.send({"type": "config"})
        empty = client.ask("examples", examples=[example_of(HOOK, "1")] * 100)
        assert (empty["empty"], empty["final"]) == (True, True)
        client.ask("examples", examples=[example_of(SEVEN, "7")] * 100)
        again = client.draw(HOOK_AGAIN)
        assert (again["top"][0]["label"], again["learnt"]) == ("1", True)
        error = client.ask("examples", examples=[example_of(ONE, "1")])
        assert (error["code"], error["field"], error["limit"]) == ("limit", "examples", 200)
        assert not error["fatal"]
        assert client.ask("redo")["top"] == again["top"]


def test_errors_name_the_field_and_leave_the_drawing(server: Server) -> None:
    with open_session(server.ws) as client:
        assert client.ask("teach", label="1")["code"] == "bad_order"
        before = client.draw(HOOK)
        error = client.ask("teach", label="x")
        assert (error["code"], error["field"], error["fatal"]) == ("bad_message", "label", False)
        some = [example_of(HOOK, "1"), example_of(HOOK, "x")]
        assert client.ask("examples", examples=some)["field"] == "examples[1].label"
        assert client.ask("redo")["top"] == before["top"]


def test_people_side_by_side_learn_nothing_of_each_other(server: Server) -> None:
    """One teaches nonsense twenty times while others of both workers draw."""
    with open_session(server.ws) as client:
        untaught = tops(client)

    def teach_nonsense(client: Client) -> None:
        chosen = random.Random(3)
        for _ in range(20):
            show(client, chosen.choice(SHAPES))
            client.ask("teach", label=chosen.choice("0234568"))
        assert tops(client) != untaught

    with (
        ThreadPoolExecutor() as people,
        open_session(server.ws) as teacher,
        open_session(server.ws) as first,
        open_session(server.ws) as second,
        open_session(server.ws) as third,
    ):
        teaching = people.submit(teach_nonsense, teacher)
        bystanders = (first, second, third)
        while not teaching.done():
            for seen in people.map(tops, bystanders):
                assert seen == untaught
        teaching.result()
        for one in bystanders:
            assert tops(one) == untaught
            assert "learnt" not in one.ask("redo")
        with open_session(server.ws) as newcomer:
            assert tops(newcomer) == untaught
        teacher.ask("forget")
        assert tops(teacher) == untaught


def test_a_taught_session_is_recorded_and_replayed(
    tmp_path: Path, recognizers: Recognizers
) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    with serve(tmp_path / "log", INK_RECORDINGS=str(folder)) as server:
        with open_session(server.ws) as client:
            client.send({"type": "config"})
            client.ask("examples", examples=[example_of(SEVEN, "7")])
            client.draw(HOOK)
            assert client.ask("teach", label="x")["code"] == "bad_message"
            client.ask("teach", label="1")
            client.ask("clear")
            assert client.draw(HOOK_AGAIN, first_stroke=5)["top"][0]["label"] == "1"
        wait_until(lambda: bool(list(folder.glob("*.json"))))
        [file] = folder.iterdir()
        recorded = read_recording(file)
        last = recorded.finals[max(recorded.finals)]
        assert (last.top[0].label, last.learnt) == ("1", True)
        replayed = replay_in_process(recorded, recognizers, DrawingLimits())
        assert differences(recorded, replayed) == []
        assert replayed[max(replayed)].learnt is True
        command = [sys.executable, "-m", "realtime", "replay", str(file)]
        for more in ([], ["--url", server.ws]):
            done = subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True)
            assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 same, 0 differ")


def test_the_limits_are_settings(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        serve(log, INK_EXAMPLES="1", INK_EXAMPLE_POINTS="6") as server,
        open_session(server.ws) as client,
    ):
        assert client.ready["limits"]["examples"] == 1
        assert client.ready["limits"]["example_points"] == 6
        error = client.ask("examples", examples=[example_of([*HOOK, *ONE], "1")])
        assert (error["field"], error["limit"]) == ("examples[0].strokes", 6)
        assert client.ask("examples", examples=[example_of(HOOK, "1")])["final"]
        client.draw(SEVEN)
        error = client.ask("teach", label="7")
        assert (error["code"], error["field"], error["limit"]) == ("limit", "examples", 1)


def test_an_example_counts_as_a_message(tmp_path: Path) -> None:
    """To learn one takes as long as to answer."""
    with (
        serve(tmp_path / "log", INK_MESSAGES_PER_S="5", INK_MESSAGES_BURST="60") as server,
        open_session(server.ws) as client,
    ):
        dots = [example_of([[(1, 1), (1, 50)]], "1")] * 100
        answers = [client.ask("examples", examples=dots)]
        for _ in range(3):
            answers += [client.ask("forget"), client.ask("examples", examples=dots)]
        assert answers[0]["final"], "what comes after a connection is taken, and is no flood"
        refused = [one for one in answers if one["type"] == "error"]
        assert {one["code"] for one in refused} == {"rate"}
        assert not any(one["fatal"] for one in refused)
