"""Damages bytes at a position."""


def splice(data: bytes, place: int, removed: int, inserted: bytes) -> bytes:
    """Replace `removed` bytes at `place`, counted modulo the length, by others."""
    place %= len(data) + 1
    return data[:place] + inserted + data[place + removed :]
