"""Decodes images that people upload."""

import io

import cv2
import imagesize
import numpy as np
import numpy.typing as npt

from realtime.config import ImageLimits, setting_name
from realtime.errors import ImageFormatError, SizeError

# uint8 of shape (height, width): 0 is black, 255 white.
GreyImage = npt.NDArray[np.uint8]

# Name of the form field that holds the image, by which errors refer to it.
FORM_FIELD = "file"


def decode_image(data: bytes, pixel_limit: int) -> GreyImage:
    """Decode a PNG or JPEG to grey; transparency is laid on paper that contrasts with the ink.

    Returns:
        uint8 array of shape (height, width).

    Raises:
        ImageFormatError: it is neither, or broken.
        SizeError: it has more than `pixel_limit` pixels; it is not decoded then.
    """
    is_jpeg = data.startswith(b"\xff\xd8\xff")
    if not is_jpeg and not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise _format_error()
    try:
        width, height = imagesize.get(io.BytesIO(data))
    except Exception:  # a truncated header makes it raise whatever its parser stumbles over
        raise _format_error() from None
    if width <= 0 or height <= 0:
        raise _format_error()
    if width * height > pixel_limit:
        raise SizeError(
            code="too_big",
            message=(
                f"{FORM_FIELD}: the image has {width} × {height} pixels; {pixel_limit} are allowed"
            ),
            field=FORM_FIELD,
            limit=pixel_limit,
            setting=setting_name(ImageLimits.image_pixels),
        )
    # Only greyscale decoding turns a phone's photograph upright (EXIF); only unchanged decoding
    # keeps transparency.
    mode = cv2.IMREAD_GRAYSCALE if is_jpeg else cv2.IMREAD_UNCHANGED
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), mode)
    except cv2.error:
        image = None
    if image is None:
        raise _format_error()
    if image.dtype == np.uint16:
        image = (image // 256).astype(np.uint8)
    if image.ndim == 2:
        return image.astype(np.uint8, copy=False)
    if image.shape[2] == 3:
        return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    grey = cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY).astype(np.float32)
    return _compose(grey, image[:, :, 3].astype(np.float32) / 255)


def _format_error() -> ImageFormatError:
    message = f"{FORM_FIELD}: this is no PNG or JPEG image"
    return ImageFormatError(code="not_image", message=message, field=FORM_FIELD)


def _compose(grey: np.ndarray, opacity: np.ndarray) -> GreyImage:
    """Lay a transparent image on paper that contrasts with its ink."""
    total = float(opacity.sum())
    ink_is_dark = total == 0 or float((grey * opacity).sum()) / total < 128
    paper = 255.0 if ink_is_dark else 0.0
    composed: GreyImage = np.rint(grey * opacity + paper * (1 - opacity)).astype(np.uint8)
    return composed
