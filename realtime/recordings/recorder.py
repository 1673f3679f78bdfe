"""The recorder: writes each session to a session file, for testers, where the service is set to.

Files are written as the session goes, so that memory stays as it is, and end in `.part` until they
are whole. A disk that is full ends the recording and nothing else.
"""

import contextlib
import io
import logging
import time
from collections.abc import Iterator
from pathlib import Path

from realtime.config import variable_name
from realtime.errors import SettingError
from realtime.free_space import write_failure
from realtime.setting_groups import RecordingSettings

# Operators filter by this name.
_log = logging.getLogger("realtime.recorder")


def missing_folder(settings: RecordingSettings) -> str | None:
    """What the operator should know: that sessions cannot be recorded, and why."""
    failure = write_failure(settings.folder, settings.file_bytes) if settings.folder else None
    return f"room for recordings in their folder: {failure}" if failure else None


def check_folder(settings: RecordingSettings) -> None:
    """Check the folder, if there shall be recordings.

    Raises:
        SettingError: it cannot be written.
    """
    failure = write_failure(settings.folder, 0) if settings.folder else None
    if failure:
        variable = variable_name(RecordingSettings.folder)
        raise SettingError(variable, settings.folder, f"a folder that can be written: {failure}")


class Recorder:
    """Writes one session file, or nothing where no folder is set. Never raises."""

    def __init__(self, settings: RecordingSettings, session_id: str) -> None:
        self._file: io.BufferedWriter | None = None
        self._folder = settings.folder
        self._part = Path(settings.folder) / f"{session_id}.json.part"
        self._session_id = session_id
        self._started = 0.0
        self._bytes_left = settings.file_bytes
        self._separator = b""

    def open(self) -> None:
        """Begin the file; times count from now."""
        if not self._folder:
            return
        self._started = time.monotonic()
        with self._stopping_on_failure():
            self._file = self._part.open("wb")
            self._file.write(b'{"format":"ink-session","v":1,"messages":[')

    def sent(self, text: bytes) -> None:
        """Record a message of the client that was accepted; JSON."""
        if self._file:
            self._write(b"send", text)

    def received(self, text: bytes) -> None:
        """Record a message that the client got; JSON."""
        if self._file:
            self._write(b"recv", text)

    def close(self) -> None:
        """Make the file whole."""
        if self._file:
            with self._stopping_on_failure():
                self._file.write(b"]}\n")
                self._file.close()
                self._part.rename(self._part.with_suffix(""))

    def _write(self, direction: bytes, text: bytes) -> None:
        at_ms = (time.monotonic() - self._started) * 1000
        entry = b'%b\n{"at":%.1f,"%b":%b}' % (self._separator, at_ms, direction, text)
        self._separator = b","
        self._bytes_left -= len(entry)
        if self._file and self._bytes_left >= 0:
            with self._stopping_on_failure():
                self._file.write(entry)

    @contextlib.contextmanager
    def _stopping_on_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            _log.error("recording_failed session=%s: %s", self._session_id, error)
            file, self._file = self._file, None
            if file:
                with contextlib.suppress(OSError):
                    file.close()
