"""The labelled drawing that every format of ink is read into and written from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

# Beyond any tablet's resolution, and below 2^24, up to which float32 represents every integer.
COORDINATE_LIMIT = 10_000_000
# Whole numbers that a float holds: milliseconds of any epoch.
TIME_LIMIT_MS = 2**53
# Of a canvas, on each side, where ink is fitted into it: as people leave it.
MARGIN_SHARE = 0.1

# float64 of shape (n, 2): columns x to the right and y down.
PointColumns = npt.NDArray[np.float64]
# float64 of shape (n,).
Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What the pen left from pen down to pen up; InkML's word for a stroke, with all its channels.

    Attributes:
        points: float64 of shape (n, 2), n ≥ 1, finite: x to the right and y down, in a unit of the
            file's own, the same for both.
        times_ms: float64 of shape (n,), milliseconds since the drawing's first point; None where
            the file has none.
        pressure: float64 of shape (n,), from 0 to 1; None where the file has none.
    """

    points: PointColumns
    times_ms: Column | None = None
    pressure: Column | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless it is as the attributes say."""
        count = len(self.points)
        if not count:
            raise ValueError("a stroke without a point")
        # NaN compares as false.
        if not np.abs(self.points).max() <= COORDINATE_LIMIT:
            raise ValueError(f"a coordinate beyond {COORDINATE_LIMIT}")
        if self.times_ms is not None:
            if len(self.times_ms) != count:
                raise ValueError(f"{len(self.times_ms)} times for {count} points")
            if not np.abs(self.times_ms).max() <= TIME_LIMIT_MS:
                raise ValueError(f"a time beyond {TIME_LIMIT_MS} ms")
        if self.pressure is not None:
            if len(self.pressure) != count:
                raise ValueError(f"{len(self.pressure)} pressures for {count} points")
            if not (self.pressure.min() >= 0 and self.pressure.max() <= 1):
                raise ValueError("a pressure that is not from 0 to 1")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and all(
            (mine is None and its is None)
            or (mine is not None and its is not None and np.array_equal(mine, its))
            for mine, its in (
                (self.points, other.points),
                (self.times_ms, other.times_ms),
                (self.pressure, other.pressure),
            )
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class LabelledStrokes:
    """Strokes of a drawing, by their places in it from 0, that are one character or sign."""

    label: str
    strokes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledDrawing:
    """A drawing and what is known of it.

    Attributes:
        traces: one or more; all with times or none, all with pressure or none.
        label: what was to be written; "" for ink that is no writing, None where nobody has said.
        notation: what `label` is written in.
        mathml: the formula in MathML, as one element `math`; "" where there is none.
        segments: which strokes are which character; no strokes, or the same ones twice, as a file
            has them.
        writer: who wrote it; "" where the file does not say, so that two drawings with "" may or
            may not be of one writer.
        source: where it comes from, as the file says.
        hz: points a second; None where the file does not say.
        task: what a session asked to have recognized; "" where it is not known.
        canvas: width and height of the drawing surface; None where they are not known.
    """

    traces: tuple[Trace, ...]
    label: str | None = None
    notation: Literal["text", "latex"] = "text"
    mathml: str = ""
    segments: tuple[LabelledStrokes, ...] = ()
    writer: str = ""
    source: str = ""
    hz: float | None = None
    task: str = ""
    canvas: tuple[float, float] | None = None

    @property
    def has_times(self) -> bool:
        """Whether all points have a time."""
        return self.traces[0].times_ms is not None

    @property
    def has_pressure(self) -> bool:
        """Whether all points have a pressure."""
        return self.traces[0].pressure is not None

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the ink."""
        points = np.concatenate([trace.points for trace in self.traces])
        width, height = points.max(axis=0) - points.min(axis=0)
        return float(width), float(height)


def common_channels(traces: Iterable[Trace]) -> tuple[Trace, ...]:
    """The same traces with times from the drawing's earliest, and only channels that all have.

    Raises:
        ValueError: there is no trace.
    """
    traces = tuple(traces)
    if not traces:
        raise ValueError("no ink")
    times = [trace.times_ms for trace in traces if trace.times_ms is not None]
    first = min(float(column.min()) for column in times) if len(times) == len(traces) else None
    has_pressure = all(trace.pressure is not None for trace in traces)
    return tuple(
        replace(
            trace,
            times_ms=None if first is None or trace.times_ms is None else trace.times_ms - first,
            pressure=trace.pressure if has_pressure else None,
        )
        for trace in traces
    )


def fitted(drawing: LabelledDrawing, width: float, height: float) -> LabelledDrawing:
    """The same drawing on a canvas of this size: in its middle, as large as leaves a margin."""
    points = np.concatenate([trace.points for trace in drawing.traces])
    low, high = points.min(axis=0), points.max(axis=0)
    # A dot has no size, and keeps its own.
    shares = [
        room * (1 - 2 * MARGIN_SHARE) / size
        for room, size in zip((width, height), high - low, strict=True)
        if size > 0
    ]
    scale = min(shares, default=1.0)
    middle = np.array([width, height]) / 2
    traces = tuple(
        replace(trace, points=(trace.points - (low + high) / 2) * scale + middle)
        for trace in drawing.traces
    )
    return replace(drawing, traces=traces, canvas=(width, height))
