"""Finds how far a picture is tilted by the lines in it, and turns it so that they are level."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from realtime.images.paper import Strength
from realtime.images.placement import Affine
from realtime.images.scaling import shrink

# bool of shape (height, width).
Mask = npt.NDArray[np.bool_]

# Lines are sought at up to this angle, degrees, in such steps: few people hold a camera straighter
# or worse.
TILT = 6.0
TILT_STEP = 0.5
# Longer side of the picture that the angle is sought on, px.
SEARCH_SIZE = 192
# An angle nearer to level is taken unless another is better by this factor.
BETTER = 1.02


def level_angle(lines: Mask) -> float:
    """The angle in degrees by which a picture is to be turned to make its lines level.

    At that angle the rows and columns are as unequal as can be: a projection profile, as in
    Postl, "Detection of linear oblique structures and skew scan in digitized documents", 1986.
    """
    small = shrink(lines.astype(np.float32), SEARCH_SIZE)
    height, width = small.shape
    best, best_score = 0.0, 0.0
    for angle in sorted(np.arange(-TILT, TILT + TILT_STEP, TILT_STEP).tolist(), key=abs):
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        picture = cv2.warpAffine(small, turn, (width, height))
        score = float((picture.sum(axis=1) ** 2).sum() + (picture.sum(axis=0) ** 2).sum())
        if score > best_score * BETTER:
            best, best_score = angle, score
    return best


class Turned(NamedTuple):
    """A picture turned about its middle, no part of it lost.

    Attributes:
        picture: float32 of shape (height, width).
        valid: which pixels belong to it.
        turn: where its pixels went; None where it was not turned.
    """

    picture: Strength
    valid: Mask
    turn: Affine | None


def turned(strength: Strength, angle: float) -> Turned:
    """The picture turned by so many degrees."""
    if not angle:
        return Turned(strength, np.ones(strength.shape, np.bool_), None)
    height, width = strength.shape
    turn = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), np.float64)
    cosine, sine = np.abs(turn[0, :2])
    size = round(width * cosine + height * sine), round(width * sine + height * cosine)
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    picture = cv2.warpAffine(strength, turn, size).astype(np.float32, copy=False)
    valid = cv2.warpAffine(np.ones(strength.shape, np.uint8), turn, size)
    # The outermost pixels are mixed with what is beyond.
    return Turned(picture, cv2.erode(valid, np.ones((3, 3), np.uint8)) > 0, turn)
