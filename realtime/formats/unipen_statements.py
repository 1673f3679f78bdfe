"""The statements of UNIPEN 1.0 files: pen components, and segments of them with their labels.

I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data
exchange and recognizer benchmarks", ICPR 1994, and the definition document `unipen.def` that came
with it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import numpy as np

from realtime.formats.drawing import (
    COORDINATE_LIMIT,
    TIME_LIMIT_MS,
    Column,
    PointColumns,
    Trace,
)

Lines = Iterable[tuple[int, bytes]]  # each with its number in the file, from 1
# Is told the number of a line that cannot be read, and why.
Report = Callable[[int, str], None]

# Stands for the line in which a gzip stream breaks off: no format can read it.
TRUNCATED = b"\0"
# A keyword stands in column 0. (A row of points may begin with ".5".)
KEYWORD = re.compile(rb"\.([A-Za-z_]+)(?=\s|$)")
# Level, delineation, quality, label.
_SEGMENT = re.compile(
    r'([^\s"]+)(?:\s+([^\s"]+))?(?:\s+[^\s"]+)?(?:\s*"((?:[^"\\]|\\.)*)")?', re.DOTALL
)
# A component, or from a component (and point) to a component (and point).
_SPAN = re.compile(r"(\d{1,9})(?:(?::(\d{1,9}))?-(\d{1,9})(?::(\d{1,9}))?)?", re.ASCII)
_ESCAPED = {"n": "\n", "t": "\t"}


class Component(NamedTuple):
    """A pen stream between two pen events.

    Attributes:
        points: shape (n, 2), n ≥ 1, y downwards, NaN where a row could not be read.
        times_ms: shape (n,), or None without a column `T`, or with one that is no time.
        pressure: the same of `P`; None, too, where it is not from 0 to 1, as its unit is no share
            of the greatest one then.
        pen_down: whether the pen touched the tablet.
        writer: the one in force where the component stands; so are `source` and `hz`.
    """

    points: PointColumns
    times_ms: Column | None
    pressure: Column | None
    pen_down: bool
    writer: str
    source: str
    hz: float | None

    @property
    def trace(self) -> Trace:
        """The component as a trace; ValueError where a row could not be read."""
        return Trace(self.points, self.times_ms, self.pressure)


class Segment(NamedTuple):
    """A `.SEGMENT`: `label` is None where it has none; `number` is that of its line."""

    number: int
    level: str
    delineation: str
    label: str | None


class Part(NamedTuple):
    """A component, or what a segment has of it; `place` is its number in the set."""

    place: int
    component: Component
    is_whole: bool


@dataclass(slots=True)
class Set:
    """What stands between two `.START_SET`: delineations count its components from 0."""

    components: list[Component] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)

    def parts(self, delineation: str) -> Iterator[Part]:
        """The components that a delineation such as `0,2-3,5:10-6:20` names, whole or cut.

        Raises:
            ValueError: it is not a delineation, or names components or points that do not exist.
        """
        for span in delineation.split(","):
            if not (found := _SPAN.fullmatch(span)):
                raise ValueError("not a delineation")
            first, last = int(found[1]), int(found[3] or found[1])
            if not first <= last < len(self.components):
                raise ValueError("no such components")
            for index in range(first, last + 1):
                component = self.components[index]
                count = len(component.points)
                start = int(found[2] or 0) if index == first else 0
                end = int(found[4]) + 1 if index == last and found[4] else count
                if not start < end <= count:
                    raise ValueError("no such points")
                yield Part(index, _cut(component, start, end), (start, end) == (0, count))


@dataclass(slots=True)
class _State:
    """What keywords have set so far."""

    coordinates: list[str] = field(default_factory=lambda: ["X", "Y"])
    hierarchy: list[str] = field(default_factory=list)
    writer: str = ""
    source: str = ""
    hz: float | None = None


def read_sets(lines: Lines, report: Report) -> Iterator[tuple[Set, list[str]]]:
    """The sets of a file, each with the hierarchy in force at its end.

    `.INCLUDE` is ignored.

    Args:
        lines: the file's lines.
        report: is told of lines that cannot be read; what it raises ends the reading.
    """
    state, current = _State(), Set()
    for keyword, rows in _statements(lines, report):
        arguments = b" ".join(row.strip() for _, row in rows)
        match keyword:
            case "COORD":
                state.coordinates = arguments.decode(errors="replace").upper().split()
            case "HIERARCHY":
                state.hierarchy = arguments.decode(errors="replace").split()
            case "WRITER_ID":
                state.writer = arguments.decode(errors="backslashreplace").strip()
            case "DATA_SOURCE":
                state.source = arguments.decode(errors="backslashreplace").strip()
            case "POINTS_PER_SECOND":  # may be "?"
                is_number = re.fullmatch(rb"\d{1,20}(\.\d*)?", arguments.strip())
                state.hz = (float(arguments) or None) if is_number else None
            case "PEN_DOWN" | "PEN_UP":
                component = _component(rows, state, keyword == "PEN_DOWN", report)
                # Delineations count pen-down and pen-up components alike, but no empty ones. So
                # says the definition, and so does the UCI file pendigits-orig.tra: each of its
                # strokes is followed by an empty .PEN_UP, and it counts 0, 1, …, 5, 6-7, …
                if component is not None:
                    current.components.append(component)
            case "SEGMENT":
                number = rows[0][0]
                try:
                    current.segments.append(_segment(number, arguments.decode()))
                except ValueError as error:
                    report(number, f".SEGMENT: {error}")
            case "START_SET":  # restarts the count; without it, a file is one set
                yield current, state.hierarchy
                current = Set()
    yield current, state.hierarchy


def _statements(lines: Lines, report: Report) -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    """Each keyword with its arguments: the rest of its line, and the lines to the next keyword."""
    keyword, rows = "", list[tuple[int, bytes]]()
    for number, line in lines:
        if TRUNCATED in line:  # even where any text is ignored
            report(number, "a zero byte")
        if found := KEYWORD.match(line):
            yield keyword, rows
            keyword, rows = found[1].decode().upper(), [(number, line[found.end() :])]
        else:
            rows.append((number, line))
    yield keyword, rows


def _segment(number: int, text: str) -> Segment:
    """The segment in a statement; ValueError says why there is none."""
    if not (found := _SEGMENT.fullmatch(text.replace("\t", " ").strip())):
        raise ValueError("not: level, delineation, quality, label in quotes")
    label = found[3]
    if label is not None:
        label = re.sub(r"\\(.)", lambda one: _ESCAPED.get(one[1], one[1]), label, flags=re.DOTALL)
    return Segment(number, found[1], found[2] or "", label)


def _component(rows: Lines, state: _State, pen_down: bool, report: Report) -> Component | None:
    """The component in the rows of a pen event; None without points.

    A row may hold several points; a row that cannot be read makes a NaN point.
    """
    names = state.coordinates
    values: list[list[float]] = []
    for number, row in rows:
        try:
            if numbers := [float(word) for word in row.split()]:
                across = (numbers[names.index(axis) :: len(names)] for axis in "XY")
                in_range = all(abs(value) <= COORDINATE_LIMIT for value in chain(*across))
                if len(numbers) % len(names) or not in_range:
                    raise ValueError("incomplete points, or out of range")
                values += (
                    numbers[start : start + len(names)]
                    for start in range(0, len(numbers), len(names))
                )
        except ValueError as error:
            report(number, f"no points of {' '.join(names)}: {error}")
            values.append([np.nan] * len(names))
    if not values:
        return None
    columns = np.array(values, np.float64).T
    if not {"X", "Y"} <= set(names):
        return Component(np.full((len(values), 2), np.nan), None, None, pen_down, "", "", None)
    # UNIPEN's y grows upwards. Adding zero makes -0.0 a 0.0.
    points = np.stack([columns[names.index("X")], 0.0 - columns[names.index("Y")]], axis=1)
    times = columns[names.index("T")] if "T" in names else None
    pressure = columns[names.index("P")] if "P" in names else None
    if times is not None and not np.abs(times).max() <= TIME_LIMIT_MS:
        times = None
    if pressure is not None and not (pressure.min() >= 0 and pressure.max() <= 1):
        pressure = None
    return Component(points, times, pressure, pen_down, state.writer, state.source, state.hz)


def _cut(component: Component, start: int, end: int) -> Component:
    times, pressure = component.times_ms, component.pressure
    return component._replace(
        points=component.points[start:end],
        times_ms=None if times is None else times[start:end],
        pressure=None if pressure is None else pressure[start:end],
    )
