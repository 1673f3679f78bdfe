"""Tests of `POST /predict` with pictures of a line of print (`recognize=text`)."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from flask.testing import FlaskClient

from realtime.app import create_app
from realtime.config import Settings
from realtime.ink.stroke import PointArray
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.setting_groups import ImageLimits
from tests.support.drawing import Json
from tests.support.files import WEIGHTS
from tests.support.pen_lines import write_text
from tests.support.pens import WRITING_STYLES
from tests.support.pictures import PICTURES, encode_image
from tests.support.row_pictures import drawn

MOST_PARTS = 30


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of a service that reads texts on pictures."""
    models = ModelRegistry.load(ModelSource(WEIGHTS, "int8"))
    if "text" not in models.rows:
        pytest.skip("nothing was fitted for texts on pictures")
    limits = ImageLimits(images_per_minute=10_000, image_parts=MOST_PARTS)
    return create_app(Settings(images=limits), models).test_client()


def written(text: str, down: float = 0.0) -> list[PointArray]:
    """The strokes of a text by a made-up hand."""
    return [
        np.array([(x, y + down) for x, y, _, _ in stroke.points], np.float32)
        for stroke in write_text(text, WRITING_STYLES["neat"], text)
    ]


def post(client: FlaskClient, strokes: Sequence[PointArray]) -> Json:
    return post_file(client, encode_image(255 - drawn(strokes)))


def post_file(client: FlaskClient, data: bytes) -> Json:
    form = {"file": (io.BytesIO(data), "line.png"), "recognize": "text"}
    response = client.post("/predict", data=form)
    assert response.status_code == 200, response.text
    answer: Json = response.get_json()
    return answer


@pytest.mark.parametrize("text", ["Hand", "bread", "the bread", "Dear Anna"])
def test_a_line_of_print_is_read_with_its_spaces(client: FlaskClient, text: str) -> None:
    answer = post(client, written(text))
    assert (answer["text"], answer["rejected"], answer["reason"]) == (text, False, None)
    assert answer["top"][0] == {"label": text, "p": answer["confidence"]}
    characters = answer["characters"]
    assert "".join(one["label"] for one in characters) == text.replace(" ", "")
    assert [text[one["at"]] for one in characters] == [one["label"] for one in characters]
    lefts = [one["box"][0] for one in characters]
    assert lefts == sorted(lefts)
    assert not {"digit", "digits"} & answer.keys()


def test_one_character_is_a_text_too(client: FlaskClient) -> None:
    answer = post(client, written("R"))
    assert (answer["text"], len(answer["characters"])) == ("R", 1)


def test_digits_are_characters(client: FlaskClient) -> None:
    assert post_file(client, PICTURES["dark on light"])["text"] == "7"


def test_two_lines_are_rejected_in_words(client: FlaskClient) -> None:
    answer = post(client, [*written("Hand"), *written("bread", down=220)])
    assert answer["rejected"]
    assert answer["reason"] == "there are lines one under the other"
    assert (answer["text"], answer["characters"], answer["top"]) == ("", [], [])


def test_ink_in_too_many_parts_is_rejected_in_words(client: FlaskClient) -> None:
    letters = MOST_PARTS // 2 + 1
    answer = post(client, written("i" * letters))
    assert answer["rejected"]
    assert answer["reason"] == (
        f"the ink is in many small pieces: {2 * letters}, and a row may have {MOST_PARTS}"
    )
