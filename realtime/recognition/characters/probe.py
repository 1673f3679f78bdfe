"""The probe raster: a fixed 3, by the answer to which a network is known.

It is ink rather than a pattern, since on rasters like those that networks were trained on the same
network in int8 and in float differs by little.
"""

import numpy as np

from realtime.recognition.characters.rasterizer import Raster, rasterize

# From the upper left to the lower left, in any unit, y down.
_THREE = (
    *((12, 15), (40, 8), (58, 22), (45, 42), (28, 48)),
    *((50, 55), (62, 75), (45, 95), (15, 92)),
)
# Two answers of the same network differ by less than so many logits, whatever it computes with: in
# int8 and in float by 0.05 (digits), 0.23 (lines) and 0.51 (characters, of 230 logits). Those of
# other networks differ by more, by 0.74 and by several.
SAME_LOGITS = 0.6


def probe_raster() -> Raster:
    """The raster that tells networks apart, float32 of shape (28, 28, 3); always the same."""
    return rasterize([np.array(_THREE, np.float32)])
