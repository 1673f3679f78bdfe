"""`POST /predict`: an image instead of strokes, the classic endpoint; it goes through the same normalisation as ink.

Ink and paper are told apart by the border: whatever covers most of it is paper. So dark on light and light on dark are both fine.
"""

import hashlib
import io
import threading

import cachetools
import cv2
import flask
import imagesize
import numpy as np
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from realtime.access import check_token
from realtime.config import Config
from realtime.errors import ImageError
from realtime.rasterizer import INK_SIZE, PEN_WIDTH, Picture, normalise, without_direction
from realtime.recognizer import Recognizer
from realtime.routes import Routes, in_thread

FIELD = "file"
# Working size: enough for any pen, and the cost of an image does not depend on the camera.
WORK_SIZE = 512
# Ink fainter than this share of the strongest is paper: texture, shadow, JPEG noise.
FAINTEST_INK = 0.3
# Less contrast than this, of 255, is a blank sheet.
LEAST_CONTRAST = 24
# Lines thinner than this share of the network's usual pen are thickened to it; a fine pen would fade away when scaled down.
THINNEST_PEN = 0.7


def mount(app: flask.Flask, config: Config, recognizer: Recognizer, routes: Routes) -> None:
    """Add `/predict` to the app."""
    # The margin is for the multipart form around the image.
    app.config["MAX_CONTENT_LENGTH"] = config.image_bytes + 64 * 1024
    answers: cachetools.LRUCache[bytes, dict[str, object]] = cachetools.LRUCache(config.image_cache)
    # A photograph takes a tenth of a second to decode: in a thread, so that those who draw do not wait, and one at a time,
    # so that memory is bounded. The recognizer stays on the worker's own thread; it is not for two at once.
    decoder = ThreadPool(1)
    # One is decoded and one is ready to be; all others wait on disk, where werkzeug puts uploads of half a megabyte and more.
    in_memory = BoundedSemaphore(2)

    @cachetools.cached(answers, key=lambda data: hashlib.sha256(data).digest(), lock=threading.Lock())
    def predict_image(data: bytes) -> dict[str, object]:
        ink = in_thread(decoder, _ink_of, data, config.image_pixels)
        answer = recognizer.recognize(without_direction(normalise(ink)))
        label, confidence = answer.top[0]
        return {
            "digit": int(label),
            "confidence": round(confidence, 4),
            "rejected": answer.rejected,
            "top": [{"label": label, "p": round(p, 4)} for label, p in answer.top],
        }

    @app.post("/predict")
    @routes.limit("images_per_minute", "images")
    def predict() -> flask.Response:
        check_token(flask.request, config)
        file = _uploaded(config)
        with in_memory:
            return flask.jsonify(predict_image(_read(file, config)))


def _uploaded(config: Config) -> FileStorage:
    """The uploaded file.

    Raises:
        ImageError: there is none, or the request is too large to look for it.
    """
    try:
        file = flask.request.files.get(FIELD)
    except RequestEntityTooLarge:
        raise _too_large(config) from None
    if file is None:
        raise ImageError(code="no_file", message=f"{FIELD}: send the image as this field of a multipart form", field=FIELD)
    if not file.filename:
        raise ImageError(code="no_file", message=f"{FIELD}: no file was chosen, its name is empty", field=FIELD)
    return file


def _read(file: FileStorage, config: Config) -> bytes:
    data: bytes = file.read()
    if len(data) > config.image_bytes:
        raise _too_large(config)
    return data


def _too_large(config: Config) -> ImageError:
    limit = config.image_bytes
    message = f"{FIELD}: an image may have {limit} bytes"
    return ImageError(code="too_big", message=message, field=FIELD, limit=limit, status=413, setting="image_bytes")


def _ink_of(data: bytes, pixel_limit: int) -> Picture:
    return find_ink(decode_image(data, pixel_limit))


def decode_image(data: bytes, pixel_limit: int) -> Picture:
    """Decode a PNG or JPEG to grey, uint8 of shape (height, width), transparency laid on paper that its ink stands out from.

    Raises:
        ImageError: it is neither, is broken, or has more than `pixel_limit` pixels (told before it is decoded).
    """
    jpeg = data.startswith(b"\xff\xd8\xff")
    not_image = ImageError(code="not_image", message=f"{FIELD}: this is no PNG or JPEG image", field=FIELD, status=415)
    if not jpeg and not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise not_image
    try:
        width, height = imagesize.get(io.BytesIO(data))
    except Exception:  # a header cut short makes it raise whatever its parser stumbles over
        raise not_image from None
    if width <= 0 or height <= 0:
        raise not_image
    if width * height > pixel_limit:
        message = f"{FIELD}: the image has {width} × {height} pixels; {pixel_limit} are allowed"
        raise ImageError(code="too_big", message=message, field=FIELD, limit=pixel_limit, status=413, setting="image_pixels")
    # Only greyscale decoding turns a phone's photograph upright (EXIF); only unchanged decoding keeps transparency.
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE if jpeg else cv2.IMREAD_UNCHANGED)
    except cv2.error:
        image = None
    if image is None:
        raise not_image
    if image.dtype == np.uint16:
        image = (image // 256).astype(np.uint8)
    if image.ndim == 2:
        return image.astype(np.uint8, copy=False)
    if image.shape[2] == 3:
        return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    return _on_paper(cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY).astype(np.float32), image[:, :, 3].astype(np.float32) / 255)


def _on_paper(grey: np.ndarray, opacity: np.ndarray) -> Picture:
    total = float(opacity.sum())
    ink_is_dark = total == 0 or float((grey * opacity).sum()) / total < 128
    paper = 255.0 if ink_is_dark else 0.0
    composed: Picture = np.rint(grey * opacity + paper * (1 - opacity)).astype(np.uint8)
    return composed


def find_ink(grey: Picture) -> Picture:
    """Ink as `normalise` takes it, from a grey image; uint8 in and out, 0 where there is paper.

    Raises:
        ImageError: there is no ink.
    """
    shrink = WORK_SIZE / max(grey.shape)
    if shrink < 1:
        size = (max(1, round(grey.shape[1] * shrink)), max(1, round(grey.shape[0] * shrink)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(border))
    signed = grey.astype(np.float32) - paper
    # The side of the paper's grey on which more lies is the ink's.
    ink = np.maximum(signed if signed.sum() > 0 else -signed, 0)
    strongest = float(ink.max())
    if strongest < LEAST_CONTRAST:
        raise ImageError(code="no_ink", message=f"{FIELD}: the image shows nothing but one colour", field=FIELD, status=422)
    ink *= 255 / strongest
    ink[ink < FAINTEST_INK * 255] = 0
    return _thicken(ink.astype(np.uint8))


def _thicken(ink: Picture) -> Picture:
    """Thicken lines that would vanish when scaled down, and leave all others as they are."""
    solid = (ink >= 128).astype(np.uint8)
    _, _, width, height = cv2.boundingRect(solid)
    # Across a line of width w the distance to the paper grows from 0 to w / 2, which is w / 4 on average, and a little more as it
    # is counted from pixel to pixel.
    distance = cv2.distanceTransform(solid, cv2.DIST_L2, 3)
    inside = distance[distance > 0]
    pen = 4 * float(inside.mean()) - 1 if inside.size else 0.0
    usual = PEN_WIDTH / INK_SIZE * max(width, height, 1)
    missing = round(usual - pen)
    if pen >= THINNEST_PEN * usual or missing < 1:
        return ink
    padded = cv2.copyMakeBorder(ink, missing, missing, missing, missing, cv2.BORDER_CONSTANT, value=0)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (missing + 1, missing + 1))
    return cv2.dilate(padded, kernel).astype(np.uint8, copy=False)
