"""Tests of `POST /predict`: pictures that are read, and refusals that name the field."""

import io
import struct
import zlib

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from realtime.app import create_app
from realtime.config import Settings
from realtime.http import predict
from realtime.images.decoding import decode_image
from realtime.recognition.characters.normalisation import Picture
from realtime.recognition.characters.rasterizer import raster_of
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import DEFAULT_TASK, Query
from realtime.recognition.registry import ModelRegistry
from realtime.setting_groups import ImageLimits
from tests.support.files import DATA, NO_DATA
from tests.support.pictures import PICTURES, encode_image


@pytest.fixture
def client(recognizer: CharacterRecognizer) -> FlaskClient:
    """A client of an application with low limits on images."""
    return create_app(
        Settings(
            images=ImageLimits(
                image_bytes=200_000, image_pixels=4_000_000, images_per_minute=10_000
            )
        ),
        ModelRegistry({DEFAULT_TASK: recognizer}),
    ).test_client()


def post(client: FlaskClient, data: bytes, name: str = "seven.png") -> TestResponse:
    """Send an image as the form's file."""
    return client.post("/predict", data={"file": (io.BytesIO(data), name)})


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A small PNG of very many black pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(bytes((width + 1) * height), 9))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("name", PICTURES)
def test_a_seven_is_read_from_any_picture(client: FlaskClient, name: str) -> None:
    response = post(client, PICTURES[name])
    assert response.status_code == 200, response.text
    answer = response.get_json()
    assert answer["digit"] == 7
    assert answer["confidence"] == answer["top"][0]["p"] > 0.8
    assert len(answer["top"]) == 3
    assert not answer["rejected"]


def test_the_same_image_is_worked_on_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = []
    real = decode_image

    def counted(data: bytes, pixel_limit: int) -> Picture:
        decoded.append(data)
        return real(data, pixel_limit)

    monkeypatch.setattr(predict, "decode_image", counted)
    answers = [post(client, PICTURES["jpeg"]).get_json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(decoded) == 1


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 415, "not_image"),
        (b"seven", 415, "not_image"),
        (b"\x89PNG\r\n\x1a\n", 415, "not_image"),
        (b"\xff\xd8\xff", 415, "not_image"),
        (b"\xff\xd8\xff\xe0" + bytes(40), 415, "not_image"),
        (PICTURES["jpeg"][:300], 415, "not_image"),
        (PICTURES["light on dark"][:60], 415, "not_image"),
        (b"GIF89a" + bytes(40), 415, "not_image"),
        (PICTURES["light on dark"] + bytes(300_000), 413, "too_big"),
        (encode_image(np.full((50, 50), 255, np.uint8)), 422, "no_ink"),
        (encode_image(np.zeros((50, 50, 4), np.uint8)), 422, "no_ink"),
        (encode_image(np.zeros((1, 1), np.uint8)), 422, "no_ink"),
    ],
)
def test_what_cannot_be_read_is_refused(
    client: FlaskClient, data: bytes, status: int, code: str
) -> None:
    expect_refusal(client, data, status, code)


def test_a_small_file_of_very_many_pixels_is_refused(client: FlaskClient) -> None:
    expect_refusal(client, bomb(10_000, 10_000), 413, "too_big")


def expect_refusal(client: FlaskClient, data: bytes, status: int, code: str) -> None:
    """The file is refused with this status, by a message that names the field."""
    response = post(client, data)
    assert response.status_code == status, response.text
    error = response.get_json()["error"]
    assert (error["code"], error["field"]) == (code, "file")
    assert "file" in error["message"]


def test_no_file_and_no_name_are_refused(client: FlaskClient) -> None:
    for data in (
        {},
        {"file": "not a file"},
        {"picture": (io.BytesIO(b"x"), "x.png")},
        {"file": (io.BytesIO(b"x"), "")},
    ):
        response = client.post("/predict", data=data)
        assert response.status_code == 400
        assert response.get_json()["error"]["field"] == "file"


def test_other_methods_and_routes_answer_in_json(client: FlaskClient) -> None:
    assert client.post("/healthz").get_json()["error"]["code"] == "method_not_allowed"
    assert client.get("/nothing").get_json()["error"]["code"] == "not_found"


def test_mnist_is_read_as_well_as_by_the_network_itself(
    client: FlaskClient, recognizer: CharacterRecognizer
) -> None:
    if not (DATA / "mnist.npz").exists():
        pytest.skip(NO_DATA)
    with np.load(DATA / "mnist.npz") as arrays:
        pictures, labels = arrays["x_train"][:300], arrays["y_train"][:300]
    read = [post(client, encode_image(picture)).get_json()["digit"] for picture in pictures]
    raw = [recognizer.recognize_raster(raster_of(picture), Query()).value for picture in pictures]
    assert (read == labels).mean() >= (raw == labels).mean() - 0.01
