"""Uploads while they come in and wait for their turn: on disk, or in memory where that fails."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO, FileIO
from typing import IO, cast

from realtime.config import setting_name
from realtime.errors import RETRY_AFTER_S, StorageError
from realtime.free_space import write_failure
from realtime.images.decoding import FORM_FIELD
from realtime.setting_groups import ImageLimits

# Smaller uploads never go to a disk; werkzeug's own bound.
IN_MEMORY_BYTES = 500 * 1024

UNREADABLE = "the server lost the image; please send it again"

_log = logging.getLogger("realtime.http")


class UploadSpace:
    """Where the uploads of a worker wait.

    Thirty photographs that come at once would fill the memory, so they wait in temporary files.
    Where these cannot be written (a read-only container, a full disk) they wait in memory, as many
    as a limit of bytes allows.
    """

    def __init__(self, limits: ImageLimits) -> None:
        self._limit = limits.image_memory_bytes
        self._upload_limit = limits.image_bytes
        self._used = 0
        self._is_failing = False

    @contextmanager
    def receiving(self) -> Iterator[Callable[..., IO[bytes]]]:
        """Yields what makes a stream for each file of a form, as werkzeug's parser wants it.

        All of them are gone when the block ends.
        """
        with ExitStack() as uploads:

            def new_upload(*_: object, **__: object) -> IO[bytes]:
                upload = _Upload(self)
                uploads.callback(upload.close)
                # It has what werkzeug calls of a file.
                return cast("IO[bytes]", upload)

            yield new_upload

    def missing(self) -> str | None:
        """What the operator should know: that there is no disk, and why."""
        failure = write_failure(None, self._upload_limit)
        if failure is None:
            return None
        return (
            f"room for images in the folder for temporary files (TMPDIR): {failure}; "
            f"they wait in memory, {self._limit} bytes at most"
        )

    def take(self, count: int) -> None:
        """Take memory.

        Raises:
            StorageError: there is no more.
        """
        if self._used + count > self._limit:
            raise StorageError(
                message=f"{FORM_FIELD}: the server has no room for more images just now",
                field=FORM_FIELD,
                limit=self._limit,
                setting=setting_name(ImageLimits.image_memory_bytes),
                retry_after_s=RETRY_AFTER_S,
            )
        self._used += count

    def give_back(self, count: int) -> None:
        """Give memory back."""
        self._used -= count

    def disk_failed(self, error: OSError) -> None:
        """Note that a temporary file could not be written or read; the log has it once."""
        if not self._is_failing:
            _log.error("images_wait_in_memory: a temporary file failed: %s", error)
        self._is_failing = True

    def disk_worked(self) -> None:
        """Note that an image waited on disk."""
        if self._is_failing:
            _log.info("images_wait_on_disk_again")
        self._is_failing = False


class _Upload:
    """A file that comes in: first in memory, if it is large on disk, and if that fails in memory.

    `_on_disk` counts the bytes that are whole on disk; all others are in `_memory`.
    """

    def __init__(self, space: UploadSpace) -> None:
        self._space = space
        self._memory = BytesIO()
        self._disk: FileIO | None = None
        self._on_disk = 0
        self._has_failed = False
        # Bytes of memory that were taken from the space.
        self._taken = 0

    def write(self, data: bytes | bytearray) -> int:
        is_small = self._disk is None and self._memory.tell() + len(data) <= IN_MEMORY_BYTES
        if not is_small and not self._has_failed:
            try:
                self._write_to_disk(data)
            except OSError as error:
                self._give_up_disk(error)
            else:
                return len(data)
        if self._has_failed:
            self._take(len(data))
        return self._memory.write(data)

    def seek(self, position: int) -> int:
        return (self._disk or self._memory).seek(position)

    def read(self) -> bytes:
        if self._disk is None:
            return self._memory.read()
        try:
            data = self._disk.read()
        except OSError as error:
            self._space.disk_failed(error)
            raise StorageError(field=FORM_FIELD, message=f"{FORM_FIELD}: {UNREADABLE}") from error
        self._space.disk_worked()
        return data

    def close(self) -> None:
        self._memory.close()
        if self._disk is not None:
            self._disk.close()
        self._space.give_back(self._taken)
        self._taken = 0

    def _write_to_disk(self, data: bytes | bytearray) -> None:
        if self._disk is None:
            # Without a buffer, which would keep what a full disk did not take.
            self._disk = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # until `close`
        moved = self._memory.getvalue()
        for part in (moved, data):
            rest = memoryview(part)
            while rest:
                rest = rest[self._disk.write(rest) :]
        self._on_disk += len(moved) + len(data)
        self._memory = BytesIO()

    def _give_up_disk(self, error: OSError) -> None:
        """Take back into memory what is on disk."""
        self._space.disk_failed(error)
        self._has_failed = True
        self._take(self._memory.tell() + self._on_disk)
        if self._disk is not None:
            self._disk.seek(0)
            self._memory.write(self._disk.read(self._on_disk))
            self._disk.close()
            self._disk = None

    def _take(self, count: int) -> None:
        self._space.take(count)
        self._taken += count
