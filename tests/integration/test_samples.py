"""Tests of `/ink`: submissions are stored as drawn, replaced, exported and deleted."""

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from realtime import recording
from realtime.config import Config
from realtime.given import giver_hash
from realtime.kept import WRITER_LENGTH, rows
from realtime.recognizer import Recognizer
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
from train.dataset import OTHER, read_ink

ALLOWED_ORIGIN = "https://friend.example"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of `sample_server`."""
    return tmp_path_factory.mktemp("kept") / "kept.db"


@pytest.fixture(scope="module")
def sample_server(file: Path) -> Iterator[Server]:
    """A service of two workers that stores samples and allows one further origin."""
    with serve(
        file.with_name("log"),
        workers=2,
        environment={"INK_KEPT": str(file), "INK_ORIGINS": ALLOWED_ORIGIN, **HIGH_RATE_LIMITS},
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def submission_of(*entries: Json) -> Json:
    """A submission whose session has these messages."""
    return submission(session={"format": "ink-session", "v": 1, "messages": entries})


def sent_entry(message: Json) -> Json:
    """An entry of a session: a message that was sent."""
    return {"at": 0, "send": message}


def test_nothing_is_stored_by_default(server: Server) -> None:
    with open_session(server.ws) as client:
        assert client.ready["keeps"] is False
    for method in ("POST", "DELETE", "OPTIONS"):
        status, answer, _ = request_ink(server, method, submission())
        assert (status, answer["error"]["code"]) == (404, "not_found")
        assert "INK_KEPT" in answer["error"]["message"]


def test_an_export_is_read_by_the_training(
    sample_server: Server, file: Path, tmp_path: Path
) -> None:
    with open_session(sample_server.ws) as client:
        assert client.ready["keeps"] is True
    rng = random.Random(3)
    drawn = [[(rng.uniform(-1e5, 1e5), rng.uniform(0, 1)) for _ in range(200)] for _ in range(3)]
    digit, scribble = submission(drawn), submission(ONE, None)
    assert (
        request_ink(sample_server, "POST", digit)[0]
        == request_ink(sample_server, "POST", scribble)[0]
        == 201
    )
    exported = tmp_path / "mine.ndjson"
    exported.write_text(export_store(file))
    by_writer = {sample.writer: sample for sample in read_ink(exported)}
    read = by_writer[giver_hash(digit["giver"]).hex()[:WRITER_LENGTH]]
    assert (read.target, read.label) == (7, "7")
    assert [stroke.tobytes() for stroke in read.strokes] == [
        np.array(stroke, np.float32).tobytes() for stroke in drawn
    ]
    assert by_writer[giver_hash(scribble["giver"]).hex()[:WRITER_LENGTH]].target == OTHER


def test_an_exported_session_can_be_replayed(
    sample_server: Server, file: Path, tmp_path: Path, recognizer: Recognizer
) -> None:
    recorded = recording.read(RECORDINGS[0])
    whole = json.loads(RECORDINGS[0].read_bytes())
    for entry in whole["messages"]:
        (entry.get("send") or entry["recv"])["address"] = "198.51.100.7"
    given = submission(label="8", session=whole)
    status, answer, _ = request_ink(sample_server, "POST", given)
    assert status == 201
    export_store(file, "--sessions", str(tmp_path))
    [saved] = tmp_path.glob(f"*-{answer['id']}.json")
    kept = recording.read(saved)
    assert (kept.label, kept.canvas) == ("8", recorded.canvas)
    assert kept.finals == recorded.finals
    assert recording.replay_in_process(kept, recognizer, Config()).keys() == recorded.finals.keys()
    # Nothing else of the file is stored: neither an address nor the session's name, which the log
    # has beside the address.
    name = next(
        entry["recv"]["session"]
        for entry in whole["messages"]
        if entry.get("recv", {}).get("type") == "ready"
    )
    assert "198.51.100.7" not in saved.read_text()
    assert name not in saved.read_text()


def test_only_a_hash_of_the_submitter_and_the_day_are_stored(
    sample_server: Server, file: Path
) -> None:
    given = submission()
    request_ink(sample_server, "POST", given, **{"User-Agent": "Pen-of-Ada"})
    stored = database_bytes(file)
    assert giver_hash(given["giver"]) in stored
    assert not [
        word for word in (given["giver"], "Pen-of-Ada", "127.0.0.1") if word.encode() in stored
    ]
    with sqlite3.connect(file) as connection:
        days = {day for (day,) in connection.execute("SELECT day FROM kept")}
    connection.close()
    assert all(len(day) == len("2026-11-23") for day in days)


def test_a_further_label_replaces_the_first(sample_server: Server, file: Path) -> None:
    given = submission(label="1")
    numbers = [
        request_ink(sample_server, "POST", {**given, "label": label})[1]["id"]
        for label in ("1", "4", "7")
    ]
    assert len(set(numbers)) == 1
    [(number, label, _, whole)] = stored_samples(file, given["giver"])
    assert (number, label, json.loads(whole)["label"]) == (numbers[0], "7", "7")
    # Another drawing, or another submitter's drawing of the same name, is another sample.
    request_ink(sample_server, "POST", {**given, "drawing": "second"})
    request_ink(sample_server, "POST", {**given, "giver": str(uuid4())})
    assert len(stored_samples(file, given["giver"])) == 2


def test_deleted_samples_leave_the_files(sample_server: Server, file: Path) -> None:
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
    assert giver_hash(mine[0]["giver"]) not in left
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
    "a far point": (
        submission([[(100_001, 1)]]),
        "bad_message",
        "session.messages[0].send.x[0]",
    ),
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
    "no messages": (submission_of(), "no_ink", "session"),
    "ink that was cleared": (
        submission_of(sent_entry(ink_message(1, SEVEN)), sent_entry({"type": "clear", "seq": 2})),
        "no_ink",
        "session",
    ),
    "the wrong order": (
        submission_of(sent_entry(ink_message(1, SEVEN)), sent_entry(ink_message(1, SEVEN))),
        "bad_order",
        "session.messages[1].send.seq",
    ),
    "no message of ours": (
        submission_of({"at": 0, "recv": {"type": "?"}}),
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
def test_an_invalid_submission_is_refused(sample_server: Server, file: Path, name: str) -> None:
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


def test_a_deletion_names_its_submitter(sample_server: Server) -> None:
    for body in (b"", b"{}", b'{"giver": "x"}', b'{"giver": null}', b"[" * 9_000):
        status, answer, _ = request_ink(sample_server, "DELETE", body)
        assert (status, answer["error"]["code"]) in ((400, "bad_message"), (400, "bad_json"))


def test_pages_of_other_origins_can_neither_submit_nor_delete(
    sample_server: Server, file: Path
) -> None:
    given = submission()
    for origin in ("https://elsewhere.example", "null", f"{sample_server.http}.elsewhere.example"):
        for method in ("POST", "DELETE", "OPTIONS"):
            status, _, headers = request_ink(sample_server, method, given, Origin=origin)
            assert status == 403
            assert "Access-Control-Allow-Origin" not in headers
    assert not stored_samples(file, given["giver"])
    assert request_ink(sample_server, "POST", given, Origin=sample_server.http)[0] == 201
    status, _, headers = request_ink(
        sample_server,
        "OPTIONS",
        b"",
        Origin=ALLOWED_ORIGIN,
        **{"Access-Control-Request-Method": "DELETE"},
    )
    assert (
        status,
        headers["Access-Control-Allow-Origin"],
        headers["Access-Control-Allow-Methods"],
    ) == (204, ALLOWED_ORIGIN, "POST, DELETE")
    for body, expected in ((given, 201), (b"", 400)):
        status, _, headers = request_ink(sample_server, "POST", body, Origin=ALLOWED_ORIGIN)
        assert (status, headers["Access-Control-Allow-Origin"], headers["Vary"]) == (
            expected,
            ALLOWED_ORIGIN,
            "Origin",
        )
