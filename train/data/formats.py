"""Reads files of handwriting as others write them; the content says which kind a file is, and it may be gzipped.

- NDJSON of this project: one object a line, `{"label": "7", "writer": "1f0c", "hz": 200, "strokes": [[[x, y], …], …]}`;
  `writer` and `hz` may be missing.
- NDJSON of Quick, Draw!, raw or simplified: `{"word": "seven", "drawing": [[[x, …], [y, …], [t, …]], …]}`, with or without
  t. Whether the game recognised the drawing is not asked. Both kinds of line may stand in one file.
- UNIPEN 1.0: I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data exchange and
  recognizer benchmarks", ICPR 1994, and the definition document `unipen.def` that came with it.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from msgspec import Meta

from realtime.rasterizer import Points

# Beyond any tablet's resolution, and below 2^24, up to which float32 tells whole units apart.
_LIMIT = 10_000_000
_DIGITS = {name: str(digit) for digit, name in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])}
_GZIP = b"\x1f\x8b"
# Stands for the line in which a gzip stream breaks off: no format here can read it.
_BROKEN_OFF = b"\0"
# In column 0. (A row of points may begin with ".5".)
_KEYWORD = re.compile(rb"\.([A-Za-z_]+)(?=\s|$)")
# Level, delineation, quality, label.
_SEGMENT = re.compile(r'[^\s"]+(?:\s+([^\s"]+))?(?:\s+[^\s"]+)?(?:\s*"((?:[^"\\]|\\.)*)")?')
# A component, or from a component (and point) to a component (and point).
_SPAN = re.compile(r"(\d{1,9})(?:(?::(\d{1,9}))?-(\d{1,9})(?::(\d{1,9}))?)?", re.ASCII)

_Lines = Iterable[tuple[int, bytes]]  # each with its number in the file, from 1
_Label = Annotated[str, Meta(min_length=1)]
_Coordinate = Annotated[float, Meta(ge=-_LIMIT, le=_LIMIT)]


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled piece of handwriting.

    Attributes:
        label: what was to be written; never empty.
        writer: who wrote it; "" where the file does not say (Quick, Draw! never does), so that two samples with "" may
            or may not be by one hand.
        strokes: one or more float32 arrays of shape (n, 2), n ≥ 1, finite, columns x to the right and y down, in the
            file's own unit; each from pen down to pen up, in the order in which the file names them.
        hz: points a second; None where the file does not say.
    """

    label: str
    writer: str
    strokes: tuple[Points, ...]
    hz: float | None


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file's samples in its order, how many lines could not be read, and the number of the first of them, from 1."""

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


class _Component(NamedTuple):
    """A UNIPEN pen stream: points of shape (n, 2), n ≥ 1, NaN where a row could not be read; pen down or up; writer and rate."""

    points: Points
    drawn: bool
    writer: str
    hz: float | None


def read_file(path: Path) -> FileRead:
    """Read all samples of a file; what cannot be read is counted and left out, and never keeps the rest from being read.

    Of UNIPEN, each `.SEGMENT` with a label makes a sample, whatever its level in the hierarchy and its quality; one with an
    unreadable row among its points is left out, and only the row counted. Files that `.INCLUDE` names are not opened.

    Raises:
        OSError: the file cannot be opened.
    """
    malformed: set[int] = set()
    samples = list(_samples(_lines(path), malformed))
    return FileRead(samples, len(malformed), min(malformed, default=None))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    with path.open("rb") as file:
        stream = gzip.GzipFile(fileobj=file) if file.peek(2).startswith(_GZIP) else file
        try:
            for number, line in enumerate(stream, 1):
                yield number, line.removeprefix(codecs.BOM_UTF8)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield number + 1, _BROKEN_OFF


def _samples(lines: Iterator[tuple[int, bytes]], malformed: set[int]) -> Iterator[Sample]:
    decoder = msgspec.json.Decoder(_Line)
    json = False
    for number, line in lines:
        json = json or line.lstrip().startswith(b"{")
        if not json and _KEYWORD.match(line):
            yield from _unipen(chain([(number, line)], lines), malformed)
        elif line.strip():
            try:
                yield _sample(decoder.decode(line))
            except (ValueError, RecursionError):  # msgspec's errors are ValueErrors; the other is of an absurdly nested line
                malformed.add(number)


def _sample(line: _Line) -> Sample:
    """Raises ValueError if the line is of neither kind, or without ink."""
    if line.label and line.strokes is not None:
        label, writer, hz = line.label, line.writer, line.hz
        strokes = tuple(np.array(stroke, np.float32) for stroke in line.strokes if stroke)
    elif line.word and line.drawing is not None:
        # Events of mice and fingers come unevenly: their times say no rate.
        label, writer, hz = _DIGITS.get(line.word.lower(), line.word), "", None
        columns = [np.array(stroke)[:2] for stroke in line.drawing if any(stroke)]  # ValueError if of unequal length
        if any(np.abs(stroke).max() > _LIMIT for stroke in columns):
            raise ValueError("coordinates out of range")
        strokes = tuple(np.ascontiguousarray(stroke.T, np.float32) for stroke in columns)
    else:
        raise ValueError("neither label and strokes nor word and drawing")
    if not strokes:
        raise ValueError("no ink")
    return Sample(label, writer, strokes, hz)


def _statements(lines: _Lines, malformed: set[int]) -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    """Each keyword with its arguments: the rest of its line, and all lines up to the next keyword."""
    keyword, rows = "", list[tuple[int, bytes]]()
    for number, line in lines:
        if _BROKEN_OFF in line:  # even where any text is ignored
            malformed.add(number)
        if found := _KEYWORD.match(line):
            yield keyword, rows
            keyword, rows = found[1].decode().upper(), [(number, line[found.end() :])]
        else:
            rows.append((number, line))
    yield keyword, rows


def _unipen(lines: _Lines, malformed: set[int]) -> Iterator[Sample]:
    coordinates, writer, hz = ["X", "Y"], "", None
    components, segments = list[_Component](), list[tuple[int, bytes]]()
    for keyword, rows in _statements(lines, malformed):
        arguments = b" ".join(row.strip() for _, row in rows)
        match keyword:
            case "COORD":
                coordinates = arguments.decode(errors="replace").upper().split()
            case "WRITER_ID":
                writer = arguments.decode(errors="backslashreplace").strip()
            case "POINTS_PER_SECOND":  # may be "?"
                hz = float(arguments) if re.fullmatch(rb"[1-9]\d{0,8}(\.\d*)?", arguments.strip()) else None
            case "PEN_DOWN" | "PEN_UP":
                points = _points(rows, coordinates, malformed)
                # Delineations count pen-down and pen-up alike, but no empty ones. So says the definition, and so does the UCI
                # file pendigits-orig.tra: each of its strokes is followed by an empty .PEN_UP, and it counts 0, 1, …, 5, 6-7, …
                if len(points):
                    components.append(_Component(points, keyword == "PEN_DOWN", writer, hz))
            case "SEGMENT":
                segments.append((rows[0][0], arguments))
            case "START_SET":  # counts anew; without it, a file is one set
                yield from _segmented(segments, components, malformed)
                components, segments = [], []
    yield from _segmented(segments, components, malformed)


def _points(rows: _Lines, coordinates: list[str], malformed: set[int]) -> Points:
    """Points of one component, y turned to grow downwards. A row may hold several; one that cannot be read makes a NaN point."""
    points: list[tuple[float, float]] = []
    for number, row in rows:
        try:
            if numbers := [float(word) for word in row.split()]:
                x, y = (numbers[coordinates.index(axis) :: len(coordinates)] for axis in "XY")
                if len(numbers) % len(coordinates) or not all(abs(value) <= _LIMIT for value in chain(x, y)):
                    raise ValueError("not whole points, or out of range")
                points += zip(x, y, strict=True)
        except ValueError:
            malformed.add(number)
            points.append((np.nan, np.nan))
    return np.array(points, np.float32).reshape(-1, 2) * np.array([1, -1], np.float32)


def _segmented(segments: _Lines, components: list[_Component], malformed: set[int]) -> Iterator[Sample]:
    for number, text in segments:
        try:
            if not (found := _SEGMENT.fullmatch(text.decode().replace("\t", " ").strip())):
                raise ValueError("not: level, delineation, quality, label in quotes")
            if not found[2]:
                continue
            label = re.sub(r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), found[2])
            parts = [part for part in _delineated(found[1] or "", components) if part.drawn]
            if not parts:
                raise ValueError("no ink")
            if all(np.isfinite(part.points).all() for part in parts):
                yield Sample(label, parts[0].writer, tuple(part.points for part in parts), parts[0].hz)
        except ValueError:
            malformed.add(number)


def _delineated(delineation: str, components: list[_Component]) -> Iterator[_Component]:
    """The components, whole or cut, that a delineation such as `0,2-3,5:10-6:20` names; ValueError if there are none such."""
    for span in delineation.split(","):
        if not (found := _SPAN.fullmatch(span)):
            raise ValueError("not a delineation")
        first, last = int(found[1]), int(found[3] or found[1])
        if not first <= last < len(components):
            raise ValueError("no such components")
        for index in range(first, last + 1):
            points = components[index].points
            start = int(found[2] or 0) if index == first else 0
            end = int(found[4]) + 1 if index == last and found[4] else len(points)
            if not start < end <= len(points):
                raise ValueError("no such points")
            yield components[index]._replace(points=points[start:end])
