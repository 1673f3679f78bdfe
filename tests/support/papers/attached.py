"""Drawings that touch what is drawn around or under them, and other lines that are no ink."""

import cv2
import numpy as np

from realtime.ink.stroke import PointArray
from tests.support.papers.ink import (
    SIDE,
    Image,
    Random,
    compressed,
    draw_ink,
    on_paper,
    to_grey,
)
from tests.support.papers.light import fall_off, plain
from tests.support.papers.marks import lined

# The ink's size on the paper, and where it begins, px.
SMALLER, INSET = 240, 80
LINE_GREY = 30


def _small(strokes: list[PointArray], random: Random) -> tuple[Image, PointArray]:
    """Smaller ink in the middle of the paper, and its points on it."""
    scale = SMALLER / SIDE
    moved = [(stroke * scale + INSET).astype(np.float32) for stroke in strokes]
    image = on_paper(draw_ink(moved, int(random.choice([3, 5, 8, 12]))))
    return image, np.concatenate(moved)


def _is_drawn(points: PointArray) -> bool:
    return bool(points.min() > 0)


def underlined_twice(strokes: list[PointArray], random: Random) -> Image:
    """With two lines under it."""
    image, points = _small(strokes, random)
    if _is_drawn(points):
        left, right, below = (
            int(v) for v in (points[:, 0].min(), points[:, 0].max(), points[:, 1].max())
        )
        for at in (below + 22, below + 40):
            ends = (left - 15, at), (right + 15, at + int(random.integers(-4, 5)))
            cv2.line(image, *ends, LINE_GREY, 4, cv2.LINE_AA)
    return image


def line_touches(strokes: list[PointArray], random: Random) -> Image:
    """With a line under it that touches it, and goes beyond it on both sides."""
    image, points = _small(strokes, random)
    if _is_drawn(points):
        left, right, below = points[:, 0].min(), points[:, 0].max(), points[:, 1].max()
        beyond = max(30.0, 0.3 * float(right - left))
        ends = (int(left - beyond), int(below)), (int(right + beyond), int(below))
        cv2.line(image, *ends, LINE_GREY, int(random.choice([3, 5])), cv2.LINE_AA)
    return image


def box_touches(strokes: list[PointArray], random: Random) -> Image:
    """In a form's box that it touches on one side."""
    image, points = _small(strokes, random)
    if _is_drawn(points):
        corners = np.array([points.min(axis=0) - 25, points.max(axis=0) + 25])
        side, axis = random.integers(0, 2, 2)
        corners[side, axis] = (points.max(axis=0) if side else points.min(axis=0))[axis]
    else:
        corners = np.array([[90, 70], [310, 330]], np.float32)
    ends = [[int(value) for value in corner] for corner in corners]
    cv2.rectangle(image, ends[0], ends[1], int(random.choice([20, 90])), int(random.integers(2, 5)))
    return image


def circle_touches(strokes: list[PointArray], random: Random) -> Image:
    """In a circle that it touches on one side."""
    image, points = _small(strokes, random)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    farthest = points[np.argmax(np.linalg.norm(points - middle, axis=1))]
    radius = 1.15 * float(np.linalg.norm(farthest - middle))
    # The farthest point lies on the circle when that is moved towards the middle.
    middle = middle + (farthest - middle) * (1 - 1.15)
    at = [round(float(value)) for value in middle]
    cv2.circle(image, at, round(radius), LINE_GREY, int(random.choice([3, 5, 8])), cv2.LINE_AA)
    return image


def hairs(strokes: list[PointArray], random: Random) -> Image:
    """Among short hairs, one of them in the middle."""
    image = plain(strokes, random)
    places = [np.array([SIDE / 2, SIDE / 2]), *random.uniform(20, SIDE - 20, (3, 2))]
    for place in places:
        turn = random.uniform(0, np.pi)
        half = random.uniform(11, 15) * np.array([np.cos(turn), np.sin(turn)])
        ends = [[round(float(value)) for value in end] for end in (place - half, place + half)]
        cv2.line(image, ends[0], ends[1], 70, 1, cv2.LINE_AA)
    return image


def ruled_from_aside(strokes: list[PointArray], random: Random) -> Image:
    """A photograph of ruled or squared paper from aside: no two of its lines are parallel."""
    image = lined(bool(random.integers(2)), 2)(strokes, random)
    height, width = image.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners + random.uniform(-0.02, 0.02, (4, 2)) * width
    onto = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    turned = cv2.warpPerspective(image, onto, (width, height), borderMode=cv2.BORDER_REPLICATE)
    edge = round(0.03 * width)
    cut = turned[edge:-edge, edge:-edge].astype(np.float32) / 255
    light = cv2.resize(fall_off(0.25), cut.shape[::-1])
    return compressed(to_grey(cut * light + random.normal(0, 0.01, cut.shape)))
