"""Drawings on bare paper under all kinds of light."""

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
    to_grey,
)


def plain(strokes: list[PointArray], random: Random) -> Image:
    """Dark on light, nothing else."""
    return on_paper(ink_of(strokes, random))


def pen_of(width: int) -> Paper:
    """A pen of this width, px."""

    def draw(strokes: list[PointArray], _random: Random) -> Image:
        return on_paper(draw_ink(strokes, width))

    return draw


def fall_off(share: float) -> Shares:
    """Light that falls by this share from the middle to the corners."""
    x, y = grid()
    middle = (SIDE - 1) / 2
    return (1 - share * ((x - middle) ** 2 + (y - middle) ** 2) / (2 * middle**2)).astype(
        np.float32
    )


def shadow(share: float, random: Random, softness: float) -> Shares:
    """A shadow that takes this share of the light from a third to a half of the picture."""
    x, y = grid()
    angle = random.uniform(0, 2 * np.pi)
    along = (x - SIDE / 2) * np.cos(angle) + (y - SIDE / 2) * np.sin(angle)
    edge = (along - SIDE * random.uniform(0.0, 0.25)) / softness
    return np.asarray(1 - share / (1 + np.exp(-np.clip(edge, -30, 30))), np.float32)


def fall_off_of(share: float) -> Paper:
    """Under a lamp whose light falls off by this share."""

    def draw(strokes: list[PointArray], random: Random) -> Image:
        return on_paper(ink_of(strokes, random), 0.95 * fall_off(share))

    return draw


def gradient(strokes: list[PointArray], random: Random) -> Image:
    """Light from one side."""
    x, _ = grid()
    return on_paper(ink_of(strokes, random), (0.95 * (1 - 0.4 * x / SIDE)).astype(np.float32))


def shadow_of(share: float, softness: float) -> Paper:
    """With a shadow whose edge is this soft, px."""

    def draw(strokes: list[PointArray], random: Random) -> Image:
        return on_paper(ink_of(strokes, random), 0.95 * shadow(share, random, softness))

    return draw


def grain(strokes: list[PointArray], random: Random) -> Image:
    """On rough paper, in a small JPEG."""
    noise = cv2.GaussianBlur(random.normal(0, 1, (SIDE, SIDE)), (0, 0), random.uniform(0.5, 2))
    noise *= random.uniform(0.02, 0.05) / noise.std()
    image = on_paper(ink_of(strokes, random), (0.85 + noise).astype(np.float32), 0.25)
    return compressed(image)


def photograph(strokes: list[PointArray], random: Random) -> Image:
    """As a telephone takes it: a lamp, its own shadow, noise, blur, JPEG."""
    noise = random.normal(0, 0.015, (SIDE, SIDE)).astype(np.float32)
    light = fall_off(random.uniform(0, 0.3)) * shadow(random.uniform(0, 0.3), random, 25)
    image = on_paper(ink_of(strokes, random), 0.85 * light + noise, random.uniform(0.1, 0.45))
    return compressed(cv2.GaussianBlur(image, (0, 0), 0.8).astype(np.uint8))


def blackboard(strokes: list[PointArray], random: Random) -> Image:
    """Chalk."""
    noise = cv2.GaussianBlur(random.normal(0, 0.1, (SIDE, SIDE)), (0, 0), 2)
    board = (0.3 * fall_off(random.uniform(0, 0.4)) + noise * 0.3).astype(np.float32)
    ink = draw_ink(strokes, int(random.choice([8, 12])))
    return to_grey(board * (1 - ink) + 0.85 * ink)


def page(strokes: list[PointArray], random: Random) -> Image:
    """A page as a scanner gives it, a digit somewhere on it."""
    paper = random.integers(190, 256) / 255
    page = np.full((1754, 1240), round(paper * 255), np.uint8)
    left, top = (int(random.integers(0, room - 320)) for room in (1240, 1754))
    ink = draw_ink(strokes, 3, side=320)
    page[top : top + 320, left : left + 320] = on_paper(ink, paper, 0.15)
    return page


def pencil(strokes: list[PointArray], random: Random) -> Image:
    """Pale ink."""
    noise = random.normal(0, 0.012, (SIDE, SIDE)).astype(np.float32)
    return on_paper(ink_of(strokes, random), 0.9 * fall_off(0.2) + noise, 0.55)


def coloured(strokes: list[PointArray], random: Random) -> Image:
    """Ink and paper of two colours, which may be equally bright."""
    ink = ink_of(strokes, random)[:, :, None]
    paper = random.integers(0, 256, 3)
    pen = (paper + 128) % 256
    return np.rint(ink * pen + (1 - ink) * paper).astype(np.uint8)


def uneven(strokes: list[PointArray], random: Random) -> Image:
    """Crumpled paper."""
    folds = cv2.GaussianBlur(random.normal(0, 1, (SIDE, SIDE)), (0, 0), 30)
    light = (0.8 + 0.12 * folds / np.abs(folds).max()).astype(np.float32)
    return compressed(on_paper(ink_of(strokes, random), light, 0.2))
