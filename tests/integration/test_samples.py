"""Labelled ink: kept with consent only, as it was drawn; replaced, exported, deleted without a trace; and no other page can give it."""

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from realtime.config import DrawingLimits
from realtime.protocol.session_file import read_recording
from realtime.recognition.digits.recognizer import DigitRecognizer
from realtime.recordings import replay
from realtime.samples.store import WRITER_LENGTH, rows
from realtime.samples.submission import donor_hash
from tests.support.drawing import ONE, SEVEN, Json, ink_message, open_session
from tests.support.files import RECORDINGS
from tests.support.metrics import read_metrics
from tests.support.samples import (
    HIGH_RATE_LIMITS,
    database_bytes,
    export_store,
    request_ink,
    session_file,
    stored_samples,
    submission,
)
from tests.support.server import Server, serve
from train.data.dataset import OTHER, read_ink

FRIEND = "https://friend.example"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "kept.db"


@pytest.fixture(scope="module")
def sample_server(file: Path) -> Iterator[Server]:
    """A service of two workers that keeps ink, and has one further origin."""
    with serve(
        file.with_name("log"),
        workers=2,
        environment={"INK_KEPT": str(file), "INK_ORIGINS": FRIEND, **HIGH_RATE_LIMITS},
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def played(*entries: Json) -> Json:
    """A piece whose session has these messages."""
    return submission(session={"format": "ink-session", "v": 1, "messages": entries})


def send(message: Json) -> Json:
    return {"at": 0, "send": message}


def test_nothing_is_kept_unless_switched_on(server: Server) -> None:
    with open_session(server.ws) as client:
        assert client.ready["keeps"] is False
    for method in ("POST", "DELETE", "OPTIONS"):
        status, answer, _ = request_ink(server, method, submission())
        assert (status, answer["error"]["code"]) == (404, "not_found")
        assert "INK_KEPT" in answer["error"]["message"]


def test_what_was_given_can_be_learnt_from(
    sample_server: Server, file: Path, tmp_path: Path
) -> None:
    with open_session(sample_server.ws) as client:
        assert client.ready["keeps"] is True
    chance = random.Random(3)
    drawn = [
        [(chance.uniform(-1e5, 1e5), chance.uniform(0, 1)) for _ in range(200)] for _ in range(3)
    ]
    digit, scribble = submission(drawn), submission(ONE, None)
    assert (
        request_ink(sample_server, "POST", digit)[0]
        == request_ink(sample_server, "POST", scribble)[0]
        == 201
    )
    exported = tmp_path / "mine.ndjson"
    exported.write_text(export_store(file))
    by_writer = {sample.writer: sample for sample in read_ink(exported)}
    read = by_writer[donor_hash(digit["giver"]).hex()[:WRITER_LENGTH]]
    assert (read.target, read.label) == (7, "7")
    assert [stroke.tobytes() for stroke in read.strokes] == [
        np.array(stroke, np.float32).tobytes() for stroke in drawn
    ]
    assert by_writer[donor_hash(scribble["giver"]).hex()[:WRITER_LENGTH]].target == OTHER


def test_what_the_page_recorded_can_be_replayed(
    sample_server: Server, file: Path, tmp_path: Path, recognizer: DigitRecognizer
) -> None:
    recorded = read_recording(RECORDINGS[0])
    whole = json.loads(RECORDINGS[0].read_bytes())
    for entry in whole["messages"]:
        (entry.get("send") or entry["recv"])["address"] = "198.51.100.7"
    given = submission(label="8", session=whole)
    status, answer, _ = request_ink(sample_server, "POST", given)
    assert status == 201
    export_store(file, "--sessions", str(tmp_path))
    [saved] = tmp_path.glob(f"*-{answer['id']}.json")
    kept = read_recording(saved)
    assert (kept.label, kept.canvas) == ("8", recorded.canvas)
    assert kept.finals == recorded.finals
    assert (
        replay.replay_in_process(kept, recognizer, DrawingLimits()).keys() == recorded.finals.keys()
    )
    # Of what the page sent beside that, nothing: an address, or the session's name, which the log has beside one.
    name = next(
        entry["recv"]["session"]
        for entry in whole["messages"]
        if entry.get("recv", {}).get("type") == "ready"
    )
    assert "198.51.100.7" not in saved.read_text()
    assert name not in saved.read_text()


def test_of_the_giver_only_a_hash_is_kept_and_of_the_time_the_day(
    sample_server: Server, file: Path
) -> None:
    given = submission()
    request_ink(sample_server, "POST", given, **{"User-Agent": "Pen-of-Ada"})
    stored = database_bytes(file)
    assert donor_hash(given["giver"]) in stored
    assert not [
        word for word in (given["giver"], "Pen-of-Ada", "127.0.0.1") if word.encode() in stored
    ]
    with sqlite3.connect(file) as connection:
        days = {day for (day,) in connection.execute("SELECT day FROM kept")}
    connection.close()
    assert all(len(day) == len("2026-11-23") for day in days)


def test_who_taps_again_means_the_last(sample_server: Server, file: Path) -> None:
    given = submission(label="1")
    numbers = [
        request_ink(sample_server, "POST", {**given, "label": label})[1]["id"]
        for label in ("1", "4", "7")
    ]
    assert len(set(numbers)) == 1
    [(number, label, _, whole)] = stored_samples(file, given["giver"])
    assert (number, label, json.loads(whole)["label"]) == (numbers[0], "7", "7")
    # Another drawing, or another giver's of the same name, is another piece.
    request_ink(sample_server, "POST", {**given, "drawing": "second"})
    request_ink(sample_server, "POST", {**given, "giver": str(uuid4())})
    assert len(stored_samples(file, given["giver"])) == 2


def test_what_is_deleted_leaves_the_files(sample_server: Server, file: Path) -> None:
    mark = 31_415.926_535
    mine = [submission([[(mark, number), (5, 6)]]) for number in range(5)]
    for given in mine:
        given["giver"] = mine[0]["giver"]
        assert request_ink(sample_server, "POST", given)[0] == 201
    others = submission([[(27_182.818_284, 1)]])
    request_ink(sample_server, "POST", others)
    assert str(mark).encode() in database_bytes(file)
    before = read_metrics(sample_server)["ink_pieces_deleted_total"]
    assert request_ink(sample_server, "DELETE", {"giver": mine[0]["giver"]})[:2] == (
        200,
        {"deleted": 5},
    )
    left = database_bytes(file)
    assert str(mark).encode() not in left
    assert donor_hash(mine[0]["giver"]) not in left
    assert b"27182.818284" in left
    assert read_metrics(sample_server)["ink_pieces_deleted_total"] == before + 5
    assert request_ink(sample_server, "DELETE", {"giver": mine[0]["giver"]})[:2] == (
        200,
        {"deleted": 0},
    )


REFUSED: dict[str, tuple[Json | bytes, str, str | None]] = {
    "nothing": (b"", "bad_json", None),
    "no JSON": (b"seven", "bad_json", None),
    "no UTF-8": (json.dumps(submission()).encode() + b"\xff", "bad_json", None),
    "NaN": (json.dumps(submission([[(float("nan"), 1)]])).encode(), "bad_json", None),
    "a list": (b"[]", "bad_message", None),
    "too large a number": (
        json.dumps(submission()).replace('"x": [100', '"x": [1e999').encode(),
        "bad_message",
        "session.messages[0].send.x[0]",
    ),
    "a far point": (submission([[(100_001, 1)]]), "bad_message", "session.messages[0].send.x[0]"),
    "deep nesting": (
        json.dumps(submission())
        .replace("{", '{"more": ' + "[" * 9_000 + "]" * 9_000 + ",", 1)
        .encode(),
        "bad_message",
        None,
    ),
    "a deep message": (
        json.dumps(submission())
        .replace('"send": {', '"send": {"more": ' + "[" * 9_000 + "]" * 9_000 + ",")
        .encode(),
        "",
        None,
    ),
    "a short giver": (submission(giver="x" * 31), "bad_message", "giver"),
    "a long giver": (submission(giver="x" * 65), "bad_message", "giver"),
    "a giver with a line's end": (submission(giver="x" * 32 + "\n"), "bad_message", "giver"),
    "a giver with SQL": (
        submission(giver="' OR 1=1; DROP TABLE kept --------"),
        "bad_message",
        "giver",
    ),
    "no drawing": (submission(drawing=""), "bad_message", "drawing"),
    "a long drawing": (submission(drawing="x" * 65), "bad_message", "drawing"),
    "no label": (
        {name: value for name, value in submission().items() if name != "label"},
        "bad_message",
        "label",
    ),
    "a label that nobody knows": (submission(label="A"), "bad_message", "label"),
    "a label that is none": (submission(label="7' --"), "bad_message", "label"),
    "another format": (
        submission(session={**session_file(SEVEN), "format": "svg"}),
        "bad_message",
        "session.format",
    ),
    "a later version": (
        submission(session={**session_file(SEVEN), "v": 2}),
        "bad_message",
        "session.v",
    ),
    "no messages": (played(), "no_ink", "session"),
    "ink that was cleared": (
        played(send(ink_message(1, SEVEN)), send({"type": "clear", "seq": 2})),
        "no_ink",
        "session",
    ),
    "the wrong order": (
        played(send(ink_message(1, SEVEN)), send(ink_message(1, SEVEN))),
        "bad_order",
        "session.messages[1].send.seq",
    ),
    "no message of ours": (
        played({"at": 0, "recv": {"type": "?"}}),
        "bad_message",
        "session.messages[0].recv",
    ),
    "too many strokes": (
        submission([[(1, 1)]] * 501),
        "limit",
        "session.messages[500].send.strokes",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused(sample_server: Server, file: Path, name: str) -> None:
    body, code, field = REFUSED[name]
    before = list(rows(str(file)))
    status, answer, _ = request_ink(sample_server, "POST", body)
    assert status == 400, answer
    error = answer["error"]
    assert not code or error["code"] == code, error
    assert error.get("field") == field or not code
    assert error["message"].startswith((field or "").partition(".send")[0])
    assert len(error["message"]) < 400
    assert list(rows(str(file))) == before


def test_a_deletion_names_its_giver(sample_server: Server) -> None:
    for body in (b"", b"{}", b'{"giver": "x"}', b'{"giver": null}', b"[" * 9_000):
        status, answer, _ = request_ink(sample_server, "DELETE", body)
        assert (status, answer["error"]["code"]) in ((400, "bad_message"), (400, "bad_json"))


def test_pages_of_others_can_neither_give_nor_delete(sample_server: Server, file: Path) -> None:
    given = submission()
    for origin in ("https://elsewhere.example", "null", f"{sample_server.http}.elsewhere.example"):
        for method in ("POST", "DELETE", "OPTIONS"):
            status, _, headers = request_ink(sample_server, method, given, Origin=origin)
            assert status == 403
            assert "Access-Control-Allow-Origin" not in headers
    assert not stored_samples(file, given["giver"])
    assert request_ink(sample_server, "POST", given, Origin=sample_server.http)[0] == 201
    status, _, headers = request_ink(
        sample_server, "OPTIONS", b"", Origin=FRIEND, **{"Access-Control-Request-Method": "DELETE"}
    )
    assert (
        status,
        headers["Access-Control-Allow-Origin"],
        headers["Access-Control-Allow-Methods"],
    ) == (204, FRIEND, "POST, DELETE")
    for body, expected in ((given, 201), (b"", 400)):
        status, _, headers = request_ink(sample_server, "POST", body, Origin=FRIEND)
        assert (status, headers["Access-Control-Allow-Origin"], headers["Vary"]) == (
            expected,
            FRIEND,
            "Origin",
        )
