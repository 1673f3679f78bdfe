"""The store of labelled samples: an SQLite file that all workers write.

Of people it holds a hash of the secret that their page made up, and of time the day. A deletion
leaves nothing behind in the files: `secure_delete` zeroes what is freed, but where SQLite moves
rows to a neighbouring page it leaves copies of them in the gap (in one of two hundred deletions
they could be found), so the file is written anew; and the write-ahead log is emptied.
"""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from realtime.config import setting_name, variable_name
from realtime.errors import SettingError, StorageError, StorageFullError
from realtime.setting_groups import SampleSettings

# Seconds to wait for another writer: longer than a deletion takes that writes the largest file
# anew.
BUSY_S = 10.0
# Seconds between attempts to empty the log, which takes another worker as long.
RETRY_INTERVAL_S = 0.01
# Hexadecimal digits of a donor's hash that name the writer: enough to tell a million apart.
WRITER_LENGTH = 16
# Rows that are read at once, so that an export never holds up a deletion.
ROWS_AT_ONCE = 100

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE kept (
    id INTEGER PRIMARY KEY,
    giver BLOB NOT NULL,    -- SHA-256 of the donor's secret
    drawing TEXT NOT NULL,  -- tells this drawing from the donor's others
    label TEXT,             -- NULL: no digit
    day TEXT NOT NULL,      -- 2026-11-23, UTC
    strokes TEXT NOT NULL,  -- [[[x, y], ...], ...], the ink at the end of the session
    session TEXT NOT NULL,  -- a session file
    UNIQUE (giver, drawing)
);
-- Deletions after which the file has not been written anew yet.
CREATE TABLE unswept (id INTEGER PRIMARY KEY);
"""
INSERT = (
    "INSERT INTO kept (giver, drawing, label, day, strokes, session) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (giver, drawing) DO UPDATE SET label = excluded.label, day = excluded.day, "
    "strokes = excluded.strokes, session = excluded.session"
)
SELECT_NUMBER = "SELECT id FROM kept WHERE giver = ? AND drawing = ?"
SELECT_SOME = "SELECT id, giver, label, strokes, session FROM kept WHERE id > ? ORDER BY id LIMIT ?"

# Operators filter by this name.
_log = logging.getLogger("realtime.kept")


@dataclass(frozen=True, slots=True)
class LabelledSample:
    """Ink with its label; `donor` is the hash of a secret, `strokes` and `session` are JSON."""

    donor: bytes
    drawing: str
    label: str | None
    strokes: str
    session: str


class SampleStore:
    """The database. It is opened for each call, so that a file which was moved away is noticed."""

    def __init__(self, settings: SampleSettings) -> None:
        self._path = settings.database
        self._bytes_limit = settings.database_bytes
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
            expected = f"a file for SQLite to write, in a folder that is there: {error}"
            variable = variable_name(SampleSettings.database)
            raise SettingError(variable, self._path, expected) from error

    def missing(self) -> str | None:
        """What the operator should know: that the last sample could not be written."""
        text = "a file for samples that can be written: the last one failed, the log says why"
        return text if self._is_failing else None

    def add(self, sample: LabelledSample) -> int:
        """Store a sample, in the place of an earlier one of the same drawing.

        Returns:
            The sample's number.

        Raises:
            StorageFullError: as many bytes are stored as may be.
            StorageError: the file cannot be written.
        """
        with self._reporting_failures(), _connected(self._path, "rwc") as connection:
            connection.execute("BEGIN IMMEDIATE")
            size = len(sample.strokes) + len(sample.session)
            if _used_bytes(connection) + size > self._bytes_limit:
                limit = self._bytes_limit
                raise StorageFullError(
                    message=f"session: {limit} bytes are kept in all, and they are full",
                    field="session",
                    limit=limit,
                    setting=setting_name(SampleSettings.database_bytes),
                )
            day = datetime.now(UTC).date().isoformat()
            key = (sample.donor, sample.drawing)
            connection.execute(INSERT, (*key, sample.label, day, sample.strokes, sample.session))
            [number] = connection.execute(SELECT_NUMBER, key).fetchone()
            connection.execute("COMMIT")
        return int(number)

    def delete(self, donor: bytes) -> int:
        """Delete all samples of a donor, given by hash; their number.

        Raises:
            StorageError: the samples may still be in the files, until a later deletion succeeds.
        """
        with self._reporting_failures(), _connected(self._path, "rwc") as connection:
            connection.execute("BEGIN IMMEDIATE")
            deleted = connection.execute("DELETE FROM kept WHERE giver = ?", (donor,)).rowcount
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
    def _reporting_failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if not self._is_failing:
                _log.error("ink_not_kept file=%s: %s", self._path, error)
            self._is_failing = True
            raise StorageError from error
        if self._is_failing:
            _log.info("ink_kept_again file=%s", self._path)
        self._is_failing = False


def rows(path: str) -> Iterator[tuple[int, str, str | None, str, str]]:
    """All samples: (number, writer, label, strokes, session), in the order of their first arrival.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    last = 0
    with _connected(path, "rw") as connection:
        while some := connection.execute(SELECT_SOME, (last, ROWS_AT_ONCE)).fetchall():
            for number, donor, label, strokes, session in some:
                yield number, donor.hex()[:WRITER_LENGTH], label, strokes, session
            last = some[-1][0]


@contextmanager
def _connected(path: str, mode: str) -> Iterator[sqlite3.Connection]:
    """A connection to the database, made if `mode` is "rwc".

    When it closes, what was not committed is rolled back.
    """
    uri = f"{Path(path).absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
    try:
        _create_tables(connection)
        connection.execute("PRAGMA secure_delete = ON")
        yield connection
    finally:
        connection.close()


def _create_tables(connection: sqlite3.Connection) -> None:
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
    """Whether the tables are there; not yet in an empty file.

    Raises:
        sqlite3.DatabaseError: there are other tables.
    """
    # In this order: another worker may make them just now.
    is_empty = connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version == 0 and is_empty:
        return False
    if version != SCHEMA_VERSION:
        versions = f"{version}, known is {SCHEMA_VERSION}"
        raise sqlite3.DatabaseError(
            f"this is another program's, or of a later version ({versions})"
        )
    return True


def _used_bytes(connection: sqlite3.Connection) -> int:
    pragmas = ("page_count", "freelist_count", "page_size")
    pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas)
    return int((pages - free) * size)


def _empty_log(connection: sqlite3.Connection) -> None:
    # SQLite waits for writers and readers, but not for another worker that empties the log.
    deadline = time.monotonic() + BUSY_S
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > deadline:
            raise sqlite3.OperationalError("the write-ahead log is in use and cannot be emptied")
        time.sleep(RETRY_INTERVAL_S)
