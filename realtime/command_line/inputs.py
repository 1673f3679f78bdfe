"""What is read of a file for `recognize`: one picture, or the drawings of a file of ink."""

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from realtime.client.errors import AnswerTimeoutError, ConnectionLostError
from realtime.command_line.readers import Reader
from realtime.config import Settings
from realtime.errors import InkFileError, RealtimeError, ReportedError
from realtime.formats.conversion import IMPORT_CANVAS, likely_task
from realtime.formats.drawing import LabelledDrawing, fitted
from realtime.formats.limits import MalformedInkError
from realtime.formats.reading import read_ink
from realtime.images.decoding import FORM_FIELD, FORMATS
from realtime.protocol.server_messages import Candidate, Prediction

STANDARD_INPUT = Path("-")
# No format of pictures begins with more.
_BEGINNING_BYTES = max(len(one) for beginnings in FORMATS.values() for one in beginnings)


class FileError(RealtimeError):
    """A file cannot be read."""


class Recognized(Struct, frozen=True, kw_only=True):
    """What one picture or drawing says.

    Attributes:
        file: its name.
        drawing: the drawing's place in the file from 1; 0 for a picture.
        task: as what it was read.
        text: what it says.
        p: its calibrated probability.
        rejected: whether that should not be relied on.
        reason: why not, if that is known.
        top: what it may be, the likeliest first.
        latex: of a formula.
        value: what a sum or a formula comes to.
        label: what it should say, where the file knows that.
    """

    file: str
    drawing: int = 0
    task: str
    text: str
    p: float
    rejected: bool
    reason: str | None = None
    top: list[Candidate] = []
    latex: str | None = None
    value: str | None = None
    label: str | None = None


def read_file(
    path: Path, reader: Reader, task: str | None, settings: Settings
) -> Iterator[Recognized]:
    """Read a picture, or all drawings of a file; `-` is standard input.

    Raises:
        FileError: it cannot be read; names it.
        ClientConnectionError: no other one can be read either.
    """
    try:
        if path == STANDARD_INPUT:
            with tempfile.NamedTemporaryFile() as file:
                _copy(sys.stdin.buffer, file, settings)
                yield from _read(Path(file.name), str(path), reader, task, settings)
        else:
            yield from _read(path, str(path), reader, task, settings)
    except InkFileError as error:
        raise FileError(str(replace(error, path=str(path)))) from error
    except ReportedError as error:
        # In HTTP the form's field is named.
        raise FileError(f"{path}: {str(error).removeprefix(f'{FORM_FIELD}: ')}") from error
    except (MalformedInkError, AnswerTimeoutError, ConnectionLostError) as error:
        raise FileError(f"{path}: {error}") from error
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from error


def _read(
    path: Path, name: str, reader: Reader, task: str | None, settings: Settings
) -> Iterator[Recognized]:
    if path.is_file() and _is_picture(path):
        with path.open("rb") as file:
            # A byte too many is enough to tell that it is too large.
            data = file.read(settings.images.image_bytes + 1)
        chosen, answer = reader.read_picture(data, task)
        yield Recognized(
            file=name,
            task=chosen,
            text=answer.text,
            p=answer.confidence,
            rejected=answer.rejected,
            reason=answer.reason,
            top=answer.top,
        )
        return
    _, drawings = read_ink(path, settings.ink_files)
    for number, drawing in enumerate(drawings, 1):
        wanted = task or drawing.task or likely_task(drawing)
        yield _recognized(name, number, drawing, *reader.read_drawing(_prepared(drawing), wanted))


def _prepared(drawing: LabelledDrawing) -> LabelledDrawing:
    """The ink alone, on a canvas: nobody is to be told what it says."""
    bare = replace(drawing, segments=(), label=None)
    return bare if drawing.canvas else fitted(bare, *IMPORT_CANVAS)


def _recognized(
    name: str, number: int, drawing: LabelledDrawing, task: str, answer: Prediction
) -> Recognized:
    best = answer.top[0] if answer.top else Candidate("", 0.0)
    return Recognized(
        file=name,
        drawing=number,
        task=task,
        text=answer.text or best.label,
        p=answer.p if isinstance(answer.p, float) else best.p,
        rejected=answer.rejected,
        reason=answer.reason or None,
        top=answer.top,
        latex=answer.latex or None,
        value=answer.value or None,
        label=drawing.label,
    )


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_BEGINNING_BYTES)
    return any(head.startswith(beginnings) for beginnings in FORMATS.values())


def _copy(
    source: BinaryIO, target: "tempfile._TemporaryFileWrapper[bytes]", settings: Settings
) -> None:
    """What a pipe gives, up to what any file may have and one byte."""
    most = max(settings.ink_files.file_bytes, settings.images.image_bytes) + 1
    target.write(source.read(most))
    target.flush()
    os.fsync(target.fileno())
