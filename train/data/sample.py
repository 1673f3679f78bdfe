"""The labelled handwriting sample that every reader of a file format returns."""

from dataclasses import dataclass

from realtime.ink.stroke import PointArray

# Beyond any tablet's resolution, and below 2^24, up to which float32 represents every integer.
COORDINATE_LIMIT = 10_000_000


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
