"""Lines of NDJSON: this project's own, read and written, and those of Quick, Draw!, read.

- Own: `{"label": "7", "writer": "1f0c", "source": "…", "hz": 200, "strokes": [[[x, y], …], …]}`,
  where all but `strokes` may be missing, and more may stand: `t` (milliseconds) and `p` (pressure
  from 0 to 1), a list for each stroke; `symbols`, which strokes are which character,
  `[{"label": "1", "strokes": [0]}, …]`; `text`, a label with its spaces; `notation`, `mathml`,
  `task` and `canvas` as `LabelledDrawing` has them.
- Quick, Draw!, raw or simplified: `{"word": "seven", "drawing": [[[x, …], [y, …], [t, …]], …]}`,
  with or without t. Whether the game recognised the drawing is ignored.
"""

from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, Struct, UnsetType

from realtime.formats.drawing import (
    COORDINATE_LIMIT,
    LabelledDrawing,
    LabelledStrokes,
    Trace,
    common_channels,
)
from realtime.formats.limits import MalformedInkError
from realtime.protocol.validation_error import json_fault, parse_validation_error

# The source of drawings from Quick, Draw!, whose labels are words.
QUICK_DRAW = "quickdraw"

_Coordinate = Annotated[float, Meta(ge=-COORDINATE_LIMIT, le=COORDINATE_LIMIT)]
_Length = Annotated[float, Meta(gt=0)]
_Count = Annotated[int, Meta(ge=0)]


class _Symbol(Struct):
    label: str
    strokes: list[_Count]


class _Line(Struct, omit_defaults=True):
    """A line of either kind."""

    label: str | None = None
    text: str | None = None
    writer: str = ""
    source: str = ""
    hz: Annotated[float, Meta(gt=0)] | None = None
    notation: Literal["text", "latex"] = "text"
    mathml: str = ""
    task: str = ""
    canvas: tuple[_Length, _Length] | None = None
    symbols: list[_Symbol] | None = None
    strokes: list[list[tuple[_Coordinate, _Coordinate]]] | UnsetType = UNSET
    t: list[list[float]] | UnsetType = UNSET
    p: list[list[Annotated[float, Meta(ge=0, le=1)]]] | UnsetType = UNSET
    word: str | None = None
    drawing: list[Annotated[list[list[float]], Meta(min_length=2, max_length=3)]] | UnsetType = (
        UNSET
    )


_decoder = msgspec.json.Decoder(_Line)


def parse_line(line: bytes | str) -> LabelledDrawing:
    """Parse a line of either kind.

    Raises:
        MalformedInkError: it is none, or has no ink; the place is the field at fault.
    """
    try:
        fields = _decoder.decode(line)
    except msgspec.ValidationError as error:
        cause = parse_validation_error(str(error), {})
        raise MalformedInkError(cause.message) from error
    except msgspec.DecodeError as error:
        raise MalformedInkError(json_fault(error, line)) from error
    except UnicodeDecodeError as error:
        raise MalformedInkError(f"is not UTF-8 from byte {error.start} on") from error
    except RecursionError as error:
        raise MalformedInkError("is nested too deeply") from error
    if fields.strokes is not UNSET:
        return _own(fields)
    if fields.drawing is not UNSET:
        return _quick_draw(fields)
    raise MalformedInkError("neither `strokes` nor `drawing`")


def format_line(drawing: LabelledDrawing) -> bytes:
    """The line of a drawing, with the newline that ends it."""
    traces = drawing.traces
    line = _Line(
        label=drawing.label,
        writer=drawing.writer,
        source=drawing.source,
        hz=drawing.hz,
        notation=drawing.notation,
        mathml=drawing.mathml,
        task=drawing.task,
        canvas=drawing.canvas,
        symbols=[_Symbol(one.label, list(one.strokes)) for one in drawing.segments] or None,
        strokes=[[(x, y) for x, y in trace.points.tolist()] for trace in traces],
    )
    if drawing.has_times:
        line.t = [trace.times_ms.tolist() for trace in traces if trace.times_ms is not None]
    if drawing.has_pressure:
        line.p = [trace.pressure.tolist() for trace in traces if trace.pressure is not None]
    return msgspec.json.encode(line) + b"\n"


def _own(line: _Line) -> LabelledDrawing:
    strokes = line.strokes if line.strokes is not UNSET else []
    for name, columns in (("t", line.t), ("p", line.p)):
        if columns is not UNSET and len(columns) != len(strokes):
            reason = f"{len(columns)} lists for {len(strokes)} strokes"
            raise MalformedInkError(reason, name)
    traces: list[Trace] = []
    # Where a stroke of the file is among those that have points.
    places: dict[int, int] = {}
    for number, stroke in enumerate(strokes):
        if stroke:
            places[number] = len(traces)
            times = None if line.t is UNSET else np.array(line.t[number], np.float64)
            pressure = None if line.p is UNSET else np.array(line.p[number], np.float64)
            traces.append(_trace(np.array(stroke, np.float64), times, pressure, number))
    segments: list[LabelledStrokes] = []
    for number, symbol in enumerate(line.symbols or ()):
        if any(stroke >= len(strokes) for stroke in symbol.strokes):
            raise MalformedInkError("no such stroke", f"symbols[{number}].strokes")
        own = tuple(places[stroke] for stroke in symbol.strokes if stroke in places)
        segments.append(LabelledStrokes(symbol.label, own))
    return LabelledDrawing(
        traces=_with_common_channels(traces),
        label=line.text or line.label,
        notation=line.notation,
        mathml=line.mathml,
        segments=tuple(segments),
        writer=line.writer,
        source=line.source,
        hz=line.hz,
        task=line.task,
        canvas=line.canvas,
    )


def _quick_draw(line: _Line) -> LabelledDrawing:
    # Events of mice and fingers come unevenly: their times give no rate.
    traces: list[Trace] = []
    for number, columns in enumerate(line.drawing if line.drawing is not UNSET else []):
        if any(columns):
            if len({len(column) for column in columns}) > 1:
                raise MalformedInkError("lists of unequal length", f"drawing[{number}]")
            points = np.array(columns[:2], np.float64).T
            times = np.array(columns[2], np.float64) if len(columns) > 2 else None
            traces.append(_trace(points, times, None, number))
    return LabelledDrawing(traces=_with_common_channels(traces), label=line.word, source=QUICK_DRAW)


def _trace(
    points: np.ndarray, times: np.ndarray | None, pressure: np.ndarray | None, number: int
) -> Trace:
    try:
        return Trace(points, times, pressure)
    except ValueError as error:
        raise MalformedInkError(str(error), f"stroke {number}") from error


def _with_common_channels(traces: list[Trace]) -> tuple[Trace, ...]:
    try:
        return common_channels(traces)
    except ValueError as error:
        raise MalformedInkError(str(error)) from error
