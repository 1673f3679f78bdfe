"""Decodes images that people upload."""

import io
from typing import Any

import cv2
import imagesize
import numpy as np
import numpy.typing as npt

from realtime.config import setting_name
from realtime.errors import ImageFormatError, SizeError
from realtime.images.orientation import upright
from realtime.images.scaling import shrink
from realtime.images.transparency import lay_on_paper
from realtime.setting_groups import ImageLimits

# uint8 of shape (height, width, 3): blue, green, red.
ColourImage = npt.NDArray[np.uint8]

# Name of the form field that holds the image, by which errors refer to it.
FORM_FIELD = "file"
# What cameras, scanners, browsers and drawing programs write, and how such files begin. OpenCV
# reads more, with decoders that are rarely used and have had holes (TIFF), or that start threads
# (AVIF).
FORMATS = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "WebP": (b"RIFF",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "BMP": (b"BM",),
}
# Longer side of the image that ink is sought on, px: enough for any pen, and the cost of an image
# does not depend on the camera.
LARGEST_SIDE = 512
# libjpeg can leave out pixels while it decodes: 24 megapixels then take the memory of 6 or fewer.
# The longer side keeps twice the pixels that are looked at.
_REDUCED = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
}
# Bits of a channel that 16-bit files hold: cameras and scanners leave the upper ones empty.
_DEPTHS = (8, 10, 12, 14, 16)


def decode_image(data: bytes, pixel_limit: int) -> ColourImage:
    """Decode an image, upright, opaque, and no larger than ink is sought on.

    Args:
        data: a file of one of `FORMATS`; of an animation the first picture counts.
        pixel_limit: how many pixels may be in memory at once.

    Returns:
        uint8 array of shape (height, width, 3), blue, green, red; the longer side has at most
        `LARGEST_SIDE` pixels.

    Raises:
        ImageFormatError: it has another format, or is broken.
        SizeError: it has more than `pixel_limit` pixels; it is not decoded then.
    """
    if not any(data.startswith(beginnings) for beginnings in FORMATS.values()):
        raise _format_error()
    try:
        # A turned picture has as many pixels as one that is not.
        width, height = imagesize.get(io.BytesIO(data), exif_rotation=False)
    except Exception:  # a truncated header makes it raise whatever its parser stumbles over
        raise _format_error() from None
    if width <= 0 or height <= 0:
        raise _format_error()
    is_jpeg = data.startswith(FORMATS["JPEG"])
    reduction = _reduction(data, max(width, height)) if is_jpeg else 1
    if width * height > pixel_limit * reduction**2:
        raise SizeError(
            code="too_big",
            message=(
                f"{FORM_FIELD}: the image has {width} × {height} pixels; "
                f"{pixel_limit * reduction**2} are allowed"
            ),
            field=FORM_FIELD,
            limit=pixel_limit * reduction**2,
            setting=setting_name(ImageLimits.image_pixels),
        )
    try:
        image = _decode_jpeg(data, reduction) if is_jpeg else _decode_other(data)
    except cv2.error:
        image = None
    if image is None:
        raise _format_error()
    return image


def _reduction(data: bytes, longer_side: int) -> int:
    """By how much each side of a JPEG is reduced while it is decoded.

    A progressive one is not: all its coefficients are in memory at once, however few are used.
    """
    if _is_progressive(data):
        return 1
    return next((by for by in _REDUCED if longer_side >= 2 * LARGEST_SIDE * by), 1)


def _is_progressive(data: bytes) -> bool:
    """Whether a JPEG's frame header, the first SOF marker, is one of a progressive frame."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return marker not in (0xC0, 0xC1)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return True  # nothing is known of it: the safe side


def _decode_jpeg(data: bytes, reduction: int) -> ColourImage | None:
    # Only decoding in colour turns a photograph upright (EXIF).
    image = cv2.imdecode(
        np.frombuffer(data, np.uint8), _REDUCED.get(reduction, cv2.IMREAD_COLOR_BGR)
    )
    return None if image is None else shrink(image.astype(np.uint8, copy=False), LARGEST_SIDE)


def _decode_other(data: bytes) -> ColourImage | None:
    # Only unchanged decoding keeps transparency; it does not turn the picture.
    decoded, kinds, metadata = cv2.imdecodeWithMetadata(
        np.frombuffer(data, np.uint8), flags=cv2.IMREAD_UNCHANGED
    )
    if decoded is None or decoded.dtype not in (np.uint8, np.uint16):
        return None
    small = _shrink_opaque(_eight_bits(decoded))
    for kind, content in zip(kinds, metadata, strict=True):
        if kind == cv2.IMAGE_METADATA_EXIF:
            small = upright(small, content.tobytes())
    return small


def _eight_bits(image: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if image.dtype == np.uint8:
        return image
    if image.ndim == 2 or image.shape[2] == 3:
        return _upper_bits(image)
    # Opacity uses all bits where colours do not.
    return np.dstack([_upper_bits(image[:, :, :3]), _upper_bits(image[:, :, 3])])


def _upper_bits(channels: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    bits = int(channels.max()).bit_length()
    depth = next(depth for depth in _DEPTHS if depth >= bits)
    return (channels >> (depth - 8)).astype(np.uint8)


def _shrink_opaque(image: npt.NDArray[np.uint8]) -> ColourImage:
    """Shrink an image in grey or colour, transparent or not, and make it opaque colour."""
    if image.ndim == 2:
        return cv2.cvtColor(shrink(image, LARGEST_SIDE), cv2.COLOR_GRAY2BGR).astype(
            np.uint8, copy=False
        )
    if image.shape[2] == 3:
        return shrink(image, LARGEST_SIDE)
    # Transparent pixels have a colour, too, which must not bleed into their neighbours. In place, a
    # channel at a time, since an image may have as many pixels as fit into memory.
    opacity = np.ascontiguousarray(image[:, :, 3])
    for channel in range(3):
        image[:, :, channel] = cv2.multiply(image[:, :, channel], opacity, scale=1 / 255)
    small = shrink(image, LARGEST_SIDE)
    return lay_on_paper(small[:, :, :3], small[:, :, 3])


def _format_error() -> ImageFormatError:
    names = ", ".join(FORMATS)
    message = f"{FORM_FIELD}: this is no image that can be read; {names} can"
    return ImageFormatError(code="not_image", message=message, field=FORM_FIELD)
