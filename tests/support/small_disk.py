"""Small and read-only file systems, for tests of disks that cannot be written."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of this size (as `mount` writes it), until the block ends.

    Skips the test where there is no right to mount one.
    """
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no right to mount a small disk: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Leave no room on the disk of a folder, by a file there."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", 0) as opened:
        while opened.write(bytes(4096)):
            pass
    assert shutil.disk_usage(folder).free == 0
    return ballast


def read_only(*mounts: str) -> list[str]:
    """The beginning of a command for which these mounts are read-only, and for nothing else.

    Skips the test where there is no right to do so.
    """
    return _with_mounts("".join(f"mount -o remount,bind,ro {mount} && " for mount in mounts))


def in_place_of(mount: str, folder: Path) -> list[str]:
    """The beginning of a command for which a folder takes the place of a mount.

    Skips the test where there is no right to do so.
    """
    return _with_mounts(f"mount --bind {folder} {mount} && ")


def _with_mounts(script: str) -> list[str]:
    prefix = ["unshare", "--mount", "sh", "-c", f'{script}exec "$@"', "sh"]
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip(f"no right to mount anything: {tried.stderr.decode().strip()}")
    return prefix
