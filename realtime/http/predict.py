"""The route `POST /predict`: the answer to an image instead of strokes."""

import hashlib
import threading
from collections.abc import Callable, Iterable
from typing import IO

import cachetools
import flask
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import parse_form_data

from realtime.access.token import check_token
from realtime.config import setting_name
from realtime.errors import ImageError, SizeError
from realtime.http.json_answers import json_answer
from realtime.http.picture_answers import FinishRow, picture_readers
from realtime.http.routes import RateLimit, Routes, run_in_thread
from realtime.http.uploads import UploadSpace
from realtime.images.decoding import FORM_FIELD, decode_image
from realtime.images.foreground import FoundInk, find_ink
from realtime.images.parts import Content
from realtime.protocol.picture_messages import PictureAnswer
from realtime.recognition.recognizer import DEFAULT_TASK, Recognizers, RowRecognizers
from realtime.setting_groups import AccessSettings, ImageLimits

# Bytes of the multipart form around the image, with a wide margin.
FORM_BYTES = 64 * 1024
# The form's field that says what the ink is to be read as.
TASK_FIELD = "recognize"


def mount(
    app: flask.Flask,
    limits: ImageLimits,
    *,
    access: AccessSettings,
    recognizers: Recognizers,
    rows: RowRecognizers,
    finish: FinishRow,
    routes: Routes,
    uploads: UploadSpace,
) -> None:
    """Add `/predict` to the app; `rows` read pictures of several characters.

    `finish` does the steps of an answer to a long one.
    """
    app.config["MAX_CONTENT_LENGTH"] = limits.image_bytes + FORM_BYTES
    readers = picture_readers(recognizers, rows, limits.image_parts, finish)
    unasked = DEFAULT_TASK if DEFAULT_TASK in readers else next(iter(readers), DEFAULT_TASK)
    answers: cachetools.LRUCache[tuple[bytes, str], PictureAnswer] = cachetools.LRUCache(
        limits.image_cache
    )
    # A photograph takes a tenth of a second to decode: in a thread, so that sessions do not wait,
    # and one at a time, so that memory is bounded. The recognizer stays on the worker's own thread,
    # on which alone it may be called.
    decoder = ThreadPool(1)
    # One image is decoded and one is ready to be; all others wait in the space for uploads.
    in_memory = BoundedSemaphore(2)

    @cachetools.cached(
        answers,
        key=lambda data, task: (hashlib.sha256(data).digest(), task),
        lock=threading.Lock(),
    )
    def predict_image(data: bytes, task: str) -> PictureAnswer:
        reader = readers[task]
        ink = run_in_thread(decoder, _read_ink, data, limits.image_pixels, reader.content)
        return reader.answer(ink)

    @app.post("/predict")
    @routes.limit(
        RateLimit(
            limits.images_per_minute, setting_name(ImageLimits.images_per_minute), noun="images"
        )
    )
    def predict() -> flask.Response:
        check_token(flask.request, access)
        with uploads.receiving() as new_upload:
            file, task = _uploaded_file(limits, new_upload)
            task = unasked if task is None else task
            if task not in readers:
                raise _unknown_task(task, readers)
            with in_memory:
                return json_answer(predict_image(_read(file, limits), task))


def _unknown_task(task: str, known: Iterable[str]) -> ImageError:
    names = " ".join(known) or "nothing"
    reason = f"{task!r} is not one of what this server reads on pictures, {names}"
    return ImageError(code="bad_message", message=f"{TASK_FIELD}: {reason}", field=TASK_FIELD)


def _uploaded_file(
    limits: ImageLimits, new_upload: Callable[..., IO[bytes]]
) -> tuple[FileStorage, str | None]:
    """The uploaded file, once all of the form is there, and what it is to be read as, if said.

    Raises:
        ImageError: there is no file.
        SizeError: the request is too large to look for it.
        StorageError: there is no room for it just now.
    """
    request = flask.request
    try:
        _, form, files = parse_form_data(
            request.environ,
            stream_factory=new_upload,
            max_content_length=request.max_content_length,
            max_form_memory_size=request.max_form_memory_size,
            max_form_parts=request.max_form_parts,
        )
        file = files.get(FORM_FIELD)
    except RequestEntityTooLarge:
        raise _too_large(limits) from None
    if file is None:
        message = f"{FORM_FIELD}: send the image as this field of a multipart form"
        raise ImageError(code="no_file", message=message, field=FORM_FIELD)
    if not file.filename:
        message = f"{FORM_FIELD}: no file was chosen, its name is empty"
        raise ImageError(code="no_file", message=message, field=FORM_FIELD)
    return file, form.get(TASK_FIELD)


def _read(file: FileStorage, limits: ImageLimits) -> bytes:
    data: bytes = file.read()
    if len(data) > limits.image_bytes:
        raise _too_large(limits)
    return data


def _too_large(limits: ImageLimits) -> SizeError:
    return SizeError(
        code="too_big",
        message=f"{FORM_FIELD}: an image may have {limits.image_bytes} bytes",
        field=FORM_FIELD,
        limit=limits.image_bytes,
        setting=setting_name(ImageLimits.image_bytes),
    )


def _read_ink(data: bytes, pixel_limit: int, content: Content) -> FoundInk:
    return find_ink(decode_image(data, pixel_limit), content)
