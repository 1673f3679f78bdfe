"""Tests of single letters and signs over the stream `/ws` (`recognize: "character"`)."""

import base64
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest

from realtime.protocol.session_file import read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recordings.replay import differences, replay_in_process
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import EDGE_CASES, SEVEN, Client, Point, open_session, point_columns
from tests.support.files import ROOT
from tests.support.pens import WRITING_STYLES, write_glyph
from tests.support.server import Server, serve, wait_until

PLAIN = "ABDEHMRTabdefhkrt?@#&"


def strokes_of(character: str) -> list[list[Point]]:
    """Strokes of a character by a made-up hand."""
    written = write_glyph(character, WRITING_STYLES["neat"], character)
    return [[(point.x, point.y) for point in stroke.points] for stroke in written]


def configure(client: Client, **fields: object) -> None:
    client.send({"type": "config", "recognize": "character", **fields})


def test_ready_tells_the_labels_of_characters(server: Server) -> None:
    with open_session(server.ws) as client:
        labels = client.ready["recognizers"]["character"]["labels"]
    assert set("0123456789ABCXYZabcxyz.,-+/=()%<>:$\"';*?!#[]&@|^{}~_\\`") <= set(labels)
    # The network has signs of mathematics, too, which are another task's.
    assert not set("√∑∫") & set(labels)


def test_plain_characters_are_read(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, top=5)
        read = ""
        for character in PLAIN:
            client.ask("clear")
            answer = client.draw(strokes_of(character))
            assert not answer["rejected"]
            assert len(answer["top"]) == 5
            assert "text" not in answer
            read += answer["top"][0]["label"]
    assert read == PLAIN


def test_a_dot_is_a_character(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, canvas={"width": 400, "height": 400})
        answer = client.draw([[(200, 200), (201, 202), (202, 202)]])
    assert (answer["top"][0]["label"], answer["rejected"]) == (".", False)


def test_a_letter_grows_with_its_strokes_and_shrinks_again(server: Server) -> None:
    stem, bar, foot = strokes_of("I")
    with open_session(server.ws) as client:
        configure(client)
        client.draw([stem])
        client.draw([bar], first_stroke=1)
        whole = client.draw([foot], first_stroke=2)
        assert whole["top"][0]["label"] == "I"
        assert client.ask("undo")["strokes"] == 2
        assert client.ask("redo")["top"] == whole["top"]
        assert client.ask("erase", stroke=0)["top"] != whole["top"]
        assert client.ask("clear")["empty"]


def test_labels_restrict_the_answer(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, labels=[*"xyz"], top=94)
        answer = client.draw(strokes_of("A"))
    assert {one["label"] for one in answer["top"]} == set("xyz")
    assert sum(one["p"] for one in answer["top"]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("label", ["√", "AB", "", "é"])
def test_a_label_of_another_task_is_refused(server: Server, label: str) -> None:
    with open_session(server.ws) as client:
        configure(client, labels=["A", label])
        error = client.receive()
        assert (error["code"], error["field"], error["fatal"]) == ("bad_message", "labels", False)
        # The session goes on as if nothing had been asked for.
        assert client.draw(SEVEN)["top"][0]["label"] == "7"


def test_interim_answers_and_pictures_come_while_the_pen_moves(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, image=True)
        [stroke] = strokes_of("e")
        half = len(stroke) // 2
        interim = client.ask("points", stroke=0, **point_columns(stroke[:half]))
        assert not interim["final"]
        assert len(interim["top"]) == 3
        final = client.ask("points", stroke=0, **point_columns(stroke[half:]), end=True)
    assert final["final"]
    assert final["top"][0]["label"] == "e"
    _, _, png = final["image"].partition("base64,")
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(png), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.any()


def test_pins_are_refused_as_for_digits(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client)
        client.draw(strokes_of("A"))
        error = client.ask("correct", strokes=[0], label="B")
        assert (error["code"], error["field"]) == ("bad_order", "type")
        assert client.ask("redo")["top"][0]["label"] == "A"


@pytest.mark.parametrize("case", EDGE_CASES)
def test_edge_cases_are_answered(server: Server, case: str) -> None:
    with open_session(server.ws) as client:
        configure(client, top=1000)
        answer = client.draw(EDGE_CASES[case])
        assert answer["final"]
        assert len(answer["top"]) == 94
        assert all(0 <= one["p"] <= 1 for one in answer["top"])


def test_it_is_counted_and_described_by_its_task(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_MODELS="character") as server:
        with open_session(server.ws) as client:
            assert client.draw(strokes_of("A"))["top"][0]["label"] == "A"
        with urllib.request.urlopen(f"{server.http}/readyz", timeout=30) as response:  # noqa: S310
            assert json.load(response)["recognizers"].keys() == {"character"}
        with urllib.request.urlopen(f"{server.http}/metrics", timeout=30) as response:  # noqa: S310
            metrics = response.read().decode()
        wait_until(lambda: "session_closed" in server.log)
        assert "recognize=character" in server.log
    assert 'recognizer="character"' in metrics


def test_a_recorded_session_is_replayed(tmp_path: Path, recognizers: Recognizers) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    with serve(tmp_path / "log", INK_RECORDINGS=str(folder)) as server:
        with open_session(server.ws) as client:
            configure(client, top=5, canvas={"width": 400, "height": 400})
            client.draw(strokes_of("R"))
            client.ask("undo")
            client.ask("redo")
        wait_until(lambda: bool(list(folder.glob("*.json"))))
        [file] = folder.iterdir()
        recorded = read_recording(file)
        assert recorded.recognize == "character"
        replayed = replay_in_process(recorded, recognizers, DrawingLimits())
        assert differences(recorded, replayed) == []
        command = [sys.executable, "-m", "realtime", "replay", str(file)]
        done = subprocess.run(
            [*command, "--url", server.ws], cwd=ROOT, capture_output=True, text=True
        )
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 same, 0 differ")
