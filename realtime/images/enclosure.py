"""Tells what is written in a box or a circle from the box or the circle, and from a zero."""

import cv2
import numpy as np

from realtime.images.part import SPECK, Labels, Part, cut_out, without_specks

# Within a ring smaller things may be written; what is smaller than this share of it is a speck, or
# a zero's dot where it also fills its bounding box by that share.
SMALLEST_IN_RING = 0.06
DOT_FILLS = 0.6
# A box fills its bounding box, turned to fit, by this share; a circle by 0.79.
BOX_FILLS = 0.88
# An empty one by this share, else it is a zero.
EMPTY_BOX_FILLS = 0.96
HOLLOW = 0.4
# What a ring surrounds is a digit if it is at least this wide, as a share of its height; else the
# ring may be a zero, and what is in it its slash. Nor is it a digit where it is smaller than this
# share of a circle: nobody draws one so far around.
NARROWEST_DIGIT = 0.3
SMALLEST_IN_CIRCLE = 0.12


def without_enclosure(parts: list[Part], labels: Labels) -> tuple[list[Part], str | None]:
    """What is written in a box or a circle, where one surrounds it; and why it may be a zero."""
    ring = max(parts, key=lambda part: part.longer)
    if len(parts) == 1:
        return parts, None
    outlines, _ = cv2.findContours(
        (labels == ring.label).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    enclosed = np.zeros(labels.shape, np.uint8)
    cv2.drawContours(enclosed, outlines, -1, 1, cv2.FILLED)
    within = set(np.unique(labels[enclosed > 0]).tolist())
    others = [part for part in without_specks(parts) if part is not ring]
    inner = [
        part
        for part in parts
        if part is not ring
        and part.label in within
        and part.longer >= SMALLEST_IN_RING * ring.longer
        and not (part.longer < SPECK * ring.longer and _is_dot(part))
    ]
    if not inner or not all(part.label in within for part in others):
        return parts, None
    if is_box(ring, labels, BOX_FILLS):
        return inner, None
    if all(_is_dot(part) or part.longer < SMALLEST_IN_CIRCLE * ring.longer for part in inner):
        return parts, None
    width = max(part.right for part in inner) - min(part.left for part in inner)
    height = max(part.bottom for part in inner) - min(part.top for part in inner)
    if width < NARROWEST_DIGIT * height:
        return parts, "a ring is around the ink, or it is a zero with a slash"
    return inner, None


def _is_dot(part: Part) -> bool:
    return part.area >= DOT_FILLS * part.width * part.height


def is_box(part: Part, labels: Labels, least: float) -> bool:
    """Whether a part is hollow and fills a rectangle by this share at least."""
    if part.area >= HOLLOW * part.width * part.height:
        return False
    points = cv2.findNonZero(cut_out(part, labels).astype(np.uint8))
    _, (width, height), _ = cv2.minAreaRect(points)
    return cv2.contourArea(cv2.convexHull(points)) >= least * width * height
