"""Tests that the page and the server read the same strokes from session files."""

import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realtime.errors import MessageError
from realtime.protocol import messages
from realtime.protocol.session_file import Recording, read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.sessions.session import Session
from realtime.setting_groups import DrawingLimits
from tests.support.files import RECORDINGS, ROOT

Line = list[list[float]]

READ_BY_PAGE = """
import { readFileSync } from "node:fs";
import { readSession, strokesOf } from "./web/core/session-file.js";
const strokes = JSON.parse(readFileSync(0, "utf8")).map((text) => strokesOf(readSession(text)));
const pairsOf = ({ x, y }) => x.map((_, i) => [x[i], y[i]]);
console.log(JSON.stringify(strokes.map((all) => all.map(pairsOf))));
"""
KINDS = ("points", "points", "points", "points", "erase", "undo", "undo", "redo", "clear", "ink")


def by_page(files: Sequence[str]) -> list[list[Line]]:
    """The strokes, as lists of [x, y], that the page's code reads from session files."""
    if not shutil.which("node"):
        pytest.skip("no Node.js")
    command = ["node", "--input-type=module", "--eval", READ_BY_PAGE]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(files), capture_output=True, text=True, check=True
    )
    strokes: list[list[Line]] = json.loads(done.stdout)
    return strokes


def by_server(recording: Recording, recognizers: Recognizers) -> list[Line]:
    """The strokes of the server's session at the end, whatever it refused."""
    session = Session(recognizers, DrawingLimits())
    for _, text in recording.sent:
        try:
            session.apply(messages.decode(text))
        except MessageError as error:
            if error.code not in ("bad_order", "unknown_stroke"):
                raise
    return [stroke.points.round(2).tolist() for stroke in session._drawing.strokes]


def rounded(lines: list[Line]) -> list[Line]:
    """Coordinates with the precision of the server's float32."""
    return [[[round(value, 2) for value in point] for point in line] for line in lines]


def random_session(number: int) -> str:
    """A session of messages, about half of which are valid."""
    rng = random.Random(number)
    sent: list[dict[str, Any]] = []
    for seq in range(rng.randint(1, 40)):
        kind = rng.choice(KINDS)
        message: dict[str, Any] = {"type": kind, "seq": seq if rng.random() < 0.95 else 0}
        if kind in ("points", "erase"):
            message["stroke"] = rng.randint(0, 4)
        if kind == "points":
            message |= columns(rng, rng.randint(1, 4)) | {"end": rng.random() < 0.7}
        if kind == "ink":
            message["strokes"] = [columns(rng, rng.randint(1, 3)) for _ in range(rng.randint(0, 3))]
        sent.append(message)
    return json.dumps(
        {
            "format": "ink-session",
            "v": 1,
            "messages": [{"at": at, "send": message} for at, message in enumerate(sent)],
        }
    )


def columns(rng: random.Random, count: int) -> dict[str, list[int]]:
    """Points none of which equals the one before, which the page would leave out."""
    x = rng.sample(range(400), count)
    return {"x": x, "y": [rng.randint(0, 400) for _ in x], "t": [10 * i for i in range(count)]}


def test_page_and_server_read_the_same_from_recordings(recognizers: Recognizers) -> None:
    page = by_page([path.read_text() for path in RECORDINGS])
    for path, strokes in zip(RECORDINGS, page, strict=True):
        assert rounded(strokes) == rounded(by_server(read_recording(path), recognizers)), path.stem


def test_page_and_server_read_the_same_from_anything(recognizers: Recognizers) -> None:
    files = [random_session(number) for number in range(400)]
    server = [by_server(msgspec.json.decode(file, type=Recording), recognizers) for file in files]
    # Equality says little unless many sessions have strokes.
    assert sum(len(strokes) > 1 for strokes in server) > 100
    for number, (one, other) in enumerate(zip(by_page(files), server, strict=True)):
        assert rounded(one) == rounded(other), f"random_session({number})"


def test_the_page_writes_what_the_server_replays(tmp_path: Path, recognizers: Recognizers) -> None:
    program = """
        import { readFileSync } from "node:fs";
        import { jsonOf } from "./web/page/export.js";
        import { readSession, sessionOfStrokes, strokesOf } from "./web/core/session-file.js";
        const { canvas, label, messages } = readSession(readFileSync(0, "utf8"));
        const { top: [best], rejected } = messages.at(-1).recv;
        const strokes = strokesOf({ messages });
        const about = { answer: { ...best, rejected }, label };
        console.log(jsonOf(sessionOfStrokes(strokes, canvas, about)));
    """
    if not shutil.which("node"):
        pytest.skip("no Node.js")
    original = next(path for path in RECORDINGS if path.stem == "4-open-neat")
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", program],
        cwd=ROOT,
        input=original.read_text(),
        capture_output=True,
        text=True,
        check=True,
    )
    validation_samples = tmp_path / "written.json"
    validation_samples.write_text(done.stdout)
    again = read_recording(validation_samples)
    assert again.label == "4"
    assert by_server(again, recognizers) == by_server(read_recording(original), recognizers)
    (answer,) = again.finals.values()
    assert answer.top[0].label == "4"
