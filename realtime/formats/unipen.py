"""UNIPEN 1.0 files: drawings read and written, and every labelled segment for training."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from realtime.formats.drawing import LabelledDrawing, LabelledStrokes, common_channels
from realtime.formats.limits import InkBudget, MalformedInkError
from realtime.formats.unipen_statements import Lines, Part, Report, Segment, Set, read_sets

# The levels of what is written: a drawing, and the characters in it.
DRAWING_LEVEL, CHARACTER_LEVEL = "DRAWING", "CHARACTER"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t"})
_HEAD = f"""\
.VERSION 1.0
.HIERARCHY {DRAWING_LEVEL} {CHARACTER_LEVEL}
"""


def labelled_segments(lines: Lines, report: Report) -> Iterator[LabelledDrawing]:
    """A drawing for each `.SEGMENT` with a label, at any level of the hierarchy.

    A segment with an unreadable row among its points is left out, and only the row is reported.

    Args:
        lines: the file's lines.
        report: is told of lines that cannot be read.
    """
    for unipen_set, _ in read_sets(lines, report):
        for segment in unipen_set.segments:
            if segment.label:
                try:
                    parts = _pen_down(unipen_set.parts(segment.delineation))
                except ValueError as error:
                    report(segment.number, f".SEGMENT: {error}")
                    continue
                if all(np.isfinite(part.component.points).all() for part in parts):
                    yield _drawing(parts, segment.label)


def read_drawings(text: str, budget: InkBudget) -> Iterator[LabelledDrawing]:
    """The drawings of a file: the segments of the highest level of its hierarchy that has labels.

    Segments of the lowest level are the drawing's characters. What no segment names is a drawing
    without a label where there are no segments at all.

    Raises:
        MalformedInkError: a line cannot be read, or that is more than the limit.
    """

    def refuse(number: int, reason: str) -> None:
        raise MalformedInkError(reason, f"line {number}")

    # Not by `splitlines`, which splits at characters that may stand in a label.
    lines = enumerate((line.encode() for line in text.split("\n")), 1)
    for unipen_set, hierarchy in read_sets(lines, refuse):
        if unipen_set.segments:
            yield from _of_hierarchy(unipen_set, hierarchy, budget)
        elif any(component.pen_down for component in unipen_set.components):
            whole = Segment(0, "", f"0-{len(unipen_set.components) - 1}", None)
            yield _drawing(_counted(unipen_set, whole, budget), None)


def format_drawings(drawings: Iterable[LabelledDrawing]) -> bytes:
    """A UNIPEN file of these drawings, each a set of its own.

    Raises:
        MalformedInkError: a label, a writer or a source has a zero byte.
    """
    return (_HEAD + "".join(_format(drawing) for drawing in drawings)).encode()


def _of_hierarchy(
    unipen_set: Set, hierarchy: list[str], budget: InkBudget
) -> Iterator[LabelledDrawing]:
    segments = unipen_set.segments
    # A level that no hierarchy names is as if it came after those that one does.
    levels = list(dict.fromkeys([*hierarchy, *(segment.level for segment in segments)]))
    labelled = {segment.level for segment in segments if segment.label is not None}
    present = labelled or {segment.level for segment in segments}
    # What this project wrote says which level the drawings are, whether or not they have labels.
    top = DRAWING_LEVEL if DRAWING_LEVEL in levels else min(present, key=levels.index)
    lowest = max(labelled - {top}, key=levels.index, default=None)
    # By the first component of each, so that a file of many words is read in one pass.
    characters: dict[int, list[tuple[Segment, list[Part]]]] = {}
    for segment in segments:
        if segment.level == lowest:
            parts = _counted(unipen_set, segment, budget)
            characters.setdefault(parts[0].place, []).append((segment, parts))
    for segment in segments:
        if segment.level == top:
            parts = _counted(unipen_set, segment, budget)
            own = _characters(parts, characters)
            yield replace(_drawing(parts, segment.label), segments=own)


def _characters(
    parts: list[Part], characters: Mapping[int, Sequence[tuple[Segment, list[Part]]]]
) -> tuple[LabelledStrokes, ...]:
    """The characters whose strokes are whole ones of a drawing of these parts."""
    numbers = {part.place: number for number, part in enumerate(parts)}
    found = [
        (segment.number, LabelledStrokes(segment.label or "", strokes))
        for place in numbers
        for segment, own in characters.get(place, ())
        if all(part.is_whole and part.place in numbers for part in own)
        and (strokes := tuple(numbers[part.place] for part in own))
    ]
    return tuple(strokes for _, strokes in sorted(found, key=lambda numbered: numbered[0]))


def _counted(unipen_set: Set, segment: Segment, budget: InkBudget) -> list[Part]:
    """The parts of a segment where the pen touched the tablet, counted.

    Raises:
        MalformedInkError: there are none, or the budget is spent; names the line.
    """
    place = f"line {segment.number}"

    def counted() -> Iterator[Part]:
        for part in unipen_set.parts(segment.delineation):
            budget.add(part.component.trace, place)
            yield part

    try:
        return _pen_down(counted())
    except MalformedInkError:
        raise
    except ValueError as error:
        raise MalformedInkError(f".SEGMENT: {error}", place) from error


def _pen_down(parts: Iterable[Part]) -> list[Part]:
    """The parts where the pen touched the tablet; ValueError where there is none."""
    found = [part for part in parts if part.component.pen_down]
    if not found:
        raise ValueError("no ink")
    return found


def _drawing(parts: list[Part], label: str | None) -> LabelledDrawing:
    first = parts[0].component
    return LabelledDrawing(
        traces=common_channels(part.component.trace for part in parts),
        label=label,
        writer=first.writer,
        source=first.source,
        hz=first.hz,
    )


def _format(drawing: LabelledDrawing) -> str:
    names = [
        "X",
        "Y",
        *(["T"] if drawing.has_times else []),
        *(["P"] if drawing.has_pressure else []),
    ]
    hz = "?" if drawing.hz is None else np.format_float_positional(drawing.hz, trim="-")
    lines = [
        ".START_SET",
        f".COORD {' '.join(names)}",
        f".WRITER_ID {_word(drawing.writer)}",
        f".DATA_SOURCE {_word(drawing.source)}",
        f".POINTS_PER_SECOND {hz}",
        f".SEGMENT {DRAWING_LEVEL} 0-{len(drawing.traces) - 1} ?{_label(drawing.label)}",
    ]
    lines += (
        f".SEGMENT {CHARACTER_LEVEL} {','.join(map(str, one.strokes))} ?{_label(one.label)}"
        for one in drawing.segments
        if one.strokes
    )
    for trace in drawing.traces:
        channels = [trace.times_ms, trace.pressure]
        columns = [trace.points[:, 0], 0.0 - trace.points[:, 1]]
        columns += [channel for channel in channels if channel is not None]
        lines.append(".PEN_DOWN")
        lines += (" ".join(map(repr, row)) for row in np.stack(columns, axis=1).tolist())
        lines.append(".PEN_UP")
    return "\n".join(lines) + "\n"


def _label(label: str | None) -> str:
    if label is None:
        return ""
    _refuse_zero(label)
    return f' "{label.translate(_ESCAPES)}"'


def _word(text: str) -> str:
    """A free text in one line; runs of white space become one space."""
    _refuse_zero(text)
    return re.sub(r"\s+", " ", text).strip()


def _refuse_zero(text: str) -> None:
    if "\0" in text:
        raise MalformedInkError("a zero byte, which UNIPEN cannot have", f"label {text!r}")
