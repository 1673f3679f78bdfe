"""Readers of pictures and drawings: the networks of this process, or a server."""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Protocol, TypeVar

import click
import msgspec
import numpy as np
from msgspec import UNSET

from realtime.client import pictures
from realtime.client.sync import Client
from realtime.command_line.models_here import load_models
from realtime.config import Settings, variable_name
from realtime.errors import ImageError, RateError, ServiceError, SizeError
from realtime.formats.drawing import LabelledDrawing, Trace
from realtime.formats.session import session_messages
from realtime.http.picture_answers import PictureReader, picture_readers
from realtime.images.decoding import decode_image
from realtime.images.foreground import find_ink
from realtime.protocol.client_messages import Config, InkStroke
from realtime.protocol.picture_messages import PictureAnswer
from realtime.protocol.server_messages import Prediction
from realtime.recognition.recognizer import DEFAULT_TASK, default_task, finish
from realtime.recognition.registry import ModelRegistry
from realtime.sessions.session import Session
from realtime.setting_groups import ImageLimits

# A server that takes a hundred pictures a minute says how long its minute still lasts.
ATTEMPTS = 5

_Answer = TypeVar("_Answer")


class Reader(Protocol):
    """Reads what was written."""

    def read_picture(self, data: bytes, task: str | None) -> tuple[str, PictureAnswer]:
        """What is on a picture, and as what it was read; None leaves that to the reader.

        Raises:
            ReportedError: it cannot be read.
            ClientConnectionError: there is no server.
        """

    def read_drawing(self, drawing: LabelledDrawing, task: str) -> tuple[str, Prediction]:
        """What ink says, and as what it was read; "" leaves that to the reader.

        Raises:
            ReportedError, MalformedInkError: it cannot be read.
            ClientConnectionError: there is no server.
        """


class LocalReader:
    """The networks of this process, by the same code and limits as a server's."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def read_picture(self, data: bytes, task: str | None) -> tuple[str, PictureAnswer]:
        """What is on a picture; see `Reader`."""
        limits = self._settings.images
        if len(data) > limits.image_bytes:
            variable = variable_name(ImageLimits.image_bytes)
            message = f"has more than {limits.image_bytes} bytes ({variable})"
            raise SizeError(code="too_big", message=message, limit=limits.image_bytes)
        task = task or default_task(self._models.by_task)
        if task not in self._picture_readers:
            known = " ".join(self._picture_readers)
            message = f"{task} is not one of what is read on pictures here, {known}"
            raise ImageError(code="bad_message", message=message)
        reader = self._picture_readers[task]
        ink = find_ink(decode_image(data, limits.image_pixels), reader.content)
        return task, msgspec.convert(reader.answer(ink), PictureAnswer)

    def read_drawing(self, drawing: LabelledDrawing, task: str) -> tuple[str, Prediction]:
        """What ink says; see `Reader`."""
        session = Session(self._models.by_task, self._settings.drawing)
        for _, message in session_messages(drawing, task):
            session.apply(message)
        return session.task, session.answer(time.perf_counter_ns(), final=True)

    @cached_property
    def _models(self) -> ModelRegistry:
        return load_models(self._settings)

    @cached_property
    def _picture_readers(self) -> Mapping[str, PictureReader]:
        parts = self._settings.images.image_parts
        return picture_readers(self._models.by_task, self._models.rows, parts, finish)


class ServerReader:
    """A server, asked by the Python client.

    Args:
        url: of its WebSocket.
        token: that it wants; empty where it wants none.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def read_picture(self, data: bytes, task: str | None) -> tuple[str, PictureAnswer]:
        """What is on a picture; see `Reader`."""
        return task or DEFAULT_TASK, _asked(
            lambda: pictures.predict(self._url, data, task, token=self._token)
        )

    def read_drawing(self, drawing: LabelledDrawing, task: str) -> tuple[str, Prediction]:
        """What ink says; see `Reader`."""
        # The first message of a session has the task and the canvas.
        _, first = next(session_messages(drawing, task))
        canvas = first.canvas if isinstance(first, Config) else None
        config = Config(canvas=canvas, recognize=task or UNSET, interim=False)
        strokes = [_ink_stroke(trace) for trace in drawing.traces]

        def ask() -> tuple[str, Prediction]:
            with Client(self._url, config, token=self._token, reconnect=False) as client:
                answer = client.read(strokes)
                return task or next(iter(client.ready.recognizers), DEFAULT_TASK), answer

        return _asked(ask)


def _asked(ask: Callable[[], _Answer]) -> _Answer:
    """What a server answers; where it asks to come again later, that is done, and said."""
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            return ask()
        except (RateError, ServiceError) as refused:
            if refused.retry_after_s is None or not attempts_left:
                raise
            waiting = f"waiting {refused.retry_after_s:.1f} s"
            click.echo(f"{refused.code}: {refused} ({waiting})", err=True)
            time.sleep(refused.retry_after_s)
    raise AssertionError("the last attempt returns or raises")


def _ink_stroke(trace: Trace) -> InkStroke:
    times = np.zeros(len(trace.points)) if trace.times_ms is None else trace.times_ms
    return InkStroke(
        x=trace.points[:, 0].tolist(),
        y=trace.points[:, 1].tolist(),
        t=np.rint(times).astype(int).tolist(),
    )
