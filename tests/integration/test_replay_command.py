"""Tests of the replay command: files that cannot be read, a token, limits of the server."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from realtime.protocol import messages
from realtime.protocol.session_file import read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recordings.replay import replay_in_process
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import open_session
from tests.support.files import RECORDINGS, ROOT
from tests.support.server import Server, free_port, serve

GOOD = RECORDINGS[0]
TOKEN = "Seven-7.of_9~"  # noqa: S105  # of a server that lives for seconds


def replay(
    *arguments: str | Path, token: str | None = None, timeout_s: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the command, with a token in its environment if there is one. It never tells a trace."""
    environment = {name: value for name, value in os.environ.items() if name != "INK_TOKEN"}
    if token is not None:
        environment["INK_TOKEN"] = token
    done = subprocess.run(
        [sys.executable, "-m", "realtime", "replay", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return done


def make_folder(path: Path) -> None:
    """A folder, where a file was meant."""
    path.mkdir()


def session(*entries: dict[str, Any]) -> bytes:
    """A session file of these entries."""
    return json.dumps({"format": "ink-session", "v": 1, "messages": entries}).encode()


TEXT = GOOD.read_text()
# What is there instead of a session file, and a word that has to be said of it.
UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _: None, "no such file"),
    "folder": (make_folder, "a folder"),
    "pipe": (os.mkfifo, "no regular file"),
    "empty": (lambda path: path.write_bytes(b""), "empty"),
    "cut": (lambda path: path.write_text(TEXT[: len(TEXT) // 2]), "cut short"),
    "bom": (lambda path: path.write_text(TEXT, "utf-8-sig"), "byte order mark"),
    "utf-16": (lambda path: path.write_text(TEXT, "utf-16"), "UTF-16"),
    "utf-16 without a mark": (lambda path: path.write_text(TEXT, "utf-16-be"), "UTF-16"),
    "latin-1": (
        lambda path: path.write_text(TEXT.replace('"label"', '"é": 1, "label"'), "cp1252"),
        "UTF-8",
    ),
    "picture": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "UTF-8"),
    "other JSON": (lambda path: path.write_text('{"format": "ink"}'), "session file"),
    "list": (lambda path: path.write_text("[]"), "session file"),
    "nested": (lambda path: path.write_text('{"x": ' + "[" * 100_000), "nested"),
    "nested within": (
        lambda path: path.write_text(
            TEXT.replace('"seq"', f'"deep": {"[" * 9999}{"]" * 9999}, "seq"')
        ),
        "nested",
    ),
    "answer of another kind": (
        lambda path: path.write_bytes(
            session({"at": 1, "recv": {"type": "prediction", "seq": "x"}})
        ),
        "messages[0].recv",
    ),
}


@pytest.mark.parametrize("over_the_wire", [False, True], ids=["in process", "over the wire"])
def test_what_cannot_be_read_is_named_and_the_others_are_replayed(
    tmp_path: Path, server: Server, over_the_wire: bool
) -> None:
    for name, (make, _) in UNREADABLE.items():
        make(tmp_path / f"{name}.json")
    paths = [tmp_path / f"{name}.json" for name in UNREADABLE]
    where = ["--url", server.ws] if over_the_wire else []
    done = replay(*paths, GOOD, *where)
    assert done.returncode == 2
    assert f"1 same, 0 differ, {len(paths)} skipped" in done.stdout
    for path, (_, word) in zip(paths, UNREADABLE.values(), strict=True):
        said = done.stdout.partition(f"skipped  {path}: ")[2].partition("\n")[0]
        assert word in said, (path.name, said)


def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    done = replay(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"), GOOD)
    assert done.returncode == 2
    assert "\\udcff.json" in done.stdout


def test_the_exit_code_tells_a_difference_from_a_file_that_was_skipped(tmp_path: Path) -> None:
    wrong = json.loads(TEXT)
    wrong["label"] = "8" if wrong["label"] != "8" else "3"
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    missing = tmp_path / "missing.json"
    assert replay(GOOD).returncode == 0
    assert replay(GOOD, tmp_path / "wrong.json", missing).returncode == 1
    assert replay(GOOD, missing).returncode == 2
    assert replay().returncode == 2
    help_text = " ".join(replay("--help").stdout.split())
    assert "0 all answers are the same" in help_text
    assert "INK_TOKEN" in help_text


@pytest.mark.parametrize("over_the_wire", [False, True], ids=["in process", "over the wire"])
def test_a_message_that_is_refused_ends_its_file_alone(
    tmp_path: Path, server: Server, over_the_wire: bool
) -> None:
    path = tmp_path / "refused.json"
    path.write_bytes(
        session(
            {"at": 0, "send": {"type": "erase", "seq": 1, "stroke": 4}},
            {"at": 1, "recv": final_answer(1)},
        )
    )
    done = replay(path, GOOD, *(["--url", server.ws] if over_the_wire else []))
    assert done.returncode == 2
    assert "1 same, 0 differ, 1 skipped" in done.stdout
    assert "unknown_stroke: there is no stroke 4" in done.stdout


def final_answer(seq: int) -> dict[str, Any]:
    """A final answer to an empty canvas."""
    spent = {"wait": 0, "raster": 0, "infer": 0}
    answer = {"type": "prediction", "seq": seq, "final": True, "strokes": 0, "us": spent}
    return answer | {"empty": True, "rejected": False, "top": []}


@pytest.fixture(scope="module")
def token_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with a token."""
    with serve(tmp_path_factory.mktemp("token") / "log", INK_TOKEN=TOKEN) as running:
        yield running


def test_a_token_is_taken_from_the_environment_or_the_command(token_server: Server) -> None:
    url = ["--url", token_server.ws]
    assert replay(GOOD, *url, token=TOKEN).returncode == 0
    assert replay(GOOD, *url, "--token", TOKEN).returncode == 0
    assert replay(GOOD, *url, "--token", TOKEN, token=TOKEN[:-1]).returncode == 0


def test_without_the_token_it_says_what_to_do(token_server: Server) -> None:
    for token in (None, TOKEN[:-1]):
        done = replay(GOOD, GOOD, "--url", token_server.ws, token=token)
        assert done.returncode == 2
        assert "401" in done.stderr
        assert "INK_TOKEN" in done.stderr
    done = replay(GOOD, "--url", token_server.ws, "--token", "not a token\n")
    assert done.returncode == 2
    assert "INK_TOKEN" in done.stderr


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://127.0.0.1:1/ws", "ws://"),
        ("localhost:8000", "ws://"),
        ("ws://[::1/ws", "ws://"),
        ("ws://127.0.0.1:99999/ws", "ws://"),
        ("ws://127.0.0.1:1/ws#fragment", "ws://"),
        ("ws://nowhere.invalid/ws", "nowhere.invalid"),
    ],
)
def test_an_address_that_cannot_be_reached_is_said_once(url: str, word: str) -> None:
    done = replay(GOOD, GOOD, "--url", url)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert word in done.stderr


def test_a_server_that_is_down_or_no_server_of_ours_is_said_once(server: Server) -> None:
    for url, word in (
        (f"ws://127.0.0.1:{free_port()}/ws", "refused"),
        (f"{server.ws}/elsewhere", "404"),
        (server.ws.removesuffix("ws"), "HTTP 200"),
    ):
        done = replay(GOOD, GOOD, "--url", url)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1, done.stderr
        assert word in done.stderr


def test_a_setting_that_is_junk_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INK_WEIGHTS", "/nowhere")
    done = replay(GOOD)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "/nowhere" in done.stderr
    monkeypatch.setenv("PORT", "eighty")
    assert "PORT" in replay(GOOD).stderr


def long_session(size: int, *, strokes: int = 40, points: int = 1) -> bytes:
    """A drawing of so many messages, with an edit now and then that only the history can undo."""
    sent: list[dict[str, Any]] = []
    part = size // strokes
    for stroke in range(strokes):
        for number in range(part):
            at = {"x": [number % 400] * points, "y": [stroke * 9] * points, "t": [number] * points}
            end = number == part - 1
            sent.append({"type": "points", "stroke": stroke, **at, "end": end})
        if stroke % 10 == 9:
            sent += [{"type": "clear"}, {"type": "undo"}, {"type": "redo"}]
    return session(*({"at": 0, "send": {**message, "seq": i}} for i, message in enumerate(sent)))


def add_answers(path: Path, recognizers: Recognizers) -> None:
    """Add the answers that it gets in process to a session file."""
    answers = replay_in_process(read_recording(path), recognizers, DrawingLimits())
    whole = json.loads(path.read_text())
    whole["messages"] += [
        {"at": 1, "recv": json.loads(messages.encode(answer))} for answer in answers.values()
    ]
    path.write_text(json.dumps(whole))


def test_eleven_minutes_of_drawing_are_replayed_at_the_pace_that_the_server_takes(
    tmp_path: Path, server: Server, recognizers: Recognizers
) -> None:
    path = tmp_path / "long.json"
    path.write_bytes(long_session(3_600))
    add_answers(path, recognizers)
    done = replay(path, GOOD, "--url", server.ws)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 same, 0 differ" in done.stdout
    assert "messages a second are taken" in done.stderr, "the server has refused none"


def test_a_large_drawing_whose_messages_count_as_several_is_sent_ever_slower(
    tmp_path: Path, recognizers: Recognizers
) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(long_session(100, strokes=4, points=100))
    add_answers(path, recognizers)
    limits = {"INK_MESSAGES_PER_S": "400", "INK_MESSAGES_BURST": "40"}
    with serve(tmp_path / "log", environment=limits) as server:
        done = replay(path, "--url", server.ws)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr.count("messages a second are taken") > 1, "one refusal was enough"


def test_a_server_that_is_full_is_waited_for(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_SESSIONS="1") as server:
        with open_session(server.ws):
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "realtime", "replay"),
                    *(str(GOOD), "--url", server.ws),
                ],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            assert process.stderr
            said = process.stderr.readline()
            assert "full" in said
            assert "waiting" in said
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output


def test_ctrl_c_ends_a_replay_that_waits(tmp_path: Path) -> None:
    with (
        serve(tmp_path / "log", INK_SESSIONS="1", INK_MODELS="digit") as server,
        open_session(server.ws),
    ):
        process = subprocess.Popen(
            [*(sys.executable, "-m", "realtime", "replay"), *(str(GOOD), "--url", server.ws)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            # Who runs the tests in the background may ignore it, and a process inherits that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stderr
        assert "full" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in errors) == (130, False), errors
