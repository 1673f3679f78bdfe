"""The folder of the files that workers count in: made, reserved, read and merged without losses.

prometheus_client gives each process files of its own there and adds up all of them for a scrape.
So that the folder does not grow with each worker that ends, the master adds the counts of those
that have ended into one file of each kind; readers and the master take turns by a lock. Files are
written through memory maps, and a write for which the disk has no room ends the process (SIGBUS):
room is therefore taken before it is used.

The folder's own lock is held as long as a process of its service lives, so that what a killed
service has left is known and removed by the next one.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

_PREFIX = "ink-metrics-"
# Held while the service lives; and while files are read or merged.
_LIFE_LOCK, _TURN_LOCK = "life.lock", "turn.lock"
# What the service counts in: two kinds that are added up, and gauges of live workers.
_ADDED_UP = ("counter", "histogram")
_GAUGES = ("gauge_livesum", "gauge_livemax", "gauge_livemin")
# Takes the place of a process id in the names of what was merged.
_ENDED = "ended"
# Of each file; prometheus_client begins with as much, and all names and labels that there are take
# up a third of it.
FILE_BYTES = 64 * 1024
# Why files are merged later: a reader has its turn, there is no room, or no folder any more.
_POSTPONED = (errno.EWOULDBLOCK, errno.ENOSPC, errno.EDQUOT, errno.ENOENT)


class MetricsFolder:
    """A new folder below another; kept by the master, inherited by the workers."""

    def __init__(self, parent: str | None) -> None:
        """Make it, after removing those of services that are gone.

        Args:
            parent: where; None is the system's folder for temporary files.
        """
        parent = parent or tempfile.gettempdir()
        _remove_abandoned(Path(parent))
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        (self.path / _TURN_LOCK).touch()
        # It is there once it is held, so that nobody takes this folder for an abandoned one.
        new = self.path / f"{_LIFE_LOCK}.new"
        self._life: IO[bytes] = new.open("wb")
        fcntl.flock(self._life, fcntl.LOCK_SH)
        new.rename(self.path / _LIFE_LOCK)

    def reserve(self, pid: int) -> bool:
        """Take the room that a new worker's files will need; False if there is not enough."""
        files = [self.path / f"{kind}_{pid}.db" for kind in (*_ADDED_UP, *_GAUGES)]
        try:
            for file in files:
                _take_room(file, FILE_BYTES)
        except OSError:
            for file in files:
                file.unlink(missing_ok=True)
            return False
        return True

    def merge_ended(self, alive: Collection[int]) -> None:
        """Merge the files of processes that have ended.

        Where there is no room for it, or a reader is at work, they stay until the next one ends.

        Args:
            alive: the ids of the processes that still count.
        """
        kept = {str(pid) for pid in alive} | {_ENDED}
        try:
            with (self.path / _TURN_LOCK).open("rb") as lock:
                # A reader that was stopped must not stop the master.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for kind in _ADDED_UP:
                    files = self.path.glob(f"{kind}_*.db")
                    self._merge(kind, [file for file in files if _owner(file) not in kept])
        except OSError as error:
            if error.errno not in _POSTPONED:
                raise

    def remove(self) -> None:
        """Remove it with all counts."""
        self._life.close()
        shutil.rmtree(self.path, ignore_errors=True)

    def _merge(self, kind: str, ended: list[Path]) -> None:
        """Add up files into that of this kind.

        Raises:
            OSError: the disk has no room for it; all files are as before.
        """
        # The environment says which files to use when this is imported.
        from prometheus_client.mmap_dict import MmapedDict

        if not ended:
            return
        merged = self.path / f"{kind}_{_ENDED}.db"
        sources = [merged, *ended] if merged.exists() else ended
        sums: Counter[str] = Counter()
        for source in sources:
            for key, value, _, _ in MmapedDict.read_all_values_from_file(source):  # type: ignore[no-untyped-call]
                sums[key] += value
        new = merged.with_suffix(".new")
        new.unlink(missing_ok=True)
        try:
            # It holds no more than all that it is made of.
            _take_room(new, max(FILE_BYTES, sum(map(_used, sources))))
        except OSError:
            new.unlink(missing_ok=True)
            raise
        counts = MmapedDict(str(new))  # type: ignore[no-untyped-call]
        for key, total in sums.items():
            counts.write_value(key, total, 0.0)  # type: ignore[no-untyped-call]
        counts.close()  # type: ignore[no-untyped-call]
        new.rename(merged)
        for file in ended:
            file.unlink()


@contextlib.contextmanager
def reading(folder: str) -> Iterator[None]:
    """Hold off the merging of files in a folder, so that nothing is counted twice or not at all."""
    with contextlib.ExitStack() as stack:
        # The last scrape of a service that ends finds no folder.
        with contextlib.suppress(FileNotFoundError):
            lock = stack.enter_context(Path(folder, _TURN_LOCK).open("rb"))
            fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def counts_of(folder: str, pid: int) -> bool:
    """Whether a process counts into a folder: it does not if there was no room for its files."""
    return Path(folder, f"{_ADDED_UP[0]}_{pid}.db").exists()


def _remove_abandoned(parent: Path) -> None:
    for lock in parent.glob(f"{_PREFIX}*/{_LIFE_LOCK}"):
        # Another user's is none of ours.
        with contextlib.suppress(OSError), lock.open("rb+") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)


def _take_room(file: Path, size: int) -> None:
    """Make a file of zeros whose every byte has a place on the disk."""
    with file.open("ab") as opened:
        if sys.platform == "darwin":  # it knows no such call
            opened.truncate(size)
        else:
            os.posix_fallocate(opened.fileno(), 0, size)


def _owner(file: Path) -> str:
    return file.stem.rpartition("_")[2]


def _used(file: Path) -> int:
    """The number of bytes in use, which the file begins with (an int as the machine has it)."""
    with file.open("rb") as opened:
        return int.from_bytes(opened.read(4), sys.byteorder)
