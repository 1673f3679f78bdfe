"""Rows of digits on a picture, composed of MNIST's: spaced, close, and touching.

The digits of a row are of many writers. Their sizes and baselines differ as those of one writer
do; what is measured on such rows is how well digits are told apart and read, not whether people
write so.
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from realtime.images.foreground import find_ink
from train.data.dataset import DIGITS, Pictures

# How the digits of a row lie: with paper between them from top to bottom; apart, but over or under
# each other's ends; or some of them with ink on ink.
Spacing = Literal["spaced", "close", "touching"]
SPACINGS: tuple[Spacing, ...] = ("spaced", "close", "touching")

# Between spaced digits, in heights.
NARROWEST_GAP, WIDEST_GAP = 0.06, 0.5
# How far close digits are apart, and touching ones are pushed into each other, in heights.
CLOSE_GAP = 0.06
DEEPEST_TOUCH = 0.08
# Of the neighbours in a touching row so many touch, at least one pair; the others are close.
TOUCHING_SHARE = 0.6
# A row is drawn up to so many times larger than MNIST; standard deviations of the logarithm of a
# digit's height, and of its baseline and the slope of the row in heights.
LARGEST = 3.0
SIZE_VARIATION = 0.08
BASELINE_VARIATION = 0.04
SLOPE = 0.02
MNIST_HEIGHT = 20
# Paper around a row, in heights.
MARGIN = 0.3
# Ink of MNIST's digits that is weaker than this, of 255, touches nothing.
_FAINT = 77

Ink = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A picture of a row of digits: uint8 of shape (height, width), ink 255 on 0."""

    label: str
    picture: Ink


def compose_rows(
    pictures: Pictures,
    count: int,
    rng: np.random.Generator,
    spacing: Spacing,
    *,
    shortest: int,
    longest: int,
) -> list[LabelledRow]:
    """Compose rows of random digits.

    Args:
        pictures: isolated digits.
        count: of rows.
        rng: a random generator.
        spacing: how near the digits are to each other.
        shortest: least number of digits in a row.
        longest: greatest number of digits.
    """
    of_target = [np.flatnonzero(pictures.targets == target) for target in range(len(DIGITS))]
    there = [target for target, places in enumerate(of_target) if len(places)]
    rows = []
    for _ in range(count):
        targets = rng.choice(there, int(rng.integers(shortest, longest + 1))).tolist()
        chosen = [int(rng.choice(of_target[target])) for target in targets]
        label = "".join([DIGITS[target] for target in targets])
        rows.append(LabelledRow(label, _row(pictures.rasters[chosen], rng, spacing)))
    return rows


def found_ink(picture: Ink) -> Ink:
    """The ink of a picture, uint8 of shape (height, width), as the service finds it.

    Raises:
        BlankImageError: it finds none: a square zero is taken for an empty box.
    """
    return find_ink(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR).astype(np.uint8)).picture


def _row(digits: Ink, rng: np.random.Generator, spacing: Spacing) -> Ink:
    scale = float(rng.uniform(1, LARGEST))
    height = scale * MNIST_HEIGHT
    scales = scale * np.exp(rng.normal(0, SIZE_VARIATION, len(digits)))
    inks = [_scaled(digit, one) for digit, one in zip(digits, scales.tolist(), strict=True)]
    # Twice the height for the row, and the margins.
    field = np.zeros(
        (round(3 * height), sum([ink.shape[1] for ink in inks]) + round(len(inks) * height)),
        np.uint8,
    )
    touching = rng.random(len(inks)) < TOUCHING_SHARE
    if not touching[1:].any() and len(inks) > 1:
        touching[rng.integers(1, len(inks))] = True
    slope = rng.normal(0, SLOPE)
    left = round(MARGIN * height)
    right = left
    for place, ink in enumerate(inks):
        down = height * (2 + rng.normal(0, BASELINE_VARIATION)) + slope * right
        top = round(down) - ink.shape[0]
        if place:
            left = _left(field, ink, top, right, height, rng, spacing, is_touching=touching[place])
        part = field[top : top + ink.shape[0], left : left + ink.shape[1]]
        np.maximum(part, ink, out=part)
        right = left + ink.shape[1]
    x, y, width, length = cv2.boundingRect(field)
    margin = round(MARGIN * height)
    return np.pad(field[y : y + length, x : x + width], margin)


def _scaled(digit: Ink, scale: float) -> Ink:
    x, y, width, height = cv2.boundingRect(digit)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(digit[y : y + height, x : x + width], size, interpolation=how).astype(
        np.uint8, copy=False
    )


def _left(
    field: Ink,
    ink: Ink,
    top: int,
    right: int,
    height: float,
    rng: np.random.Generator,
    spacing: Spacing,
    *,
    is_touching: bool,
) -> int:
    """The column at which the next digit begins."""
    if spacing == "spaced":
        return right + max(1, round(height * float(rng.uniform(NARROWEST_GAP, WIDEST_GAP))))
    # From the right, the digit is moved until its ink meets that of the row.
    rows = field[top : top + ink.shape[0]] >= _FAINT
    solid = ink >= _FAINT
    left = right
    while left > right - ink.shape[1] // 2:
        if (rows[:, left : left + ink.shape[1]] & solid).any():
            break
        left -= 1
    if spacing == "touching" and is_touching:
        return left - round(height * float(rng.uniform(0, DEEPEST_TOUCH)))
    return left + max(2, round(height * float(rng.uniform(0.5, 1.5)) * CLOSE_GAP))
