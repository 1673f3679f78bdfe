"""The rasters of groups of strokes, each of which is drawn in several groups and sampled once."""

from collections.abc import Sequence

from realtime.ink.stroke import PointArray
from realtime.recognition.characters.box import Box, box_of, extent
from realtime.recognition.characters.pen_way import PenWay, Samples, sample, way_of
from realtime.recognition.characters.rasterizer import (
    PEN_WIDTH,
    Raster,
    draw_samples,
    sampling_distance,
)


class SampledStroke:
    """A stroke with its box, its way, and the samples of that way that were asked for last."""

    __slots__ = ("_distance", "_samples", "box", "way")

    def __init__(self, points: PointArray) -> None:
        """Take points, float32 of shape (n, 2), n ≥ 1."""
        self.box: Box = box_of(points)
        self.way: PenWay = way_of(points)
        # Distances are powers of two, and groups differ in size by little: one is enough.
        self._distance = 0.0
        self._samples: Samples | None = None

    def samples(self, distance: float) -> Samples:
        """Samples of the way, more than 0 apart."""
        if self._samples is None or distance != self._distance:
            self._distance, self._samples = distance, sample(self.way, distance)
        return self._samples


def rasterize_group(strokes: Sequence[SampledStroke], *, dot_size: float = 0.0) -> Raster:
    """The raster of some strokes, at least one, just as `rasterize` draws them.

    Args:
        strokes: in the order drawn.
        dot_size: see `rasterize`.
    """
    box = Box.around([stroke.box for stroke in strokes]) if len(strokes) > 1 else strokes[0].box
    distance = sampling_distance(extent(box), sum([stroke.way.length for stroke in strokes]))
    samples = [stroke.samples(distance) for stroke in strokes]
    return draw_samples(samples, box, PEN_WIDTH, dot_size)
