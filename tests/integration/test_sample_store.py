"""Tests of the sample store: limits, faults, and complete deletion."""

import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from realtime.errors import StorageFullError
from realtime.samples.store import LabelledSample, SampleStore, rows
from realtime.samples.submission import donor_hash
from realtime.setting_groups import SampleSettings
from tests.support.drawing import SEVEN, ink_message, open_session
from tests.support.metrics import read_metrics
from tests.support.samples import (
    HIGH_RATE_LIMITS,
    database_bytes,
    export_store,
    request_ink,
    stored_samples,
    submission,
)
from tests.support.server import serve
from tests.support.small_disk import small_disk

TOKEN = "Seven-7.of_9~"  # noqa: S105  # of a server that lives for seconds
# With this seed, deleted ink would still be found in the file if SQLite's `secure_delete` were the
# only measure.
SEED, STEPS = 43, 40


def test_no_copy_of_moved_rows_stays(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    kept = SampleStore(SampleSettings(database=str(file)))
    rng = random.Random(SEED)
    people: dict[str, bytes] = {}
    for step in range(STEPS):
        if people and rng.random() < 0.3:
            who = rng.choice(sorted(people))
            assert kept.delete(people.pop(who)) > 0
            assert who.encode() not in database_bytes(file), step
        else:
            who = f"<ink of {rng.randrange(40):02}>"
            people[who] = donor_hash(who)
            text = who * rng.choice([1, 5, 10, 30, 70, 150, 600])
            kept.add(LabelledSample(people[who], f"{step}", "7", text, text))


def test_an_interrupted_deletion_is_completed_by_the_next(tmp_path: Path) -> None:
    """After a full disk the rows are deleted, but the file has not been rewritten."""
    file = tmp_path / "kept.db"
    kept = SampleStore(SampleSettings(database=str(file)))
    kept.add(LabelledSample(b"a", "1", "7", "ink of a" * 100, ""))
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM kept")
        connection.execute("INSERT INTO unswept DEFAULT VALUES")
    connection.close()
    assert b"ink of a" in database_bytes(file)
    assert kept.delete(b"b") == 0
    assert b"ink of a" not in database_bytes(file)
    size, changed = file.stat().st_size, file.read_bytes()
    assert kept.delete(b"b") == 0
    assert (file.stat().st_size, file.read_bytes()) == (size, changed)


def test_many_connections_write_one_file(tmp_path: Path) -> None:
    """Each opens and closes the file, and so creates and removes its journal, beside others."""
    settings = SampleSettings(database=str(tmp_path / "kept.db"))
    with ThreadPoolExecutor(8) as workers:
        numbers = list(
            workers.map(
                lambda number: SampleStore(settings).add(
                    LabelledSample(b"giver", f"{number}", "7", "[]", "{}")
                ),
                range(200),
            )
        )
    assert len(set(numbers)) == 200
    assert len(list(rows(settings.database))) == 200


def test_both_workers_write_and_delete_at_once(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    with serve(
        tmp_path / "log", workers=2, environment={"INK_KEPT": str(file), **HIGH_RATE_LIMITS}
    ) as server:
        pieces = [submission() for _ in range(60)]
        with ThreadPoolExecutor(12) as people:
            answers = list(people.map(lambda given: request_ink(server, "POST", given), pieces))
            gone = list(
                people.map(
                    lambda given: request_ink(server, "DELETE", {"giver": given["giver"]})[:2],
                    pieces[:20],
                )
            )
        assert [status for status, _, _ in answers] == [201] * 60
        assert len({answer["id"] for _, answer, _ in answers}) == 60
        assert gone == [(200, {"deleted": 1})] * 20
        assert [len(stored_samples(file, given["giver"])) for given in pieces] == [0] * 20 + [
            1
        ] * 40
        assert (
            read_metrics(server)["ink_pieces_kept_total"],
            read_metrics(server)["ink_pieces_deleted_total"],
        ) == (60, 20)
        assert "Traceback" not in server.log


def test_an_export_does_not_block_a_deletion(tmp_path: Path) -> None:
    settings = SampleSettings(database=str(tmp_path / "kept.db"))
    kept = SampleStore(settings)
    for number in range(250):
        kept.add(LabelledSample(b"%d" % (number % 2), f"{number}", "7", "[]", "{}"))
    reading = rows(settings.database)
    next(reading)
    assert kept.delete(b"1") == 125
    assert 125 <= 1 + len(list(reading)) < 250


@pytest.mark.parametrize(
    "kind",
    [
        "a folder that is not there",
        "a folder",
        "no database",
        "another program's",
        "a later version",
    ],
)
def test_a_file_that_cannot_be_used_refuses_to_start(tmp_path: Path, kind: str) -> None:
    file = (
        tmp_path / "nowhere" / "kept.db"
        if kind == "a folder that is not there"
        else tmp_path / "kept.db"
    )
    if kind == "a folder":
        file.mkdir()
    elif kind == "no database":
        file.write_text("diary " * 1_000)
    elif file.parent.exists():
        with sqlite3.connect(file) as connection:
            connection.execute(
                "CREATE TABLE diary (day)"
                if kind == "another program's"
                else "PRAGMA user_version = 2"
            )
        connection.close()
    before = file.read_bytes() if file.is_file() else None
    with (
        pytest.raises(RuntimeError, match="not started: INK_KEPT="),
        serve(tmp_path / "log", INK_KEPT=str(file)),
    ):
        pass
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert (file.read_bytes() if file.is_file() else None) == before


def test_every_limit_is_named(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    settings = {
        "INK_KEPT_BYTES": "50000",
        "INK_PIECE_BYTES": "20000",
        "INK_PIECES_PER_MINUTE": "12",
        "INK_DELETIONS_PER_MINUTE": "3",
    }
    with serve(tmp_path / "log", environment={"INK_KEPT": str(file), **settings}) as server:
        large = [[(number, number % 7) for number in range(400)]]
        answers = [request_ink(server, "POST", submission(large)) for _ in range(10)]
        assert [status for status, _, _ in answers] == sorted(status for status, _, _ in answers)
        full = answers[-1][1]["error"]
        assert (answers[0][0], answers[-1][0], full["code"], full["limit"]) == (
            201,
            507,
            "full",
            50_000,
        )
        status, answer, _ = request_ink(server, "POST", submission(10 * large))
        assert (status, answer["error"]["code"], answer["error"]["limit"]) == (
            413,
            "too_big",
            20_000,
        )
        # A refused submission counts, too.
        assert request_ink(server, "POST", submission(label="A"))[0] == 400
        status, answer, headers = request_ink(server, "POST", submission())
        assert (status, answer["error"]["code"], answer["error"]["limit"]) == (429, "rate", 12)
        assert 0 < int(headers["Retry-After"]) <= 60
        assert [request_ink(server, "DELETE", {"giver": "x" * 32})[0] for _ in range(4)] == [
            200
        ] * 3 + [429]
        assert "Traceback" not in server.log
    assert len(list(rows(str(file)))) == sum(status == 201 for status, _, _ in answers)


def test_the_token_is_required(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    with serve(tmp_path / "log", INK_KEPT=str(file), INK_TOKEN=TOKEN) as server:
        given = submission()
        for method in ("POST", "DELETE"):
            assert request_ink(server, method, given)[0] == 401
            assert request_ink(server, method, given, Authorization="Bearer wrong")[0] == 401
        assert not stored_samples(file, given["giver"])
        assert request_ink(server, "POST", given, Authorization=f"Bearer {TOKEN}")[0] == 201


def test_a_full_disk_does_not_stop_drawing(tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "disk", "400k") as disk,
        serve(tmp_path / "log", INK_KEPT=str(disk / "kept.db")) as server,
    ):
        first = submission()
        assert request_ink(server, "POST", first)[0] == 201
        ballast = disk / "ballast"
        with pytest.raises(OSError, match="No space left"):
            ballast.write_bytes(bytes(400_000))
        answers = [
            request_ink(server, "POST", submission([[(x, 7) for x in range(5_000)]]))
            for _ in range(3)
        ]
        assert {status for status, _, _ in answers} == {503}
        assert answers[-1][1]["error"]["code"] == "unavailable"
        assert server.log.count("ink_not_kept") == 1
        with open_session(server.ws) as client:
            client.send(ink_message(1, SEVEN))
            assert client.receive()["top"][0]["label"] == "7"
        ballast.unlink()
        assert request_ink(server, "POST", submission())[0] == 201
        assert server.log.count("ink_kept_again") == 1
        assert request_ink(server, "DELETE", {"giver": first["giver"]})[:2] == (200, {"deleted": 1})
        assert "Traceback" not in server.log
        assert len(export_store(disk / "kept.db").splitlines()) == 1


def test_a_file_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    with serve(tmp_path / "log", workers=2, INK_KEPT=str(file)) as server:
        assert request_ink(server, "POST", submission())[0] == 201
        for part in tmp_path.glob("kept.db*"):
            part.unlink()
        assert [request_ink(server, "POST", submission())[0] for _ in range(4)] == [201] * 4
    assert len(list(rows(str(file)))) == 4


def test_a_refused_sample_changes_nothing(tmp_path: Path) -> None:
    kept = SampleStore(SampleSettings(database=str(tmp_path / "kept.db"), database_bytes=30_000))
    kept.add(LabelledSample(b"a", "1", "7", "[]", "{}"))
    with pytest.raises(StorageFullError, match="30000 bytes are kept in all"):
        kept.add(LabelledSample(b"a", "1", "8", "x" * 30_000, "{}"))
    assert [label for _, _, label, _, _ in rows(str(tmp_path / "kept.db"))] == ["7"]
