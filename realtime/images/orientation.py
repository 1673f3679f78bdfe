"""Turns images upright as their EXIF metadata say.

OpenCV does so only where it drops transparency, and imagesize reads no EXIF of a PNG.
"""

import struct

import cv2
import numpy as np
import numpy.typing as npt

_TAG, _SHORT = 0x0112, 3
# Of each orientation, how the stored picture is turned upright: whether it is mirrored, left to
# right, and then how it is rotated.
_UPRIGHT: dict[int, tuple[bool, int | None]] = {
    2: (True, None),
    3: (False, cv2.ROTATE_180),
    4: (True, cv2.ROTATE_180),
    5: (True, cv2.ROTATE_90_COUNTERCLOCKWISE),
    6: (False, cv2.ROTATE_90_CLOCKWISE),
    7: (True, cv2.ROTATE_90_CLOCKWISE),
    8: (False, cv2.ROTATE_90_COUNTERCLOCKWISE),
}


def upright(image: npt.NDArray[np.uint8], exif: bytes) -> npt.NDArray[np.uint8]:
    """The image turned as its metadata say; as it is where they say nothing that can be read."""
    mirrored, rotation = _UPRIGHT.get(_orientation(exif), (False, None))
    if mirrored:
        image = cv2.flip(image, 1).astype(np.uint8, copy=False)
    if rotation is not None:
        image = cv2.rotate(image, rotation).astype(np.uint8, copy=False)
    return image


def _orientation(exif: bytes) -> int:
    """The tag Orientation (EXIF 2.3, 4.6.4) of the first directory; 0 where there is none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 0
    try:
        (at,) = struct.unpack_from(order + "I", exif, 4)
        (entries,) = struct.unpack_from(order + "H", exif, at)
        for entry in range(entries):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, at + 2 + 12 * entry)
            if (tag, kind) == (_TAG, _SHORT):
                return int(value)
    except struct.error:  # cut short
        return 0
    return 0
