"""A reader of handwriting files in several formats, each recognised by its content, gzipped or not.

- NDJSON of this project: one object a line,
  `{"label": "7", "writer": "1f0c", "hz": 200, "strokes": [[[x, y], …], …]}`;
  `writer` and `hz` may be missing.
- NDJSON of Quick, Draw!, raw or simplified:
  `{"word": "seven", "drawing": [[[x, …], [y, …], [t, …]], …]}`, with or without t. Whether the game
  recognised the drawing is ignored. Both kinds of line may stand in one file.
- UNIPEN 1.0, see `unipen.py`.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from train.data import unipen
from train.data.sample import COORDINATE_LIMIT, Sample

_DIGIT_WORDS = {
    name: str(digit)
    for digit, name in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    )
}
_GZIP_MAGIC = b"\x1f\x8b"

_Label = Annotated[str, Meta(min_length=1)]
_Coordinate = Annotated[float, Meta(ge=-COORDINATE_LIMIT, le=COORDINATE_LIMIT)]


@dataclass(frozen=True, slots=True)
class FileRead:
    """The samples of a file in its order, and how many of its lines could not be read.

    `first_malformed` is the number of the first such line, from 1, or None.
    """

    samples: list[Sample]
    malformed: int
    first_malformed: int | None


class _Line(msgspec.Struct):
    """A line of NDJSON of either kind."""

    label: _Label | None = None
    writer: str = ""
    hz: Annotated[float, Meta(gt=0)] | None = None
    strokes: list[list[tuple[_Coordinate, _Coordinate]]] | None = None
    word: _Label | None = None
    drawing: list[Annotated[list[list[float]], Meta(min_length=2, max_length=3)]] | None = None


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
        stream = gzip.GzipFile(fileobj=file) if file.peek(2).startswith(_GZIP_MAGIC) else file
        try:
            for number, line in enumerate(stream, 1):
                yield number, line.removeprefix(codecs.BOM_UTF8)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield number + 1, unipen.TRUNCATED


def _samples(lines: Iterator[tuple[int, bytes]], malformed: set[int]) -> Iterator[Sample]:
    decoder = msgspec.json.Decoder(_Line)
    json = False
    for number, line in lines:
        json = json or line.lstrip().startswith(b"{")
        if not json and unipen.KEYWORD.match(line):
            yield from unipen.parse(chain([(number, line)], lines), malformed)
        elif line.strip():
            try:
                yield _sample(decoder.decode(line))
            # msgspec's errors are ValueErrors; an absurdly nested line makes a RecursionError.
            except (ValueError, RecursionError):
                malformed.add(number)


def _sample(line: _Line) -> Sample:
    """The sample of a line.

    Raises:
        ValueError: the line is of neither kind, or without ink.
    """
    if line.label and line.strokes is not None:
        label, writer, hz = line.label, line.writer, line.hz
        strokes = tuple(np.array(stroke, np.float32) for stroke in line.strokes if stroke)
    elif line.word and line.drawing is not None:
        # Events of mice and fingers come unevenly: their times give no rate.
        label, writer, hz = _DIGIT_WORDS.get(line.word.lower(), line.word), "", None
        # Lists of unequal length make np.array raise ValueError.
        columns = [np.array(stroke)[:2] for stroke in line.drawing if any(stroke)]
        if any(np.abs(stroke).max() > COORDINATE_LIMIT for stroke in columns):
            raise ValueError("coordinates out of range")
        strokes = tuple(np.ascontiguousarray(stroke.T, np.float32) for stroke in columns)
    else:
        raise ValueError("neither label and strokes nor word and drawing")
    if not strokes:
        raise ValueError("no ink")
    return Sample(label, writer, strokes, hz)
