"""Tests of pictures that the Python client has read by the real service."""

import asyncio
import json

import msgspec
import numpy as np
import pytest

from realtime.client.asyncio import AsyncClient
from realtime.client.errors import UnreachableError
from realtime.client.pictures import predict, predict_url
from realtime.client.sync import Client
from realtime.errors import BlankImageError, ImageFormatError, MessageError
from realtime.protocol.picture_messages import PictureAnswer
from tests.support import uploads
from tests.support.pictures import PICTURES, encode_image
from tests.support.row_pictures import row_picture
from tests.support.server import Server


@pytest.mark.parametrize("recognize", [None, "digit", "character", "text"])
def test_a_picture_is_read(server: Server, recognize: str | None) -> None:
    """And nothing of the answer is unknown to its type."""
    picture = PICTURES["jpeg"]
    with Client(server.ws) as client:
        answer = client.predict(picture, recognize)
    assert answer.text == "7"
    _, raw, _ = uploads.predict(server, picture, recognize)
    assert json.loads(msgspec.json.encode(answer)) == raw
    assert predict(server.http, picture, recognize) == answer
    assert asyncio.run(predicted(server, picture, recognize)) == answer


async def predicted(server: Server, picture: bytes, recognize: str | None) -> PictureAnswer:
    async with AsyncClient(server.ws) as client:
        return await client.predict(picture, recognize)


def test_a_row_of_digits_on_a_picture_is_read(server: Server) -> None:
    answer = predict(server.http, encode_image(255 - row_picture("207")))
    assert (answer.text, answer.digit) == ("207", None)
    assert isinstance(answer.digits, list)
    assert [digit.label for digit in answer.digits] == list("207")


def test_a_picture_that_is_refused_says_why(server: Server) -> None:
    with pytest.raises(ImageFormatError) as caught:
        predict(server.http, b"no picture")
    assert (caught.value.code, caught.value.field) == ("not_image", "file")
    with pytest.raises(BlankImageError):
        predict(server.http, encode_image(np.full((60, 60), 255, np.uint8)))
    with pytest.raises(MessageError) as unknown:
        predict(server.http, PICTURES["jpeg"], "poem")
    assert (unknown.value.code, unknown.value.field) == ("bad_message", "recognize")
    with pytest.raises(UnreachableError):
        predict("http://127.0.0.1:1", PICTURES["jpeg"])


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("ws://a:8000/ws", "http://a:8000/predict"),
        ("wss://a/ink/ws", "https://a/ink/predict"),
        ("http://a", "http://a/predict"),
        ("https://a/ink/", "https://a/ink/predict"),
        ("https://a/ink/predict", "https://a/ink/predict"),
    ],
)
def test_pictures_go_to_the_same_server(url: str, address: str) -> None:
    assert predict_url(url) == address
