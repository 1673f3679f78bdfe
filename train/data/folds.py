"""Folds of writers, for networks and weights that are tested on writers they do not know."""

import zlib

FOLDS = 5
# Of ink that no writer of the data drew.
NOBODYS = 255


def fold_of(writer: str) -> int:
    """The fold of a writer, 0 to `FOLDS` - 1, always the same; `NOBODYS` for "".

    It depends on the name alone, so that it is the same in every file that a writer is in.
    """
    return zlib.crc32(writer.encode()) % FOLDS if writer else NOBODYS
