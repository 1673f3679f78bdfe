"""Reads pictures as `/predict` does, and counts what becomes of them."""

import io
from typing import NamedTuple

import numpy as np
from flask.testing import FlaskClient

from benchmarks.pictures.drawings import Drawing
from realtime.app import create_app
from realtime.config import Settings
from realtime.ink.stroke import PointArray
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.setting_groups import ImageLimits
from tests.support.files import WEIGHTS
from tests.support.papers.kinds import paper_file

# A pen that was never on the paper.
NO_STROKES: list[PointArray] = [np.array([[-1e4, -1e4]], np.float32)]
UNLIMITED = 1_000_000


class Counts(NamedTuple):
    """What became of the pictures of one kind of paper, with a digit on it and without."""

    right: int
    rejected: int
    wrong: int
    empty_refused: int
    empty_read: int


def picture_client() -> FlaskClient:
    """A client of the service, without a limit on the number of pictures."""
    models = ModelRegistry.load(ModelSource(WEIGHTS))
    settings = Settings(images=ImageLimits(images_per_minute=UNLIMITED))
    return create_app(settings, models).test_client()


def read(client: FlaskClient, data: bytes) -> tuple[str | None, str]:
    """What is read from a picture, or None and the reason."""
    form = {"file": (io.BytesIO(data), "picture.png")}
    answer = client.post("/predict", data=form).get_json()
    if "error" in answer:
        return None, answer["error"]["message"]
    return (None, answer["reason"]) if answer["rejected"] else (answer["text"], "")


def count(client: FlaskClient, kind: str, drawings: list[Drawing]) -> Counts:
    """Read every drawing on one kind of paper, and as many papers with nothing on them."""
    right = rejected = wrong = empty_read = 0
    for seed, drawing in enumerate(drawings):
        digit, _ = read(client, paper_file(kind, drawing.strokes, seed))
        right += digit == drawing.label
        rejected += digit is None
        wrong += digit not in (drawing.label, None)
        empty_read += read(client, paper_file(kind, NO_STROKES, seed))[0] is not None
    return Counts(right, rejected, wrong, len(drawings) - empty_read, empty_read)
