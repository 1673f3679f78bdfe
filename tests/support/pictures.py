"""Pictures of a 7 as cameras, scanners and drawing programs make them."""

import cv2
import numpy as np

from realtime.rasterizer import Picture
from tests.support.drawing import SEVEN


def seven(size: int = 400, pen: int = 24) -> Picture:
    """A 7, ink 255 on 0."""
    picture = np.zeros((400, 400), np.uint8)
    cv2.polylines(picture, [np.array(SEVEN[0], np.int32)], False, 255, pen, cv2.LINE_AA)
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA).astype(np.uint8)


def png(image: np.ndarray, kind: str = ".png") -> bytes:
    return cv2.imencode(kind, image)[1].tobytes()


def transparent(ink: int) -> np.ndarray:
    grey = np.full((400, 400), ink, np.uint8)
    return np.dstack([grey, grey, grey, seven()])


PICTURES = {
    "light on dark": png(seven()),
    "dark on light": png(255 - seven()),
    "jpeg": png(255 - seven(), ".jpg"),
    "28 by 28": png(seven(28)),
    "large": png(255 - seven(1900)),
    "wide": png(np.pad(255 - seven(), ((0, 0), (100, 700)), constant_values=255)),
    "grey on grey": png((150 - seven() * 0.3).astype(np.uint8)),
    "colour": png(
        np.dstack([255 - seven(), 255 - seven() // 2, np.full((400, 400), 255, np.uint8)])
    ),
    "16 bit": png(seven().astype(np.uint16) * 257),
    "black on transparent": png(transparent(0)),
    "white on transparent": png(transparent(255)),
    "thin pen": png(255 - seven(pen=3)),
    "thick pen": png(255 - seven(pen=50)),
    "noisy paper": png(
        np.clip(
            235 - seven() * 0.7 + np.random.default_rng(1).normal(0, 9, (400, 400)), 0, 255
        ).astype(np.uint8)
    ),
}
