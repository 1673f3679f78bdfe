"""Tests of `/ink`: submissions are stored as drawn, replaced, exported and deleted."""

import json
import random
import sqlite3
from pathlib import Path
from uuid import uuid4

import numpy as np

from realtime.protocol.session_file import read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recordings import replay
from realtime.samples.store import WRITER_LENGTH
from realtime.samples.submission import donor_hash
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import ONE, open_session
from tests.support.files import RECORDINGS
from tests.support.metrics import read_metrics
from tests.support.samples import (
    ALLOWED_ORIGIN,
    database_bytes,
    export_store,
    request_ink,
    stored_samples,
    submission,
)
from tests.support.server import Server
from train.data.dataset import OTHER, read_ink


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
    read = by_writer[donor_hash(digit["giver"]).hex()[:WRITER_LENGTH]]
    assert (read.target, read.label) == (7, "7")
    assert [stroke.tobytes() for stroke in read.strokes] == [
        np.array(stroke, np.float32).tobytes() for stroke in drawn
    ]
    assert by_writer[donor_hash(scribble["giver"]).hex()[:WRITER_LENGTH]].target == OTHER


def test_an_exported_session_can_be_replayed(
    sample_server: Server, file: Path, tmp_path: Path, recognizers: Recognizers
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
        replay.replay_in_process(kept, recognizers, DrawingLimits()).keys()
        == recorded.finals.keys()
    )
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
    assert donor_hash(given["giver"]) in stored
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
    assert donor_hash(mine[0]["giver"]) not in left
    assert b"27182.818284" in left
    assert read_metrics(sample_server)["ink_pieces_deleted_total"] == before + 5
    assert request_ink(sample_server, "DELETE", {"giver": mine[0]["giver"]})[:2] == (
        200,
        {"deleted": 0},
    )


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
