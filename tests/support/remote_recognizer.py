"""A recognizer that runs elsewhere: it waits, and other greenlets run meanwhile."""

from pathlib import Path

import flask
import gevent

from realtime.app import create_app
from realtime.config import Settings
from realtime.ink.stroke import Ink
from realtime.recognition.answer import Answer
from realtime.recognition.recognizer import (
    DEFAULT_TASK,
    InkPicture,
    InkReader,
    ModelInfo,
    Query,
    Recognizer,
    Steps,
)
from realtime.recognition.registry import ModelRegistry, ModelSource

APPLICATION = "tests.support.remote_recognizer:app()"
# Far longer than an answer in place, and short enough for a test.
DELAY_S = 0.3


class RemoteRecognizer:
    """The local recognizer, behind the delay of a network."""

    runs_in_place = False
    engine = None

    def __init__(self, local: Recognizer) -> None:
        self._local = local

    @property
    def model(self) -> ModelInfo:
        """The model that answers."""
        return self._local.model

    def reader(self) -> InkReader:
        """A reader for one drawing."""
        return _RemoteReader(self._local.reader())

    def recognize_picture(self, picture: InkPicture, query: Query) -> Answer:
        """The answer for a picture, after the delay."""
        gevent.sleep(DELAY_S)
        return self._local.recognize_picture(picture, query)


class _RemoteReader:
    def __init__(self, local: InkReader) -> None:
        self._local = local

    def steps(self, ink: Ink, query: Query) -> Steps:
        yield from ()
        return self.recognize(ink, query)

    def recognize(self, ink: Ink, query: Query) -> Answer:
        gevent.sleep(DELAY_S)
        return self._local.recognize(ink, query)


def app() -> flask.Flask:
    """The application of the service, with a remote recognizer."""
    settings = Settings.from_environment()
    local = ModelRegistry.load(ModelSource(Path(settings.server.weights))).default
    return create_app(settings, ModelRegistry({DEFAULT_TASK: RemoteRecognizer(local)}))
