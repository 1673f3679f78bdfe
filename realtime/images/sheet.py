"""Finds the sheet of paper in a picture: without a frame around it, and without the desk."""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from realtime.images.decoding import ColourImage
from realtime.images.scaling import shrink

# A frame is no wider than this share of a side, and differs from the paper by this, of 255.
BROADEST_FRAME = 0.03
FRAME_CONTRAST = 6
# Longer side of the picture that the sheet is sought on, px; on one that is smaller than the
# second, there is a digit alone.
SEARCH_SIZE = 256
SMALLEST_IMAGE = 64
# A sheet takes this share of the picture at least, and runs out of it on one side at most: on the
# others it touches less than that share of the border. What is on two sides may be a shadow.
SMALLEST_SHEET = 0.25
TOUCHED = 0.1
# A sheet is convex: it fills this share of its hull. That has so few corners (four, and those where
# the picture cuts it off) and straight lines between them, which enclose this share of it.
CONVEX = 0.9
MOST_CORNERS = 6
STRAIGHT = 0.95
# What lies on a sheet takes less than this share of it.
MOST_INK = 0.2
# A sheet ends within a few pixels, where a shadow or a lamp's light takes longer; there it differs
# from the desk by this, of 255.
EDGE_CONTRAST = 24
# The edge of the sheet, with its shadow, is left out: this share of the longer side.
EDGE = 0.015


class Sheet(NamedTuple):
    """The part of an image that is paper, and where it begins, px."""

    image: ColourImage
    left: int = 0
    top: int = 0


def without_surroundings(image: ColourImage) -> Sheet:
    """The sheet alone: frames are cut off, and a desk is painted over with the sheet's colour."""
    framed = _without_frame(image)
    mask = _find_sheet(framed.image)
    if mask is None:
        return framed
    sheet = _paint_around(framed.image, mask)
    return Sheet(sheet.image, framed.left + sheet.left, framed.top + sheet.top)


def _without_frame(image: ColourImage) -> Sheet:
    height, width = image.shape[:2]
    broadest = max(1, round(BROADEST_FRAME * min(height, width)))
    if min(height, width) <= 4 * (broadest + 1):
        return Sheet(image)
    widths = []
    for side in (image, image[::-1], image.swapaxes(0, 1), image.swapaxes(0, 1)[::-1]):
        # The median of a row is no ink, which covers less than half of it.
        medians = np.median(side[: broadest + 2], axis=1)
        differs = np.abs(medians[:-1] - medians[-1]).max(axis=1) > FRAME_CONTRAST
        if not differs[0]:
            return Sheet(image)
        widths.append(int(np.flatnonzero(differs)[-1]) + 1)
    top, bottom, left, right = widths
    return Sheet(image[top : height - bottom, left : width - right], left, top)


def _find_sheet(image: ColourImage) -> npt.NDArray[np.uint8] | None:
    """A mask of the sheet's pixels, uint8 of shape (height, width).

    None where the sheet fills the picture, or cannot be told from what is around it.
    """
    height, width = image.shape[:2]
    if min(height, width) < SMALLEST_IMAGE:
        return None
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    small = cv2.medianBlur(shrink(grey, SEARCH_SIZE), 5)
    light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1].astype(np.uint8)
    for candidate in (light, 255 - light):
        sheet = _largest_outline(candidate)
        if sheet is not None and _is_sheet(sheet, candidate, small.astype(np.uint8, copy=False)):
            edge = max(1, round(EDGE * max(small.shape)))
            kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * edge + 1, 2 * edge + 1))
            padded = cv2.copyMakeBorder(sheet, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
            inner = cv2.erode(padded, kernel)[edge:-edge, edge:-edge]
            mask = cv2.resize(inner, (width, height), interpolation=cv2.INTER_NEAREST)
            return mask.astype(np.uint8)
    return None


def _largest_outline(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """The convex hull of the largest part of a mask, if it has the shape of a sheet."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea, default=None)
    if outline is None:
        return None
    hull = cv2.convexHull(outline)
    area = cv2.contourArea(hull)
    if area < SMALLEST_SHEET * mask.size or cv2.contourArea(outline) < CONVEX * area:
        return None
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
    if not 4 <= len(corners) <= MOST_CORNERS or cv2.contourArea(corners) < STRAIGHT * area:
        return None
    sheet = np.zeros_like(mask)
    cv2.fillPoly(sheet, [hull], 255)
    return sheet


def _is_sheet(
    sheet: npt.NDArray[np.uint8], candidate: npt.NDArray[np.uint8], small: npt.NDArray[np.uint8]
) -> bool:
    sides = sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]
    if sum(bool((side > 0).mean() > TOUCHED) for side in sides) > 1:
        return False
    inside = sheet > 0
    if (candidate[inside] > 0).mean() < 1 - MOST_INK:
        return False
    kernel = np.ones((7, 7), np.uint8)
    within = inside & (cv2.erode(sheet, kernel) == 0)
    around = ~inside & (cv2.dilate(sheet, kernel) > 0)
    if not within.any() or not around.any():
        return False
    return abs(float(np.median(small[within])) - float(np.median(small[around]))) >= EDGE_CONTRAST


def _paint_around(image: ColourImage, sheet: npt.NDArray[np.uint8]) -> Sheet:
    """Cut the sheet out, and go on with the colour of its edge where it leaves corners."""
    left, top, width, height = cv2.boundingRect(sheet)
    image = image[top : top + height, left : left + width]
    share = (sheet[top : top + height, left : left + width] > 0).astype(np.float32)
    blur = 0.1 * max(width, height)
    weight = cv2.GaussianBlur(share, (0, 0), blur)
    spread = cv2.GaussianBlur(image * share[:, :, None], (0, 0), blur)
    paper = spread / np.maximum(weight, 1e-3)[:, :, None]
    painted = np.where(share[:, :, None] > 0, image, np.clip(paper, 0, 255))
    return Sheet(painted.astype(np.uint8), left, top)
