"""Files of ink read, each by the format that its content shows."""

import codecs
import json
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from realtime.errors import InkFileError
from realtime.formats import excalidraw, inkml, kept, ndjson, session, signature_pad, unipen
from realtime.formats.drawing import LabelledDrawing
from realtime.formats.file_content import decode_text, read_content
from realtime.formats.limits import InkBudget, MalformedInkError
from realtime.formats.unipen_statements import KEYWORD
from realtime.setting_groups import InkFileLimits


class InkFormat(StrEnum):
    """The formats that are read; those in `writing.SUFFIXES` are written, too."""

    SESSION = "session"
    NDJSON = "ndjson"
    INKML = "inkml"
    UNIPEN = "unipen"
    KEPT = "kept"
    SIGNATURE_PAD = "signature_pad"
    EXCALIDRAW = "excalidraw"


_SESSION = re.compile(r'"format"\s*:\s*"ink-session"')
_EXCALIDRAW = re.compile(r'"type"\s*:\s*"excalidraw(?:/clipboard)?"')
_INKML = re.compile(r"<(?:\w+:)?ink[\s>/]")


def read_ink(
    path: Path, limits: InkFileLimits | None = None
) -> tuple[InkFormat, list[LabelledDrawing]]:
    """Read all drawings of a file, and say which format it has; gzipped or not.

    Raises:
        InkFileError: it cannot be read, is of no known format, malformed, or more than a limit;
            names the file, the place in it, and the limit.
    """
    limits = limits or InkFileLimits()
    try:
        content = _head(path) if _is_database(path) else read_content(path, limits)
        ink_format = detect(content)
        budget = InkBudget(limits)
        if ink_format is InkFormat.KEPT:
            return ink_format, list(kept.read_drawings(path, budget))
        drawings = list(_READERS[ink_format](content, budget))
        if not drawings:
            raise MalformedInkError("no ink")
    except MalformedInkError as error:
        raise InkFileError(
            path=str(path),
            reason=error.reason,
            place=error.place,
            limit=error.limit,
            setting=error.setting,
        ) from error
    except OSError as error:
        raise InkFileError(path=str(path), reason=f"cannot be read: {error.strerror}") from error
    return ink_format, drawings


def detect(content: bytes) -> InkFormat:
    """The format of a file's content.

    Raises:
        MalformedInkError: it is none that is known.
    """
    if content.startswith(kept.SQLITE_MAGIC):
        return InkFormat.KEPT
    if content.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<") and 0 not in content[:2]:
        # XML says itself what it is encoded in, which may be no Unicode.
        return _detect_xml(content.decode("latin-1"))
    text = decode_text(content)
    start = text.lstrip()
    if start.startswith("<"):
        return _detect_xml(start)
    if start.startswith("["):
        return InkFormat.SIGNATURE_PAD
    if start.startswith("{"):
        return _detect_object(start)
    if any(KEYWORD.match(line.encode()) for line in text.split("\n")):
        return InkFormat.UNIPEN
    known = ", ".join(InkFormat)
    raise MalformedInkError(f"is of no known format ({known})")


def _detect_xml(text: str) -> InkFormat:
    if not _INKML.search(text):
        raise MalformedInkError("is XML, but no InkML: there is no element <ink>")
    return InkFormat.INKML


def _detect_object(text: str) -> InkFormat:
    # A line of NDJSON is complete in itself, and may quote anything in a label.
    first = text.partition("\n")[0]
    try:
        fields = json.loads(first)
    except (ValueError, RecursionError):
        fields = {}
    if not fields.keys() & {"strokes", "drawing"}:
        if _SESSION.search(text):
            return InkFormat.SESSION
        if _EXCALIDRAW.search(text):
            return InkFormat.EXCALIDRAW
    return InkFormat.NDJSON


def _is_database(path: Path) -> bool:
    return path.is_file() and _head(path) == kept.SQLITE_MAGIC


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(kept.SQLITE_MAGIC))


def _read_ndjson(content: bytes, budget: InkBudget) -> Iterable[LabelledDrawing]:
    # Not by `splitlines`, which splits at characters that may stand in a string.
    for number, line in enumerate(decode_text(content).split("\n"), 1):
        if line.strip():
            place = f"line {number}"
            try:
                drawing = ndjson.parse_line(line)
            except MalformedInkError as error:
                raise MalformedInkError(str(error), place) from error
            for trace in drawing.traces:
                budget.add(trace, place)
            yield drawing


def _read_session(content: bytes, budget: InkBudget) -> Iterable[LabelledDrawing]:
    return [session.read_drawing(decode_text(content).encode(), budget)]


_READERS: Mapping[InkFormat, Callable[[bytes, InkBudget], Iterable[LabelledDrawing]]] = (
    MappingProxyType(
        {
            InkFormat.SESSION: _read_session,
            InkFormat.NDJSON: _read_ndjson,
            # What it is encoded in, XML says itself.
            InkFormat.INKML: inkml.read_drawings,
            InkFormat.UNIPEN: lambda content, budget: unipen.read_drawings(
                decode_text(content), budget
            ),
            InkFormat.SIGNATURE_PAD: lambda content, budget: [
                signature_pad.read_drawing(decode_text(content), budget)
            ],
            InkFormat.EXCALIDRAW: lambda content, budget: [
                excalidraw.read_drawing(decode_text(content), budget)
            ],
        }
    )
)
