"""Whether a folder has room for files that are about to be written there."""

import errno
import os
import shutil
import tempfile


def write_failure(folder: str | None, size: int) -> str | None:
    """Why a file of so many bytes cannot be written just now; None if it can.

    Args:
        folder: where; None is the system's folder for temporary files.
        size: bytes.
    """
    try:
        folder = folder or tempfile.gettempdir()
    except FileNotFoundError:  # it tries several, and lists them
        return "no folder can be written"
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        return error.strerror or str(error)
    return None if free >= size else os.strerror(errno.ENOSPC)
