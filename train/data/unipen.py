"""A parser of the UNIPEN 1.0 text format.

I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data
exchange and recognizer benchmarks", ICPR 1994, and the definition document `unipen.def` that came
with it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np

from realtime.ink.stroke import PointArray
from train.data.sample import COORDINATE_LIMIT, Sample

Lines = Iterable[tuple[int, bytes]]  # each with its number in the file, from 1

# Stands for the line in which a gzip stream breaks off: no format can read it.
TRUNCATED = b"\0"
# A keyword stands in column 0. (A row of points may begin with ".5".)
KEYWORD = re.compile(rb"\.([A-Za-z_]+)(?=\s|$)")
# Level, delineation, quality, label.
_SEGMENT = re.compile(
    r'[^\s"]+(?:\s+([^\s"]+))?(?:\s+[^\s"]+)?(?:\s*"((?:[^"\\]|\\.)*)")?',
)
# A component, or from a component (and point) to a component (and point).
_SPAN = re.compile(r"(\d{1,9})(?:(?::(\d{1,9}))?-(\d{1,9})(?::(\d{1,9}))?)?", re.ASCII)


class _Component(NamedTuple):
    """A pen stream between two pen events.

    `points` has shape (n, 2), n ≥ 1, NaN where a row could not be read; `pen_down` says whether the
    pen touched the tablet; `writer` and `hz` are those in force where the component stands.
    """

    points: PointArray
    pen_down: bool
    writer: str
    hz: float | None


def parse(lines: Lines, malformed: set[int]) -> Iterator[Sample]:
    """Parse UNIPEN lines: a sample for each `.SEGMENT` with a label, at any level of the hierarchy.

    A segment with an unreadable row among its points is left out, and only the row is counted.
    `.INCLUDE` is ignored; `train.data.download.unipen_release` resolves it.

    Args:
        lines: the file's lines.
        malformed: takes the numbers of the lines that could not be read.
    """
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
                positive = re.fullmatch(rb"[1-9]\d{0,8}(\.\d*)?", arguments.strip())
                hz = float(arguments) if positive else None
            case "PEN_DOWN" | "PEN_UP":
                points = _points(rows, coordinates, malformed)
                # Delineations count pen-down and pen-up components alike, but no empty ones. So
                # says the definition, and so does the UCI file pendigits-orig.tra: each of its
                # strokes is followed by an empty .PEN_UP, and it counts 0, 1, …, 5, 6-7, …
                if len(points):
                    components.append(_Component(points, keyword == "PEN_DOWN", writer, hz))
            case "SEGMENT":
                segments.append((rows[0][0], arguments))
            case "START_SET":  # restarts the count; without it, a file is one set
                yield from _segmented(segments, components, malformed)
                components, segments = [], []
    yield from _segmented(segments, components, malformed)


def _statements(lines: Lines, malformed: set[int]) -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    """Each keyword with its arguments: the rest of its line, and the lines to the next keyword."""
    keyword, rows = "", list[tuple[int, bytes]]()
    for number, line in lines:
        if TRUNCATED in line:  # even where any text is ignored
            malformed.add(number)
        if found := KEYWORD.match(line):
            yield keyword, rows
            keyword, rows = found[1].decode().upper(), [(number, line[found.end() :])]
        else:
            rows.append((number, line))
    yield keyword, rows


def _points(rows: Lines, coordinates: list[str], malformed: set[int]) -> PointArray:
    """Points of one component, float32 (n, 2), y negated to grow downwards.

    A row may hold several points; a row that cannot be read makes a NaN point.
    """
    points: list[tuple[float, float]] = []
    for number, row in rows:
        try:
            if numbers := [float(word) for word in row.split()]:
                x, y = (numbers[coordinates.index(axis) :: len(coordinates)] for axis in "XY")
                in_range = all(abs(value) <= COORDINATE_LIMIT for value in chain(x, y))
                if len(numbers) % len(coordinates) or not in_range:
                    raise ValueError("incomplete points, or out of range")
                points += zip(x, y, strict=True)
        except ValueError:
            malformed.add(number)
            points.append((np.nan, np.nan))
    return np.array(points, np.float32).reshape(-1, 2) * np.array([1, -1], np.float32)


def _segmented(
    segments: Lines, components: list[_Component], malformed: set[int]
) -> Iterator[Sample]:
    for number, text in segments:
        try:
            if not (found := _SEGMENT.fullmatch(text.decode().replace("\t", " ").strip())):
                raise ValueError("not: level, delineation, quality, label in quotes")
            if not found[2]:
                continue
            label = re.sub(
                r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), found[2]
            )
            parts = [part for part in _delineated(found[1] or "", components) if part.pen_down]
            if not parts:
                raise ValueError("no ink")
            if all(np.isfinite(part.points).all() for part in parts):
                strokes = tuple(part.points for part in parts)
                yield Sample(label, parts[0].writer, strokes, parts[0].hz)
        except ValueError:
            malformed.add(number)


def _delineated(delineation: str, components: list[_Component]) -> Iterator[_Component]:
    """The components, whole or cut, that a delineation such as `0,2-3,5:10-6:20` names.

    Raises:
        ValueError: it is not a delineation, or names components or points that do not exist.
    """
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
