"""Tests of `POST /predict` with pictures of several digits."""

import io
from typing import Any

import cv2
import numpy as np
import pytest
from flask.testing import FlaskClient

from benchmarks.pictures.reading import picture_client
from realtime.app import create_app
from realtime.config import Settings
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.setting_groups import ImageLimits
from tests.support.files import WEIGHTS
from tests.support.line_ink import written
from tests.support.papers.kinds import PAPERS, paper_file
from tests.support.pictures import PICTURES, encode_image
from tests.support.row_pictures import MARGIN, row_picture, two_rows

# Lines on these papers may touch the ink, or be left of it in many small pieces.
AMBIGUOUS = {"underlined", "hairs", "a line touches it", "a circle touches it"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the service."""
    return picture_client()


def post(client: FlaskClient, data: bytes) -> dict[str, Any]:
    """The answer to a picture."""
    response = client.post("/predict", data={"file": (io.BytesIO(data), "row.png")})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


def test_several_digits_in_a_row_are_read(client: FlaskClient) -> None:
    picture = row_picture("207")
    answer = post(client, encode_image(255 - picture))
    assert (answer["text"], answer["digit"], answer["rejected"]) == ("207", None, False)
    assert answer["confidence"] == answer["top"][0]["p"] > 0.7
    assert answer["top"][0]["label"] == "207"
    assert [one["label"] for one in answer["digits"]] == ["2", "0", "7"]
    height, width = picture.shape
    for one, own in zip(answer["digits"], (written("2"), written("0"), written("7")), strict=True):
        left, top, right, bottom = one["box"]
        wide = np.ptp(np.concatenate(own)[:, 0]) / width
        assert right - left == pytest.approx(wide, abs=16 / width)
        assert top == pytest.approx(MARGIN / height, abs=10 / height)
        assert bottom == pytest.approx(1 - MARGIN / height, abs=10 / height)
        assert one["top"][0]["p"] == one["p"]


def test_one_digit_is_answered_as_one(client: FlaskClient) -> None:
    answer = post(client, PICTURES["dark on light"])
    assert (answer["digit"], answer["text"], len(answer["digits"])) == (7, "7", 1)
    (only,) = answer["digits"]
    assert (only["label"], only["p"]) == ("7", answer["confidence"])
    assert only["top"] == answer["top"]
    assert all(0 <= share <= 1 for share in only["box"])


def test_two_rows_are_rejected_in_words(client: FlaskClient) -> None:
    answer = post(client, encode_image(255 - two_rows("12", "345")))
    assert answer["rejected"]
    assert answer["reason"] == "there are lines one under the other"
    assert (answer["digit"], answer["text"], answer["digits"], answer["top"]) == (None, "", [], [])


def test_boxes_are_those_of_the_picture_that_was_sent(client: FlaskClient) -> None:
    # A black frame is cut off, and the whole is larger than what ink is sought on.
    picture = cv2.resize(255 - row_picture("38"), None, fx=5, fy=5)
    framed = cv2.copyMakeBorder(picture, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(0,))
    answer = post(client, encode_image(framed))
    assert answer["text"] == "38"
    left, top, _, _ = answer["digits"][0]["box"]
    height, width = framed.shape
    assert left == pytest.approx((20 + 5 * MARGIN) / width, abs=0.03)
    assert top == pytest.approx((20 + 5 * MARGIN) / height, abs=0.05)


def test_a_row_of_more_parts_than_allowed_is_rejected_with_the_limit() -> None:
    settings = Settings(images=ImageLimits(image_parts=9, images_per_minute=1000))
    models = ModelRegistry.load(ModelSource(WEIGHTS))
    client = create_app(settings, models).test_client()
    answer = post(client, encode_image(row_picture("2626262626")))
    assert answer["rejected"]
    assert answer["reason"] == "the ink is in many small pieces: 10, and a row may have 9"
    assert post(client, encode_image(row_picture("262626262")))["text"] == "262626262"


@pytest.mark.parametrize("kind", sorted(PAPERS.keys() - AMBIGUOUS))
def test_rows_are_read_on_paper_of_any_kind(client: FlaskClient, kind: str) -> None:
    for seed, text in enumerate(("207", "61")):
        strokes = written(text)
        wide = float(np.concatenate(strokes)[:, 0].max())
        scale = min(320 / wide, 1.6)
        placed = [
            (stroke * scale + [200 - scale * wide / 2, 200 - 50 * scale]).astype(np.float32)
            for stroke in strokes
        ]
        answer = post(client, paper_file(kind, placed, seed))
        assert answer["text"] == text, answer["reason"]
