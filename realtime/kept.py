"""Labelled ink rests here: an SQLite file that all workers write, from which its giver can have it deleted.

    python -m realtime.kept FILE.db > mine.ndjson             for `python -m train --ink mine.ndjson`
    python -m realtime.kept FILE.db --sessions FOLDER         session files, for `python -m realtime.recording`

Of people it holds a hash of the secret that their page made up, and of time the day. A deletion leaves nothing behind in the files:
`secure_delete` zeroes what is freed, but where SQLite moves rows to a neighbouring page it leaves copies of them in the gap (in one of two
hundred deletions they could be found), so the file is written anew; and the write-ahead log is emptied.
"""

import argparse
import logging
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from realtime.config import Config
from realtime.errors import PieceError, SettingError

# Longer than a deletion takes that writes the largest file anew.
BUSY_S = 10.0
# Until it is tried again to empty the log, which takes another worker as long.
AGAIN_S = 0.01
# Of the hash of a giver, in hexadecimal digits: enough to tell a million apart.
WRITER_LENGTH = 16
# The export's label of ink that is no digit; `train/dataset.py` takes any word so that names no look-alike of one.
NO_DIGIT = "no digit"
# Rows that are read at once, so that an export never holds up a deletion.
ROWS_AT_ONCE = 100

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE kept (
    id INTEGER PRIMARY KEY,
    giver BLOB NOT NULL,    -- SHA-256 of the giver's secret
    drawing TEXT NOT NULL,  -- tells this drawing from the giver's others
    label TEXT,             -- NULL: no digit
    day TEXT NOT NULL,      -- 2026-11-23, UTC
    strokes TEXT NOT NULL,  -- [[[x, y], ...], ...], the ink at the end of the session
    session TEXT NOT NULL,  -- a session file
    UNIQUE (giver, drawing)
);
-- Deletions after which the file has not been written anew yet.
CREATE TABLE unswept (id INTEGER PRIMARY KEY);
"""

_log = logging.getLogger("realtime.kept")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of labelled ink; `strokes` and `session` are JSON."""

    giver: bytes
    drawing: str
    label: str | None
    strokes: str
    session: str


class Kept:
    """The database, opened for each of its methods: what is moved or removed under a running server is noticed with the next."""

    def __init__(self, config: Config) -> None:
        self._path = config.kept
        self._bytes_limit = config.kept_bytes
        self._is_failing = False

    def check(self) -> None:
        """Make the database if there is none.

        Raises:
            SettingError: it cannot be written, or is not ours.
        """
        try:
            with _connected(self._path, "rwc") as connection:
                connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise SettingError("INK_KEPT", self._path, f"a file for SQLite to write, in a folder that is there: {error}") from error

    def keep(self, piece: Piece) -> int:
        """Keep a piece, in the place of an earlier one of the same drawing; its number.

        Raises:
            PieceError: `full` (507) or `unavailable` (503).
        """
        with self._telling_if_it_fails(), _connected(self._path, "rwc") as connection:
            connection.execute("BEGIN IMMEDIATE")
            size = len(piece.strokes) + len(piece.session)
            if _used_bytes(connection) + size > self._bytes_limit:
                message = f"session: {self._bytes_limit} bytes are kept in all, and they are full"
                raise PieceError(code="full", message=message, field="session", limit=self._bytes_limit, status=507, setting="kept_bytes")
            row = (piece.giver, piece.drawing, piece.label, datetime.now(UTC).date().isoformat(), piece.strokes, piece.session)
            connection.execute(
                "INSERT INTO kept (giver, drawing, label, day, strokes, session) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (giver, drawing) "
                "DO UPDATE SET label = excluded.label, day = excluded.day, strokes = excluded.strokes, session = excluded.session",
                row,
            )
            [number] = connection.execute("SELECT id FROM kept WHERE giver = ? AND drawing = ?", row[:2]).fetchone()
            connection.execute("COMMIT")
        return int(number)

    def delete(self, giver: bytes) -> int:
        """Delete all that somebody gave; how many pieces that was.

        Raises:
            PieceError: `unavailable` (503): what is deleted may still be in the files, until a later deletion succeeds.
        """
        with self._telling_if_it_fails(), _connected(self._path, "rwc") as connection:
            connection.execute("BEGIN IMMEDIATE")
            deleted = connection.execute("DELETE FROM kept WHERE giver = ?", (giver,)).rowcount
            if deleted:
                connection.execute("INSERT INTO unswept DEFAULT VALUES")
            connection.execute("COMMIT")
            [due] = connection.execute("SELECT max(id) FROM unswept").fetchone()
            if due:
                connection.execute("VACUUM")
                _empty_log(connection)
                connection.execute("DELETE FROM unswept WHERE id <= ?", (due,))
        return deleted

    @contextmanager
    def _telling_if_it_fails(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if not self._is_failing:
                _log.error("ink_not_kept file=%s: %s", self._path, error)
            self._is_failing = True
            message = "the server cannot write to where ink is kept; please try again later"
            raise PieceError(code="unavailable", message=message, status=503) from error
        if self._is_failing:
            _log.info("ink_kept_again file=%s", self._path)
        self._is_failing = False


def rows(path: str) -> Iterator[tuple[int, str, str | None, str, str]]:
    """All that is kept: (number, writer, label, strokes, session), in the order in which it was given first.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    last = 0
    with _connected(path, "rw") as connection:
        query = "SELECT id, giver, label, strokes, session FROM kept WHERE id > ? ORDER BY id LIMIT ?"
        while some := connection.execute(query, (last, ROWS_AT_ONCE)).fetchall():
            for number, giver, label, strokes, session in some:
                yield number, giver.hex()[:WRITER_LENGTH], label, strokes, session
            last = some[-1][0]


@contextmanager
def _connected(path: str, mode: str) -> Iterator[sqlite3.Connection]:
    """A connection to the database, made if `mode` is "rwc"; what was not committed when it closes has not been."""
    connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_S, isolation_level=None)
    try:
        _make_ours(connection)
        connection.execute("PRAGMA secure_delete = ON")
        yield connection
    finally:
        connection.close()


def _make_ours(connection: sqlite3.Connection) -> None:
    if _is_ours(connection):
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    if not _is_ours(connection):
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the tables are there; not yet in an empty file. Raises sqlite3.DatabaseError where there are others."""
    # In this order: another worker may make them just now.
    is_empty = connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version == 0 and is_empty:
        return False
    if version != SCHEMA_VERSION:
        raise sqlite3.DatabaseError(f"this is another program's, or of a later version ({version}, known is {SCHEMA_VERSION})")
    return True


def _used_bytes(connection: sqlite3.Connection) -> int:
    pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
    return int((pages - free) * size)


def _empty_log(connection: sqlite3.Connection) -> None:
    # For writers and readers SQLite waits, for another who empties the log it does not.
    deadline = time.monotonic() + BUSY_S
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > deadline:
            raise sqlite3.OperationalError("the write-ahead log is in use and cannot be emptied")
        time.sleep(AGAIN_S)


def main() -> None:
    """Write what the database named on the command line holds."""
    parser = argparse.ArgumentParser(prog="python -m realtime.kept", description="Export labelled ink, as NDJSON for training.")
    parser.add_argument("file", metavar="FILE.db")
    parser.add_argument("--sessions", type=Path, metavar="FOLDER", help="write session files there instead, for replay")
    options = parser.parse_args()
    try:
        for number, writer, label, strokes, session in rows(options.file):
            if options.sessions:
                (options.sessions / f"{writer}-{number}.json").write_text(session + "\n")
                continue
            line = {"label": NO_DIGIT if label is None else label, "writer": writer, "strokes": msgspec.Raw(strokes.encode())}
            sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    except (sqlite3.Error, OSError) as error:
        sys.exit(f"{options.file}: {error}")


if __name__ == "__main__":
    main()
