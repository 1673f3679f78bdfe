"""Here a stroke point is written down, where the service is set to record: session files for testers, one for each connection.

They are written as they go, so that memory stays as it is, and end in `.part` until they are whole. A disk that is full ends the recording
and nothing else.
"""

import contextlib
import io
import logging
import time
from collections.abc import Iterator
from pathlib import Path

from realtime.config import Config

_log = logging.getLogger("realtime.recorder")


class Recorder:
    """Writes one session file, or nothing where no folder is set. Never raises."""

    def __init__(self, config: Config, name: str) -> None:
        self._file: io.BufferedWriter | None = None
        self._folder = config.recordings
        self._name = name
        self._left = config.recording_bytes
        self._between = b""

    def open(self) -> None:
        """Begin the file; times count from now."""
        if not self._folder:
            return
        self._started = time.monotonic()
        self._part = Path(self._folder) / f"{self._name}.json.part"
        with self._giving_up_if_it_fails():
            self._file = self._part.open("wb")
            self._file.write(b'{"format":"ink-session","v":1,"messages":[')

    def sent(self, text: bytes) -> None:
        """Write down a message of the client that was taken; JSON."""
        if self._file:
            self._write(b"send", text)

    def received(self, text: bytes) -> None:
        """Write down what the client got; JSON."""
        if self._file:
            self._write(b"recv", text)

    def close(self) -> None:
        """Make the file whole."""
        if self._file:
            with self._giving_up_if_it_fails():
                self._file.write(b"]}\n")
                self._file.close()
                self._part.rename(self._part.with_suffix(""))

    def _write(self, direction: bytes, text: bytes) -> None:
        entry = b'%b\n{"at":%.1f,"%b":%b}' % (self._between, (time.monotonic() - self._started) * 1000, direction, text)
        self._between = b","
        self._left -= len(entry)
        if self._file and self._left >= 0:
            with self._giving_up_if_it_fails():
                self._file.write(entry)

    @contextlib.contextmanager
    def _giving_up_if_it_fails(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            _log.error("recording_failed session=%s: %s", self._name, error)
            file, self._file = self._file, None
            if file:
                with contextlib.suppress(OSError):
                    file.close()
