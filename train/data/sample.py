"""The labelled handwriting sample that every reader of a file format returns."""

from dataclasses import dataclass

import numpy as np

from realtime.formats.drawing import LabelledDrawing
from realtime.ink.stroke import PointArray


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled handwriting sample.

    Attributes:
        label: what was to be written; never empty.
        writer: who wrote it; "" where the file does not say (Quick, Draw! never does), so that two
            samples with "" may or may not be of one writer.
        strokes: one or more float32 arrays of shape (n, 2), n ≥ 1, finite, columns x to the right
            and y down, in the file's own unit; each from pen down to pen up, in the order in which
            the file names them.
        hz: points a second; None where the file does not say.
    """

    label: str
    writer: str
    strokes: tuple[PointArray, ...]
    hz: float | None


def sample_of(drawing: LabelledDrawing) -> Sample:
    """The sample in a drawing that has a label: the ways of the pen, without times or pressure."""
    strokes = tuple(trace.points.astype(np.float32) for trace in drawing.traces)
    return Sample(drawing.label or "", drawing.writer, strokes, drawing.hz)
