"""Lays a transparent image on paper that contrasts with its ink."""

import cv2
import numpy as np
import numpy.typing as npt

# Of the greatest opacity in the image, the share from which a pixel is part of what is shown;
# the shadow of a window is less.
SHOWN = 0.8
# What is shown is a card, with ink on it, where it fills this share of its bounding box and has
# two colours that differ by this much, of 255, in some channel; else it is ink itself.
CARD_FILLS = 0.5
CARD_CONTRAST = 48


def lay_on_paper(
    premultiplied: npt.NDArray[np.uint8], opacity: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """Lay an image on paper.

    A transparent image shows either ink alone, and the paper is white or black, whichever
    contrasts with it; or a card with ink on it, in the midst of nothing or of a shadow: then all
    but the card is cut off.

    Args:
        premultiplied: uint8 array of shape (height, width, 3): colours multiplied by opacity.
        opacity: uint8 array of shape (height, width): 0 is transparent.

    Returns:
        uint8 array of shape (height, width, 3), opaque; less high and wide where a card was cut
        out.
    """
    greatest = int(opacity.max())
    if greatest == 0:
        return np.full_like(premultiplied, 255)
    if int(opacity.min()) == 255:
        return premultiplied
    share = (opacity.astype(np.float32) / 255)[:, :, None]
    shown = opacity >= SHOWN * greatest
    colours = np.minimum(premultiplied[shown] / share[shown], 255).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(shown.astype(np.uint8))
    if shown.sum() >= CARD_FILLS * width * height and _has_two_colours(colours):
        paper = np.median(colours, axis=0).astype(np.float32)
        laid = premultiplied + paper * (1 - share)
        laid[~shown] = paper
        laid = laid[top : top + height, left : left + width]
    else:
        laid = premultiplied + np.float32(255 if colours.mean() < 128 else 0) * (1 - share)
    return np.asarray(np.rint(np.minimum(laid, 255)), np.uint8)


def _has_two_colours(colours: npt.NDArray[np.uint8]) -> bool:
    """Whether colours, uint8 of shape (n, 3), fall into two groups in some channel (Otsu, 1979)."""
    for channel in np.ascontiguousarray(colours.T):
        border, _ = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        upper = channel > border
        if upper.any() and not upper.all():
            apart = float(channel[upper].mean()) - float(channel[~upper].mean())
            if apart >= CARD_CONTRAST:
                return True
    return False
