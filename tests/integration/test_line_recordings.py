"""Tests of recorded, replayed and stored lines: what they mean is their text."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from realtime.errors import SampleError
from realtime.protocol.session_file import Recording, read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recordings.replay import differences, replay_in_process
from realtime.samples.submission import read_submission
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import Json, open_session
from tests.support.files import ROOT
from tests.support.line_ink import written_points
from tests.support.samples import export_store, request_ink, session_file, submission
from tests.support.server import Server, serve, wait_until

CONFIG: Json = {"type": "config", "recognize": "line", "top": 5}


def line_session(text: str) -> Json:
    """A session file of a line."""
    session = session_file(written_points(text))
    session["messages"].insert(0, {"at": 0, "send": CONFIG})
    return session


def test_a_recorded_line_is_replayed(tmp_path: Path, recognizers: Recognizers) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    with serve(tmp_path / "log", INK_RECORDINGS=str(folder)) as server:
        with open_session(server.ws) as client:
            client.send(CONFIG)
            client.draw(written_points("205"))
            assert client.ask("correct", strokes=[1], label="6")["text"] == "265"
            client.ask("undo")
            client.ask("redo")
        wait_until(lambda: bool(list(folder.glob("*.json"))))
        [file] = folder.iterdir()
        recorded = read_recording(file)
        assert recorded.recognize == "line"
        assert recorded.finals[max(recorded.finals)].text == "265"
        replayed = replay_in_process(recorded, recognizers, DrawingLimits())
        assert differences(recorded, replayed) == []
        labelled = msgspec.structs.replace(recorded, label="265")
        assert differences(labelled, replayed) == []
        [wrong] = differences(msgspec.structs.replace(recorded, label="205"), replayed)
        assert str(wrong) == "last answer: 265, drawn was 205"
        command = [sys.executable, "-m", "realtime", "replay", str(file)]
        for more in ([], ["--url", server.ws]):
            done = subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True)
            assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 same, 0 differ")


def test_a_line_is_stored_with_its_text(
    sample_server: Server, file: Path, tmp_path: Path, recognizers: Recognizers
) -> None:
    session = line_session("205")
    session["messages"] += [
        {"at": 9, "send": {"type": "correct", "seq": 90, "strokes": [1], "label": "6"}},
        {"at": 9, "send": {"type": "clear", "seq": 91}},
        {"at": 9, "send": {"type": "undo", "seq": 92}},
    ]
    line = submission(label="265", session=session)
    nothing = submission(label=None, session=line_session("2"))
    numbers = []
    for given in (line, nothing, submission()):
        status, answer, _ = request_ink(sample_server, "POST", given)
        assert status == 201, answer
        numbers.append(answer["id"])
    exported = [json.loads(one) for one in export_store(file, "--lines").splitlines()]
    assert {"265", ""} <= {one["label"] for one in exported}
    # Whoever trains on single digits gets none of them.
    digits = [json.loads(one) for one in export_store(file).splitlines()]
    assert not {one["writer"] for one in digits} & {one["writer"] for one in exported}
    assert "7" in [one["label"] for one in digits]
    export_store(file, "--sessions", str(tmp_path))
    [saved] = tmp_path.glob(f"*-{numbers[0]}.json")
    kept = read_recording(saved)
    assert (kept.label, kept.recognize) == ("265", "line")
    replayed = replay_in_process(kept, recognizers, DrawingLimits())
    assert replayed[max(replayed)].text == "265"


@pytest.mark.parametrize(
    ("label", "limit"), [("", None), ("20Z", None), ("2 0 5", None), ("2" * 101, 100)]
)
def test_a_text_that_no_line_has_is_refused(
    sample_server: Server, label: str, limit: int | None
) -> None:
    given = submission(label=label, session=line_session("205"))
    status, answer, _ = request_ink(sample_server, "POST", given)
    error = answer["error"]
    assert (status, error["code"], error["field"]) == (400, "bad_message", "label")
    assert error.get("limit") == limit


@pytest.mark.parametrize(
    ("task", "label", "is_taken"),
    [
        ("character", "A", True),
        ("character", "AB", False),
        ("character", "√", False),
        ("text", "the cat", True),
        ("text", "√", False),
        ("math", "x^2", True),
        ("math", "∑_(i=1)^n i", True),
        ("math", "x\n2", False),
    ],
)
def test_a_label_is_one_that_its_task_has(
    recognizers: Recognizers, task: str, label: str, is_taken: bool
) -> None:
    if task not in recognizers:
        pytest.skip(f"there is no model for {task}")
    session = session_file(written_points("2"))
    session["messages"].insert(0, {"at": 0, "send": {"type": "config", "recognize": task}})
    body = json.dumps(submission(label=label, session=session)).encode()
    if is_taken:
        assert read_submission(body, recognizers, DrawingLimits()).label == label
        return
    with pytest.raises(SampleError) as caught:
        read_submission(body, recognizers, DrawingLimits())
    assert caught.value.field == "label"


def test_a_digit_has_no_text(sample_server: Server) -> None:
    status, answer, _ = request_ink(sample_server, "POST", submission(label="77"))
    assert (status, answer["error"]["field"]) == (400, "label")


def test_older_files_are_of_digits() -> None:
    for messages in ([], [{"at": 0, "send": {"type": "undo", "seq": 1}}]):
        text = json.dumps({"format": "ink-session", "v": 1, "messages": messages})
        assert msgspec.json.decode(text, type=Recording).recognize == "digit"
