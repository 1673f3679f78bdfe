"""A reader of files for training, in formats recognised by their content, gzipped or not.

`realtime.formats` has the formats: lines of NDJSON of this project and of Quick, Draw!, which may
stand in one file, and UNIPEN 1.0. A file of a data set is larger than the limits there, and a line
that cannot be read spoils no other.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from realtime.formats import ndjson, unipen
from realtime.formats.drawing import LabelledDrawing
from realtime.formats.file_content import GZIP_MAGIC
from realtime.formats.limits import MalformedInkError
from realtime.formats.unipen_statements import KEYWORD, TRUNCATED
from train.data.sample import Sample, sample_of

_DIGIT_WORDS = {
    name: str(digit)
    for digit, name in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    )
}


@dataclass(frozen=True, slots=True)
class FileRead:
    """The samples of a file in its order, and how many of its lines could not be read.

    `first_malformed` is the number of the first such line, from 1, or None.
    """

    samples: list[Sample]
    malformed: int
    first_malformed: int | None


def read_file(path: Path) -> FileRead:
    """Read all samples of a file; lines that cannot be read are counted and left out.

    Of UNIPEN, each `.SEGMENT` with a label makes a sample, whatever its level in the hierarchy and
    its quality. Files that `.INCLUDE` names are not opened.

    Raises:
        OSError: the file cannot be opened.
    """
    malformed: set[int] = set()
    samples = list(_samples(_lines(path), malformed))
    return FileRead(samples, len(malformed), min(malformed, default=None))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    with path.open("rb") as file:
        stream = gzip.GzipFile(fileobj=file) if file.peek(2).startswith(GZIP_MAGIC) else file
        try:
            for number, line in enumerate(stream, 1):
                yield number, line.removeprefix(codecs.BOM_UTF8)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield number + 1, TRUNCATED


def _samples(lines: Iterator[tuple[int, bytes]], malformed: set[int]) -> Iterator[Sample]:
    json = False
    for number, line in lines:
        json = json or line.lstrip().startswith(b"{")
        if not json and KEYWORD.match(line):
            segments = unipen.labelled_segments(
                chain([(number, line)], lines), lambda number, _: malformed.add(number)
            )
            yield from map(sample_of, segments)
        elif line.strip():
            try:
                yield _sample(ndjson.parse_line(line))
            except MalformedInkError:
                malformed.add(number)


def _sample(drawing: LabelledDrawing) -> Sample:
    """The sample of a line.

    Raises:
        MalformedInkError: the line has no label.
    """
    if not drawing.label:
        raise MalformedInkError("no label to learn")
    sample = sample_of(drawing)
    if drawing.source == ndjson.QUICK_DRAW:
        return Sample(
            label=_DIGIT_WORDS.get(sample.label.lower(), sample.label),
            writer=sample.writer,
            strokes=sample.strokes,
            hz=sample.hz,
        )
    return sample
