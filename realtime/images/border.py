"""Tells ink from what the border of a picture cuts off: frames, desks, shadows."""

import cv2
import numpy as np

from realtime.images.paper import Strength
from realtime.images.part import Labels, Part, cut_out

# A part is of a frame if it touches the border, and this share of it is nearer to the border than
# that share of the shorter side.
FRAME_DEPTH = 0.05
IN_FRAME = 0.9
# A shadow takes no more of the light than this; it is filled, where a stroke is not: it takes this
# share of its convex hull.
DARKEST_SHADOW = 0.45
SHADOW_FILLS = 0.75
# A part that touches the border along this share of a side is a desk or a shadow.
BORDER_CONTACT = 0.25


def without_border(parts: list[Part], labels: Labels, strength: Strength) -> list[Part]:
    """Leave out frames, desks and shadows, but not ink that the border cuts off."""
    sides = labels[0], labels[-1], labels[:, 0], labels[:, -1]
    touching = set(np.unique(np.concatenate(sides)).tolist())
    depth = max(1, round(FRAME_DEPTH * min(labels.shape)))
    in_depth = np.bincount(
        labels[depth:-depth, depth:-depth].ravel(), minlength=int(labels.max()) + 1
    )
    inner: list[Part] = []
    along: list[Part] = []
    for part in parts:
        is_frame = in_depth[part.label] <= (1 - IN_FRAME) * part.area
        if part.label in touching and (is_frame or _is_shadow(part, labels, strength)):
            continue
        hugs = any((side == part.label).mean() >= BORDER_CONTACT for side in sides)
        (along if hugs else inner).append(part)
    # A picture that is cut close has ink along all its sides; a shadow or a desk leaves one free.
    written = {part.label for part in inner + along}
    is_cut_close = all(written & set(np.unique(side).tolist()) for side in sides)
    return inner + along if is_cut_close else inner


def _is_shadow(part: Part, labels: Labels, strength: Strength) -> bool:
    """Whether a part is filled, and no darker than a shadow."""
    inside = cut_out(part, labels)
    around = strength[part.top : part.bottom, part.left : part.right]
    if float(around[inside].max()) > DARKEST_SHADOW:
        return False
    hull = cv2.convexHull(cv2.findNonZero(inside.astype(np.uint8)))
    return part.area >= SHADOW_FILLS * cv2.contourArea(hull)
