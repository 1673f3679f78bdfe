"""Conversion of files of ink: between formats, into session files, and of samples that were kept.

Each takes paths and gives back what became of them; a file that cannot be read is named, and the
others are converted all the same.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from realtime.errors import InkFileError
from realtime.formats.drawing import LabelledDrawing, fitted
from realtime.formats.reading import InkFormat, read_ink
from realtime.formats.writing import SUFFIXES, format_of_name, write_ink
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.samples.export import NO_DIGIT
from realtime.setting_groups import InkFileLimits

# Width and height of the canvas that ink from elsewhere is fitted into, as that of the page is.
IMPORT_CANVAS = (800.0, 400.0)
# What is changed of each drawing between reading and writing.
Change = Callable[[LabelledDrawing], LabelledDrawing]


@dataclass(slots=True)
class Conversion:
    """What became of some files.

    Attributes:
        read: the files that were read, each with its format and the number of its drawings.
        written: the files that were written.
        skipped: why files could not be read or written.
    """

    read: list[tuple[Path, InkFormat, int]] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    skipped: list[InkFileError] = field(default_factory=list)


def convert(
    sources: Iterable[Path],
    target: Path,
    *,
    ink_format: InkFormat | None = None,
    canvas: tuple[float, float] | None = None,
    limits: InkFileLimits | None = None,
) -> Conversion:
    """Convert files to one file, or, where the target is a folder, each drawing to one of its own.

    Args:
        sources: files of any format that is read.
        target: a file, or a folder that is there.
        ink_format: what to write; without it the target's name says so.
        canvas: width and height that each drawing is fitted into; without it coordinates stay.
        limits: how much of each file is read.

    Raises:
        InkFileError: the target's name names no format.
    """

    def fit(drawing: LabelledDrawing) -> LabelledDrawing:
        return fitted(drawing, *canvas) if canvas else drawing

    return _converted(sources, target, ink_format, fit, limits)


def import_sessions(
    sources: Iterable[Path],
    folder: Path,
    *,
    task: str = "",
    canvas: tuple[float, float] = IMPORT_CANVAS,
    limits: InkFileLimits | None = None,
) -> Conversion:
    """Make session files of ink from elsewhere, one a drawing, which a server can be sent.

    Args:
        sources: files of any format that is read.
        folder: where to, a folder that is there.
        task: what the sessions ask to have recognized; without it what the file or label suggests.
        canvas: width and height that each drawing is fitted into.
        limits: how much of each file is read.
    """

    def adapt(drawing: LabelledDrawing) -> LabelledDrawing:
        return replace(fitted(drawing, *canvas), task=task or drawing.task or likely_task(drawing))

    return _converted(sources, folder, InkFormat.SESSION, adapt, limits)


def export_kept(
    source: Path,
    target: Path,
    *,
    task: str = "",
    ink_format: InkFormat | None = None,
    limits: InkFileLimits | None = None,
) -> Conversion:
    """Write the samples that the service has kept.

    NDJSON is what `python -m train --ink` learns from, where ink that is no digit is called so.

    Args:
        source: the SQLite file.
        target: a file, or a folder that is there.
        task: only samples of sessions that asked for it, such as "digit" or "line"; all without.
        ink_format: what to write; without it the target's name says so.
        limits: how many points and strokes are read.

    Raises:
        InkFileError: the target's name names no format, or the source holds no such samples.
    """
    ink_format = ink_format or format_of_name(target)
    result = Conversion()
    try:
        found, drawings = read_ink(source, limits)
    except InkFileError as error:
        result.skipped.append(error)
        return result
    if found is not InkFormat.KEPT:
        raise InkFileError(path=str(source), reason=f"is {found}, no database of samples")
    wanted = [
        _for_training(drawing) if ink_format is InkFormat.NDJSON else drawing
        for drawing in drawings
        if not task or (drawing.task or DEFAULT_TASK) == task
    ]
    if not wanted:
        raise InkFileError(path=str(source), reason=f"has no samples of {task!r}")
    result.read.append((source, found, len(wanted)))
    _write(wanted, target, ink_format, source.stem, result)
    return result


def likely_task(drawing: LabelledDrawing) -> str:
    """What a drawing is probably to be recognized as; "" where it has no label."""
    label = drawing.label
    if not label:
        return ""
    if drawing.notation == "latex" or drawing.mathml:
        return "math"
    if len(label) == 1:
        return DEFAULT_TASK if label in "0123456789" else "character"
    return "text" if any(character.isalpha() for character in label) else "line"


def _for_training(drawing: LabelledDrawing) -> LabelledDrawing:
    is_no_digit = drawing.label == "" and (drawing.task or DEFAULT_TASK) == DEFAULT_TASK
    return replace(drawing, label=NO_DIGIT) if is_no_digit else drawing


def _converted(
    sources: Iterable[Path],
    target: Path,
    ink_format: InkFormat | None,
    change: Change,
    limits: InkFileLimits | None,
) -> Conversion:
    if ink_format is None:
        if target.is_dir():
            reason = "is a folder; say which format to write"
            raise InkFileError(path=str(target), reason=reason)
        ink_format = format_of_name(target)
    result = Conversion()
    together: list[LabelledDrawing] = []
    for source in sources:
        try:
            found, drawings = read_ink(source, limits)
        except InkFileError as error:
            result.skipped.append(error)
            continue
        result.read.append((source, found, len(drawings)))
        drawings = [change(drawing) for drawing in drawings]
        if target.is_dir():
            _write(drawings, target, ink_format, source.name.partition(".")[0], result)
        else:
            together += drawings
    if together:
        _write(together, target, ink_format, "", result)
    return result


def _write(
    drawings: Sequence[LabelledDrawing],
    target: Path,
    ink_format: InkFormat,
    name: str,
    result: Conversion,
) -> None:
    """Write drawings to a file, or each to one of its own in a folder, named after their file."""
    taken = frozenset(result.written)
    if not target.is_dir():
        files = [(target, drawings)]
    elif len(drawings) == 1:
        files = [(_free(target / f"{name}{SUFFIXES[ink_format][0]}", taken), drawings)]
    else:
        digits = len(str(len(drawings)))
        files = [
            (
                _free(target / f"{name}-{number:0{digits}}{SUFFIXES[ink_format][0]}", taken),
                [drawing],
            )
            for number, drawing in enumerate(drawings, 1)
        ]
    sources = {source.resolve() for source, _, _ in result.read}
    for path, content in files:
        try:
            if path.resolve() in sources:
                reason = "was read, and is not written over"
                raise InkFileError(path=str(path), reason=reason)
            write_ink(path, content, ink_format)
            result.written.append(path)
        except InkFileError as error:
            result.skipped.append(error)


def _free(path: Path, taken: Collection[Path]) -> Path:
    """The path, or one like it where a file of that name has just been written."""
    free, number = path, 1
    while free in taken:
        number += 1
        free = path.with_name(f"{path.stem}_{number}{path.suffix}")
    return free
