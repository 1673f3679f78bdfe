"""Every kind of paper by name."""

import numpy as np

from realtime.ink.stroke import PointArray
from tests.support.papers import attached, light, marks
from tests.support.papers.ink import Paper
from tests.support.pictures import encode_image

# Each kind that people send pictures of.
PAPERS: dict[str, Paper] = {
    "plain": light.plain,
    "pen 2": light.pen_of(2),
    "pen 4": light.pen_of(4),
    "pen 12": light.pen_of(12),
    "pen 20": light.pen_of(20),
    "frame": marks.frame,
    "frame, light on dark": marks.frame_light_on_dark,
    "faint frame, thin pen": marks.faint_frame,
    "fall-off 5 %": light.fall_off_of(0.05),
    "fall-off 20 %": light.fall_off_of(0.2),
    "fall-off 40 %": light.fall_off_of(0.4),
    "gradient 40 %": light.gradient,
    "soft shadow 15 %": light.shadow_of(0.15, 15),
    "soft shadow 25 %": light.shadow_of(0.25, 15),
    "soft shadow 40 %": light.shadow_of(0.4, 15),
    "hard shadow 40 %": light.shadow_of(0.4, 0.7),
    "ruled": marks.lined(False, 0),
    "ruled, tilted": marks.lined(False, 4),
    "squared": marks.lined(True, 0),
    "squared, tilted": marks.lined(True, 4),
    "specks": marks.specks,
    "desk": marks.desk,
    "grain, JPEG 30": light.grain,
    "photograph": light.photograph,
    "blackboard": light.blackboard,
    "A4 page, thin pen": light.page,
    "box of a form": marks.box,
    "underlined": marks.underlined,
    "circled": marks.circled,
    "pencil": light.pencil,
    "colours of any kind": light.coloured,
    "uneven paper": light.uneven,
    "ruled photograph": marks.ruled_photograph,
    "ruled, seen from aside": attached.ruled_from_aside,
    "hairs": attached.hairs,
    "underlined twice": attached.underlined_twice,
    "a line touches it": attached.line_touches,
    "a box touches it": attached.box_touches,
    "a circle touches it": attached.circle_touches,
}


def paper_file(kind: str, strokes: list[PointArray], seed: int) -> bytes:
    """A PNG file of strokes on this kind of paper."""
    return encode_image(PAPERS[kind](strokes, np.random.default_rng(seed)))
