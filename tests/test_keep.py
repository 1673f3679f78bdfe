"""Labelled ink: kept with consent only, as it was drawn; replaced, exported, deleted without a trace; and no other page can give it."""

import http.client
import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from realtime import recording
from realtime.config import Config
from realtime.given import giver_hash
from realtime.kept import WRITER_LENGTH, rows
from realtime.recognizer import Recognizer
from tests.conftest import RECORDINGS
from tests.drawing import ONE, SEVEN, Json, Point, drawing, ink, points
from tests.server import ROOT, Server, serve
from tests.test_metrics import counts
from train.data.dataset import OTHER, read_ink

FRIEND = "https://friend.example"
MANY = {"INK_PIECES_PER_MINUTE": "10000", "INK_DELETIONS_PER_MINUTE": "10000"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "kept.db"


@pytest.fixture(scope="module")
def keeper(file: Path) -> Iterator[Server]:
    """A service of two workers that keeps ink, and has one further origin."""
    with serve(file.with_name("log"), workers=2, environment={"INK_KEPT": str(file), "INK_ORIGINS": FRIEND, **MANY}) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def ask(server: Server, method: str, body: Json | bytes, **headers: str) -> tuple[int, Json, http.client.HTTPMessage]:
    """Status, answer and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, "/ink", data, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, json.loads(text) if text else {}, response.headers


def session(strokes: Sequence[Sequence[Point]]) -> Json:
    """A session file, each stroke drawn with one message."""
    drawn = [points(seq, seq, stroke, end=True) for seq, stroke in enumerate(strokes)]
    return {"format": "ink-session", "v": 1, "messages": [{"at": 40 * seq, "send": message} for seq, message in enumerate(drawn)]}


def piece(strokes: Sequence[Sequence[Point]] = SEVEN, label: str | None = "7", **fields: object) -> Json:
    return {"giver": str(uuid4()), "drawing": str(uuid4()), "label": label, "session": session(strokes), **fields}


def played(*entries: Json) -> Json:
    """A piece whose session has these messages."""
    return piece(session={"format": "ink-session", "v": 1, "messages": entries})


def send(message: Json) -> Json:
    return {"at": 0, "send": message}


def given_by(file: Path, giver: str) -> list[tuple[int, str | None, str, str]]:
    """What is kept of somebody: number, label, strokes, session."""
    writer = giver_hash(giver).hex()[:WRITER_LENGTH]
    return [(number, label, strokes, whole) for number, who, label, strokes, whole in rows(str(file)) if who == writer]


def export(file: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "realtime.kept", str(file), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def files_of(file: Path) -> bytes:
    """All that is in the database's files."""
    return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))


def test_nothing_is_kept_unless_switched_on(server: Server) -> None:
    with drawing(server.ws) as client:
        assert client.ready["keeps"] is False
    for method in ("POST", "DELETE", "OPTIONS"):
        status, answer, _ = ask(server, method, piece())
        assert (status, answer["error"]["code"]) == (404, "not_found")
        assert "INK_KEPT" in answer["error"]["message"]


def test_what_was_given_can_be_learnt_from(keeper: Server, file: Path, tmp_path: Path) -> None:
    with drawing(keeper.ws) as client:
        assert client.ready["keeps"] is True
    chance = random.Random(3)
    drawn = [[(chance.uniform(-1e5, 1e5), chance.uniform(0, 1)) for _ in range(200)] for _ in range(3)]
    digit, scribble = piece(drawn), piece(ONE, None)
    assert ask(keeper, "POST", digit)[0] == ask(keeper, "POST", scribble)[0] == 201
    exported = tmp_path / "mine.ndjson"
    exported.write_text(export(file))
    by_writer = {sample.writer: sample for sample in read_ink(exported)}
    read = by_writer[giver_hash(digit["giver"]).hex()[:WRITER_LENGTH]]
    assert (read.target, read.label) == (7, "7")
    assert [stroke.tobytes() for stroke in read.strokes] == [np.array(stroke, np.float32).tobytes() for stroke in drawn]
    assert by_writer[giver_hash(scribble["giver"]).hex()[:WRITER_LENGTH]].target == OTHER


def test_what_the_page_recorded_can_be_replayed(keeper: Server, file: Path, tmp_path: Path, recognizer: Recognizer) -> None:
    recorded = recording.read(RECORDINGS[0])
    whole = json.loads(RECORDINGS[0].read_bytes())
    for entry in whole["messages"]:
        (entry.get("send") or entry["recv"])["address"] = "198.51.100.7"
    given = piece(label="8", session=whole)
    status, answer, _ = ask(keeper, "POST", given)
    assert status == 201
    export(file, "--sessions", str(tmp_path))
    [saved] = tmp_path.glob(f"*-{answer['id']}.json")
    kept = recording.read(saved)
    assert (kept.label, kept.canvas) == ("8", recorded.canvas)
    assert kept.finals == recorded.finals
    assert recording.replay_in_process(kept, recognizer, Config()).keys() == recorded.finals.keys()
    # Of what the page sent beside that, nothing: an address, or the session's name, which the log has beside one.
    name = next(entry["recv"]["session"] for entry in whole["messages"] if entry.get("recv", {}).get("type") == "ready")
    assert "198.51.100.7" not in saved.read_text()
    assert name not in saved.read_text()


def test_of_the_giver_only_a_hash_is_kept_and_of_the_time_the_day(keeper: Server, file: Path) -> None:
    given = piece()
    ask(keeper, "POST", given, **{"User-Agent": "Pen-of-Ada"})
    stored = files_of(file)
    assert giver_hash(given["giver"]) in stored
    assert not [word for word in (given["giver"], "Pen-of-Ada", "127.0.0.1") if word.encode() in stored]
    with sqlite3.connect(file) as connection:
        days = {day for (day,) in connection.execute("SELECT day FROM kept")}
    connection.close()
    assert all(len(day) == len("2026-11-23") for day in days)


def test_who_taps_again_means_the_last(keeper: Server, file: Path) -> None:
    given = piece(label="1")
    numbers = [ask(keeper, "POST", {**given, "label": label})[1]["id"] for label in ("1", "4", "7")]
    assert len(set(numbers)) == 1
    [(number, label, _, whole)] = given_by(file, given["giver"])
    assert (number, label, json.loads(whole)["label"]) == (numbers[0], "7", "7")
    # Another drawing, or another giver's of the same name, is another piece.
    ask(keeper, "POST", {**given, "drawing": "second"})
    ask(keeper, "POST", {**given, "giver": str(uuid4())})
    assert len(given_by(file, given["giver"])) == 2


def test_what_is_deleted_leaves_the_files(keeper: Server, file: Path) -> None:
    mark = 31_415.926_535
    mine = [piece([[(mark, number), (5, 6)]]) for number in range(5)]
    for given in mine:
        given["giver"] = mine[0]["giver"]
        assert ask(keeper, "POST", given)[0] == 201
    others = piece([[(27_182.818_284, 1)]])
    ask(keeper, "POST", others)
    assert str(mark).encode() in files_of(file)
    before = counts(keeper)["ink_pieces_deleted_total"]
    assert ask(keeper, "DELETE", {"giver": mine[0]["giver"]})[:2] == (200, {"deleted": 5})
    left = files_of(file)
    assert str(mark).encode() not in left
    assert giver_hash(mine[0]["giver"]) not in left
    assert b"27182.818284" in left
    assert counts(keeper)["ink_pieces_deleted_total"] == before + 5
    assert ask(keeper, "DELETE", {"giver": mine[0]["giver"]})[:2] == (200, {"deleted": 0})


REFUSED: dict[str, tuple[Json | bytes, str, str | None]] = {
    "nothing": (b"", "bad_json", None),
    "no JSON": (b"seven", "bad_json", None),
    "no UTF-8": (json.dumps(piece()).encode() + b"\xff", "bad_json", None),
    "NaN": (json.dumps(piece([[(float("nan"), 1)]])).encode(), "bad_json", None),
    "a list": (b"[]", "bad_message", None),
    "too large a number": (
        json.dumps(piece()).replace('"x": [100', '"x": [1e999').encode(),
        "bad_message",
        "session.messages[0].send.x[0]",
    ),
    "a far point": (piece([[(100_001, 1)]]), "bad_message", "session.messages[0].send.x[0]"),
    "deep nesting": (json.dumps(piece()).replace("{", '{"more": ' + "[" * 9_000 + "]" * 9_000 + ",", 1).encode(), "bad_message", None),
    "a deep message": (json.dumps(piece()).replace('"send": {', '"send": {"more": ' + "[" * 9_000 + "]" * 9_000 + ",").encode(), "", None),
    "a short giver": (piece(giver="x" * 31), "bad_message", "giver"),
    "a long giver": (piece(giver="x" * 65), "bad_message", "giver"),
    "a giver with a line's end": (piece(giver="x" * 32 + "\n"), "bad_message", "giver"),
    "a giver with SQL": (piece(giver="' OR 1=1; DROP TABLE kept --------"), "bad_message", "giver"),
    "no drawing": (piece(drawing=""), "bad_message", "drawing"),
    "a long drawing": (piece(drawing="x" * 65), "bad_message", "drawing"),
    "no label": ({name: value for name, value in piece().items() if name != "label"}, "bad_message", "label"),
    "a label that nobody knows": (piece(label="A"), "bad_message", "label"),
    "a label that is none": (piece(label="7' --"), "bad_message", "label"),
    "another format": (piece(session={**session(SEVEN), "format": "svg"}), "bad_message", "session.format"),
    "a later version": (piece(session={**session(SEVEN), "v": 2}), "bad_message", "session.v"),
    "no messages": (played(), "no_ink", "session"),
    "ink that was cleared": (played(send(ink(1, SEVEN)), send({"type": "clear", "seq": 2})), "no_ink", "session"),
    "the wrong order": (played(send(ink(1, SEVEN)), send(ink(1, SEVEN))), "bad_order", "session.messages[1].send.seq"),
    "no message of ours": (played({"at": 0, "recv": {"type": "?"}}), "bad_message", "session.messages[0].recv"),
    "too many strokes": (piece([[(1, 1)]] * 501), "limit", "session.messages[500].send.strokes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused(keeper: Server, file: Path, name: str) -> None:
    body, code, field = REFUSED[name]
    before = list(rows(str(file)))
    status, answer, _ = ask(keeper, "POST", body)
    assert status == 400, answer
    error = answer["error"]
    assert not code or error["code"] == code, error
    assert error.get("field") == field or not code
    assert error["message"].startswith((field or "").partition(".send")[0])
    assert len(error["message"]) < 400
    assert list(rows(str(file))) == before


def test_a_deletion_names_its_giver(keeper: Server) -> None:
    for body in (b"", b"{}", b'{"giver": "x"}', b'{"giver": null}', b"[" * 9_000):
        status, answer, _ = ask(keeper, "DELETE", body)
        assert (status, answer["error"]["code"]) in ((400, "bad_message"), (400, "bad_json"))


def test_pages_of_others_can_neither_give_nor_delete(keeper: Server, file: Path) -> None:
    given = piece()
    for origin in ("https://elsewhere.example", "null", f"{keeper.http}.elsewhere.example"):
        for method in ("POST", "DELETE", "OPTIONS"):
            status, _, headers = ask(keeper, method, given, Origin=origin)
            assert status == 403
            assert "Access-Control-Allow-Origin" not in headers
    assert not given_by(file, given["giver"])
    assert ask(keeper, "POST", given, Origin=keeper.http)[0] == 201
    status, _, headers = ask(keeper, "OPTIONS", b"", Origin=FRIEND, **{"Access-Control-Request-Method": "DELETE"})
    assert (status, headers["Access-Control-Allow-Origin"], headers["Access-Control-Allow-Methods"]) == (204, FRIEND, "POST, DELETE")
    for body, expected in ((given, 201), (b"", 400)):
        status, _, headers = ask(keeper, "POST", body, Origin=FRIEND)
        assert (status, headers["Access-Control-Allow-Origin"], headers["Vary"]) == (expected, FRIEND, "Origin")
