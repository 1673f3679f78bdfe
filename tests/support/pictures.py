"""Pictures of a 7 as cameras, scanners and drawing programs make them."""

import cv2
import numpy as np

from realtime.recognition.characters.normalisation import Picture
from tests.support.drawing import SEVEN


def seven_picture(size: int = 400, pen: int = 24) -> Picture:
    """A 7 of shape (size, size), ink 255 on 0; `pen` is its width in pixels of a size of 400."""
    picture = np.zeros((400, 400), np.uint8)
    cv2.polylines(picture, [np.array(SEVEN[0], np.int32)], False, 255, pen, cv2.LINE_AA)
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA).astype(np.uint8)


def encode_image(image: np.ndarray, kind: str = ".png") -> bytes:
    """The image as a file of this kind."""
    return cv2.imencode(kind, image)[1].tobytes()


def transparent_picture(ink: int) -> np.ndarray:
    """A 7 in this grey on a transparent ground."""
    grey = np.full((400, 400), ink, np.uint8)
    return np.dstack([grey, grey, grey, seven_picture()])


PICTURES = {
    "light on dark": encode_image(seven_picture()),
    "dark on light": encode_image(255 - seven_picture()),
    "jpeg": encode_image(255 - seven_picture(), ".jpg"),
    "28 by 28": encode_image(seven_picture(28)),
    "large": encode_image(255 - seven_picture(1900)),
    "wide": encode_image(np.pad(255 - seven_picture(), ((0, 0), (100, 700)), constant_values=255)),
    "grey on grey": encode_image((150 - seven_picture() * 0.3).astype(np.uint8)),
    "colour": encode_image(
        np.dstack(
            [255 - seven_picture(), 255 - seven_picture() // 2, np.full((400, 400), 255, np.uint8)]
        )
    ),
    "16 bit": encode_image(seven_picture().astype(np.uint16) * 257),
    "black on transparent": encode_image(transparent_picture(0)),
    "white on transparent": encode_image(transparent_picture(255)),
    "thin pen": encode_image(255 - seven_picture(pen=3)),
    "thick pen": encode_image(255 - seven_picture(pen=50)),
    "noisy paper": encode_image(
        np.clip(
            235 - seven_picture() * 0.7 + np.random.default_rng(1).normal(0, 9, (400, 400)), 0, 255
        ).astype(np.uint8)
    ),
}
