"""Tests of `POST /predict` with pictures of one letter or sign (`recognize=character`)."""

import io

import numpy as np
import pytest
from flask.testing import FlaskClient

from benchmarks.pictures.reading import picture_client
from realtime.app import create_app
from realtime.config import Settings
from realtime.recognition.registry import ModelRegistry, ModelSource
from tests.support.drawing import Json
from tests.support.files import WEIGHTS
from tests.support.pens import WRITING_STYLES, write_glyph
from tests.support.pictures import PICTURES, encode_image
from tests.support.row_pictures import drawn

SEVEN = PICTURES["dark on light"]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the service."""
    return picture_client()


def character_picture(character: str) -> bytes:
    """A picture of a character by a made-up hand."""
    written = write_glyph(character, WRITING_STYLES["neat"], character)
    strokes = [
        np.array([(point.x, point.y) for point in one.points], np.float32) for one in written
    ]
    return encode_image(255 - drawn(strokes))


def post(client: FlaskClient, data: bytes, recognize: str | None = None) -> tuple[int, Json]:
    """Status and answer to a picture."""
    form: Json = {"file": (io.BytesIO(data), "a.png")}
    if recognize is not None:
        form["recognize"] = recognize
    response = client.post("/predict", data=form)
    answer: Json = response.get_json()
    return response.status_code, answer


@pytest.mark.parametrize("character", "ABDEHMRTbdefhkt?&")
def test_a_plain_character_is_read(client: FlaskClient, character: str) -> None:
    status, answer = post(client, character_picture(character), "character")
    assert (status, answer["text"], answer["rejected"]) == (200, character, False)
    assert answer["confidence"] == answer["top"][0]["p"]
    assert len(answer["top"]) == 3
    [only] = answer["characters"]
    assert (only["label"], only["p"], only["top"]) == (
        character,
        answer["confidence"],
        answer["top"],
    )
    left, top, right, bottom = only["box"]
    assert 0 < left < right < 1
    assert 0 < top < bottom < 1
    # These are of digits alone.
    assert not {"digit", "digits"} & answer.keys()


def test_the_same_picture_is_a_digit_or_a_character(client: FlaskClient) -> None:
    """What was read of it before is not what it is asked for now."""
    for _ in range(2):
        assert post(client, SEVEN)[1]["digit"] == 7
        assert post(client, SEVEN, "digit")[1]["digit"] == 7
        status, answer = post(client, SEVEN, "character")
        assert (status, answer["text"]) == (200, "7")
        assert "digit" not in answer


@pytest.mark.parametrize("recognize", ["poem", "", "line", "Character", "a\nb"])
def test_what_pictures_are_not_read_as_is_refused_with_what_they_are(
    client: FlaskClient, recognize: str
) -> None:
    status, answer = post(client, SEVEN, recognize)
    error = answer["error"]
    assert (status, error["code"], error["field"]) == (400, "bad_message", "recognize")
    assert error["message"].startswith(f"recognize: {recognize!r} is not one of")
    assert "digit character" in error["message"]


def test_what_is_not_loaded_reads_no_pictures() -> None:
    def client_of(*tasks: str) -> FlaskClient:
        models = ModelRegistry.load(ModelSource(WEIGHTS, tasks=tasks))
        return create_app(Settings(), models).test_client()

    characters = client_of("character")
    assert post(characters, SEVEN)[1]["text"] == "7"
    status, answer = post(characters, SEVEN, "digit")
    assert status == 400
    assert answer["error"]["message"].endswith("reads on pictures, character")
    status, answer = post(client_of("line"), SEVEN)
    assert status == 400
    assert answer["error"]["message"].endswith("reads on pictures, nothing")
