"""Drawings written to a file, in the format that is asked for or that its name ends with."""

import gzip
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from realtime.errors import InkFileError
from realtime.formats import inkml_writer, ndjson, session, unipen
from realtime.formats.drawing import LabelledDrawing
from realtime.formats.limits import MalformedInkError
from realtime.formats.reading import InkFormat

# How names of files end, of each format that is written; the first is given to new files.
SUFFIXES: Mapping[InkFormat, Sequence[str]] = MappingProxyType(
    {
        InkFormat.NDJSON: (".ndjson", ".jsonl"),
        InkFormat.INKML: (".inkml", ".xml"),
        InkFormat.UNIPEN: (".unp", ".dat", ".unipen"),
        InkFormat.SESSION: (".json",),
    }
)


def format_of_name(path: Path) -> InkFormat:
    """The format of a file that is to be written, by its suffix, before `.gz` if that is the last.

    Raises:
        InkFileError: no format that is written has it.
    """
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    for ink_format, suffixes in SUFFIXES.items():
        if suffix in suffixes:
            return ink_format
    known = ", ".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
    raise InkFileError(path=str(path), reason=f"a name has to end with one of {known}")


def format_ink(drawings: Sequence[LabelledDrawing], ink_format: InkFormat) -> bytes:
    """The content of a file of these drawings.

    Raises:
        MalformedInkError: the format is only read, or cannot carry them; a session is one drawing.
    """
    if ink_format not in _WRITERS:
        raise MalformedInkError(f"{ink_format} is read, not written")
    return _WRITERS[ink_format](drawings)


def write_ink(path: Path, drawings: Sequence[LabelledDrawing], ink_format: InkFormat) -> None:
    """Write drawings to a file, gzipped where its name ends with `.gz`.

    What was there is replaced when all is written, and not before.

    Raises:
        InkFileError: it cannot be written, or the format cannot carry the drawings.
    """
    try:
        content = format_ink(drawings, ink_format)
        if path.suffix == ".gz":
            content = gzip.compress(content, mtime=0)
        _replace(path, content)
    except MalformedInkError as error:
        raise InkFileError(
            path=str(path), reason=error.reason, place=error.place, limit=error.limit
        ) from error
    except OSError as error:
        raise InkFileError(path=str(path), reason=f"cannot be written: {error.strerror}") from error


def _replace(path: Path, content: bytes) -> None:
    if path.exists() and not path.is_file():
        # /dev/stdout, for one, is nothing to be replaced.
        path.write_bytes(content)
        return
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _format_session(drawings: Sequence[LabelledDrawing]) -> bytes:
    if len(drawings) != 1:
        reason = f"{len(drawings)} drawings; a session file has one, name a folder for more"
        raise MalformedInkError(reason)
    return session.format_session(drawings[0])


def _format_ndjson(drawings: Iterable[LabelledDrawing]) -> bytes:
    return b"".join(map(ndjson.format_line, drawings))


_WRITERS: Mapping[InkFormat, Callable[[Sequence[LabelledDrawing]], bytes]] = MappingProxyType(
    {
        InkFormat.SESSION: _format_session,
        InkFormat.NDJSON: _format_ndjson,
        InkFormat.INKML: inkml_writer.format_drawings,
        InkFormat.UNIPEN: unipen.format_drawings,
    }
)
