"""The page reads session files as the server does: both come to the same strokes, also where messages break the rules."""

import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realtime import messages
from realtime.config import Config
from realtime.errors import MessageError
from realtime.recognizer import Recognizer
from realtime.recording import Recording, read
from realtime.session import Session
from tests.conftest import RECORDINGS
from tests.server import ROOT

Line = list[list[float]]

READ_BY_PAGE = """
import { readFileSync } from "node:fs";
import { readSession, strokesOf } from "./web/core/session-file.js";
const strokes = JSON.parse(readFileSync(0, "utf8")).map((text) => strokesOf(readSession(text)));
console.log(JSON.stringify(strokes.map((all) => all.map(({ x, y }) => x.map((_, i) => [x[i], y[i]])))));
"""
KINDS = ("points", "points", "points", "points", "erase", "undo", "undo", "redo", "clear", "ink")


def by_page(files: Sequence[str]) -> list[list[Line]]:
    """The strokes, as lists of [x, y], that the page's code reads from session files."""
    if not shutil.which("node"):
        pytest.skip("no Node.js")
    command = ["node", "--input-type=module", "--eval", READ_BY_PAGE]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(files), capture_output=True, text=True, check=True)
    strokes: list[list[Line]] = json.loads(done.stdout)
    return strokes


def by_server(recording: Recording, recognizer: Recognizer) -> list[Line]:
    """The strokes that the server's session has in the end, whatever it refused."""
    session = Session(recognizer, Config())
    for _, text in recording.sent:
        try:
            session.apply(messages.decode(text))
        except MessageError as error:
            if error.code not in ("bad_order", "unknown_stroke"):
                raise
    return [stroke.points.round(2).tolist() for stroke in session._drawing.strokes]


def rounded(lines: list[Line]) -> list[Line]:
    """As float32 has them, of which the server's are."""
    return [[[round(value, 2) for value in point] for point in line] for line in lines]


def random_session(number: int) -> str:
    """A session of messages that keep to the rules about half of the time."""
    chance = random.Random(number)
    sent: list[dict[str, Any]] = []
    for seq in range(chance.randint(1, 40)):
        kind = chance.choice(KINDS)
        message: dict[str, Any] = {"type": kind, "seq": seq if chance.random() < 0.95 else 0}
        if kind in ("points", "erase"):
            message["stroke"] = chance.randint(0, 4)
        if kind == "points":
            message |= columns(chance, chance.randint(1, 4)) | {"end": chance.random() < 0.7}
        if kind == "ink":
            message["strokes"] = [columns(chance, chance.randint(1, 3)) for _ in range(chance.randint(0, 3))]
        sent.append(message)
    return json.dumps({"format": "ink-session", "v": 1, "messages": [{"at": at, "send": message} for at, message in enumerate(sent)]})


def columns(chance: random.Random, count: int) -> dict[str, list[int]]:
    """Points none of which is where the one before it was, which the page would leave out."""
    x = chance.sample(range(400), count)
    return {"x": x, "y": [chance.randint(0, 400) for _ in x], "t": [10 * i for i in range(count)]}


def test_page_and_server_read_the_same_from_recordings(recognizer: Recognizer) -> None:
    page = by_page([path.read_text() for path in RECORDINGS])
    for path, strokes in zip(RECORDINGS, page, strict=True):
        assert rounded(strokes) == rounded(by_server(read(path), recognizer)), path.stem


def test_page_and_server_read_the_same_from_anything(recognizer: Recognizer) -> None:
    files = [random_session(number) for number in range(400)]
    server = [by_server(msgspec.json.decode(file, type=Recording), recognizer) for file in files]
    # Else it would say little that they are equal.
    assert sum(len(strokes) > 1 for strokes in server) > 100
    for number, (one, other) in enumerate(zip(by_page(files), server, strict=True)):
        assert rounded(one) == rounded(other), f"random_session({number})"


def test_the_page_writes_what_the_server_replays(tmp_path: Path, recognizer: Recognizer) -> None:
    program = """
        import { readFileSync } from "node:fs";
        import { jsonOf } from "./web/page/export.js";
        import { readSession, sessionOfStrokes, strokesOf } from "./web/core/session-file.js";
        const { canvas, label, messages } = readSession(readFileSync(0, "utf8"));
        const { top: [best], rejected } = messages.at(-1).recv;
        const strokes = strokesOf({ messages });
        console.log(jsonOf(sessionOfStrokes(strokes, canvas, { ...best, rejected }, label)));
    """
    if not shutil.which("node"):
        pytest.skip("no Node.js")
    original = next(path for path in RECORDINGS if path.stem == "4-open-neat")
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", program], cwd=ROOT, input=original.read_text(), capture_output=True, text=True, check=True
    )
    written = tmp_path / "written.json"
    written.write_text(done.stdout)
    again = read(written)
    assert again.label == "4"
    assert by_server(again, recognizer) == by_server(read(original), recognizer)
    (answer,) = again.finals.values()
    assert answer.top[0].label == "4"
