"""Drawings on paper with something else on it or around it."""

import cv2
import numpy as np

from realtime.ink.stroke import PointArray
from tests.support.papers.ink import (
    SIDE,
    Image,
    Paper,
    Random,
    Shares,
    compressed,
    draw_ink,
    grid,
    ink_of,
    on_paper,
    pen_width,
    to_grey,
)
from tests.support.papers.light import fall_off, plain, shadow


def frame(strokes: list[PointArray], random: Random) -> Image:
    """Within a frame of any grey."""
    image = on_paper(ink_of(strokes, random), 1.0, random.choice([0.0, 0.3]))
    return _framed(image, random)


def frame_light_on_dark(strokes: list[PointArray], random: Random) -> Image:
    """Light ink on dark paper, within a frame of any grey."""
    image = (255 - on_paper(ink_of(strokes, random), random.choice([0.9, 1.0]), 0.05)).astype(
        np.uint8
    )
    return _framed(image, random)


def _framed(image: Image, random: Random) -> Image:
    width = int(random.integers(1, 7))
    grey = int(random.choice([0, 60, 120, 180, 221, 250, 255]))
    cv2.rectangle(image, (0, 0), (SIDE - 1, SIDE - 1), grey, 2 * width - 1)
    return image


def faint_frame(strokes: list[PointArray], random: Random) -> Image:
    """A thin pen within a frame that is hardly darker than the paper."""
    image = on_paper(draw_ink(strokes, 3), 1.0, 0.0)
    cv2.rectangle(image, (0, 0), (SIDE - 1, SIDE - 1), int(random.choice([221, 250])), 1)
    return image


def _ruling(random: Random, side: int, *, squared: bool) -> Shares:
    lines = np.zeros((side, side), np.float32)
    spacing = int(random.integers(18, 30) if squared else random.integers(28, 60))
    width = int(random.integers(1, 3))
    for at in range(int(random.integers(4, spacing)), side, spacing):
        lines[at : at + width] = 1
        if squared:
            lines[:, at : at + width] = 1
    if not squared and random.random() < 0.3:
        lines[:, 50:52] = 1
    return lines


def lined(squared: bool, tilt: float) -> Paper:
    """On ruled or squared paper, tilted by up to this angle, degrees."""

    def draw(strokes: list[PointArray], random: Random) -> Image:
        # The margin is what the camera does not see of a sheet that is not straight.
        margin = 40
        side = SIDE + 2 * margin
        strength = random.uniform(0.15, 0.6)
        paper = (0.95 - strength * _ruling(random, side, squared=squared)).astype(np.float32)
        image = on_paper(np.pad(ink_of(strokes, random), margin), paper)
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), random.uniform(-tilt, tilt), 1)
        turned = cv2.warpAffine(image, turn, (side, side), borderMode=cv2.BORDER_REPLICATE)
        edge = margin // 2
        return turned[edge:-edge, edge:-edge].astype(np.uint8)

    return draw


def specks(strokes: list[PointArray], random: Random) -> Image:
    """Among specks."""
    image = plain(strokes, random)
    for _ in range(5):
        at = [int(v) for v in random.integers(8, SIDE - 8, 2)]
        cv2.circle(image, at, int(random.integers(1, 5)), int(random.integers(0, 120)), -1)
    return image


def desk(strokes: list[PointArray], random: Random) -> Image:
    """On a sheet that lies on a desk."""
    x, y = grid()
    desk = random.uniform(0.1, 0.65) + 0.05 * np.sin(x / random.uniform(3, 9) + y / 40)
    desk = desk + random.normal(0, 0.02, (SIDE, SIDE))
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    corners = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    places = corners + inward * random.uniform(8, 55, (4, 2))
    cv2.fillPoly(sheet, [np.rint(places * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    # The digit lies on the sheet, as the sheet lies in the picture.
    onto = cv2.getPerspectiveTransform(corners, places.astype(np.float32))
    ink = np.asarray(cv2.warpPerspective(ink_of(strokes, random), onto, (SIDE, SIDE)), np.float32)
    share = sheet.astype(np.float32) / 255
    return to_grey(share * on_paper(ink).astype(np.float32) / 255 + (1 - share) * desk)


def box(strokes: list[PointArray], random: Random) -> Image:
    """In the box of a form."""
    # The ink is shrunk, so that it lies within the box as on a form.
    image = np.full((SIDE, SIDE), 240, np.uint8)
    ink = cv2.resize(ink_of(strokes, random), (260, 260), interpolation=cv2.INTER_AREA)
    image[70:330, 70:330] = on_paper(ink.astype(np.float32), 240 / 255)
    inset = int(random.integers(30, 60))
    grey = int(random.choice([20, 90, 150]))
    corners = (inset, inset), (SIDE - inset, SIDE - inset)
    cv2.rectangle(image, *corners, grey, int(random.integers(1, 5)))
    return image


def underlined(strokes: list[PointArray], random: Random) -> Image:
    """With a line under it."""
    image = plain(strokes, random)
    points = np.concatenate(strokes)
    left, right = points[:, 0].min(), points[:, 0].max()
    below = min(int(points[:, 1].max() + random.integers(12, 40)), SIDE - 8)
    ends = (int(left - 20), below), (int(right + 20), below + int(random.integers(-6, 7)))
    cv2.line(image, *ends, 30, pen_width(random), cv2.LINE_AA)
    return image


def circled(strokes: list[PointArray], random: Random) -> Image:
    """In a circle."""
    image = np.full((SIDE, SIDE), 240, np.uint8)
    ink = cv2.resize(ink_of(strokes, random), (220, 220), interpolation=cv2.INTER_AREA)
    image[90:310, 90:310] = on_paper(ink.astype(np.float32), 240 / 255)
    axes = int(random.integers(160, 185)), int(random.integers(160, 185))
    cv2.ellipse(image, (SIDE // 2, SIDE // 2), axes, 0, 0, 360, 30, pen_width(random), cv2.LINE_AA)
    return image


def ruled_photograph(strokes: list[PointArray], random: Random) -> Image:
    """A photograph of ruled or squared paper."""
    sheet = lined(bool(random.integers(2)), 4)(strokes, random)
    height, width = sheet.shape
    light = cv2.resize(fall_off(0.3) * shadow(0.25, random, 25), (width, height))
    noise = random.normal(0, 0.012, sheet.shape)
    return compressed(to_grey(sheet / 255 * light + noise))
