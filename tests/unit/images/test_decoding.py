"""Tests of how image files become colours: formats, orientation, depth, transparency, size."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from flask.testing import FlaskClient

from benchmarks.pictures.reading import picture_client, read
from realtime.errors import ImageFormatError, SizeError
from realtime.images.decoding import FORMATS, LARGEST_SIDE, decode_image
from tests.support.pictures import encode_image, seven_picture

LIMIT = 16_000_000
PAPER, INK = 235, 20


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the service."""
    return picture_client()


def seven_on_paper(size: int = 400) -> np.ndarray:
    """A dark 7 on light paper, in colour."""
    ink = seven_picture(size).astype(np.float32)[:, :, None] / 255
    return np.repeat(PAPER * (1 - ink) + INK * ink, 3, axis=2).astype(np.uint8)


def with_orientation(png: bytes, orientation: int) -> bytes:
    """A PNG with an eXIf chunk that says how it is to be turned."""
    exif = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    chunk = b"eXIf" + exif
    after_header = 8 + 25
    return (
        png[:after_header]
        + struct.pack(">I", len(exif))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + png[after_header:]
    )


@pytest.mark.parametrize("kind", [".png", ".jpg", ".webp", ".gif", ".bmp"])
def test_a_digit_is_read_from_each_format(client: FlaskClient, kind: str) -> None:
    assert read(client, encode_image(seven_on_paper(), kind)) == ("7", "")


@pytest.mark.parametrize("kind", [".tiff", ".avif"])
def test_another_format_is_refused_with_those_that_are_taken(kind: str) -> None:
    with pytest.raises(ImageFormatError) as refusal:
        decode_image(encode_image(seven_on_paper(), kind), LIMIT)
    for name in FORMATS:
        assert name in str(refusal.value)


@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        (1, lambda upright: upright),
        (2, lambda upright: upright[:, ::-1]),
        (3, lambda upright: upright[::-1, ::-1]),
        (4, lambda upright: upright[::-1]),
        (5, lambda upright: upright.swapaxes(0, 1)),
        (6, lambda upright: np.rot90(upright, 1)),
        (7, lambda upright: np.rot90(upright, 2).swapaxes(0, 1)),
        (8, lambda upright: np.rot90(upright, -1)),
    ],
)
def test_a_png_is_turned_upright(orientation: int, stored: object) -> None:
    upright = seven_on_paper()[:, 50:350]
    assert callable(stored)
    png = encode_image(np.ascontiguousarray(stored(upright)))
    np.testing.assert_array_equal(decode_image(with_orientation(png, orientation), LIMIT), upright)


def test_a_broken_orientation_is_ignored() -> None:
    png = encode_image(seven_on_paper())
    np.testing.assert_array_equal(
        decode_image(with_orientation(png, 77), LIMIT), decode_image(png, LIMIT)
    )


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_sixteen_bit_files_may_use_fewer(client: FlaskClient, bits: int) -> None:
    deep = seven_on_paper().astype(np.uint16) << (bits - 8)
    assert read(client, encode_image(deep)) == ("7", "")


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("opacity_bits", [8, 16])
def test_colours_and_opacity_of_sixteen_bit_files_may_use_fewer_each(
    client: FlaskClient, bits: int, opacity_bits: int
) -> None:
    colours = seven_on_paper().astype(np.uint16) << (bits - 8)
    opacity = np.full(colours.shape[:2], (1 << opacity_bits) - 1, np.uint16)
    assert read(client, encode_image(np.dstack([colours, opacity]))) == ("7", "")


def test_colours_of_equal_grey_are_told_apart(client: FlaskClient) -> None:
    ink = seven_picture()[:, :, None].astype(np.float32) / 255
    green, red = np.array([0, 150, 0]), np.array([0, 0, 255])
    image = np.rint(green * (1 - ink) + red * ink).astype(np.uint8)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(int)
    assert np.ptp(grey) < 16  # else grey alone would do
    assert read(client, encode_image(image)) == ("7", "")


def card(opacity: np.ndarray, image: np.ndarray) -> bytes:
    """An image with transparent parts."""
    return encode_image(np.dstack([image, opacity.astype(np.uint8)]))


def rounded(size: int, inset: int) -> np.ndarray:
    """The opacity of a card with round corners in the midst of nothing."""
    shape = np.zeros((size, size), np.uint8)
    cv2.rectangle(shape, (inset + 30, inset), (size - inset - 30, size - inset), 255, -1)
    cv2.rectangle(shape, (inset, inset + 30), (size - inset, size - inset - 30), 255, -1)
    for x in (inset + 30, size - inset - 30):
        for y in (inset + 30, size - inset - 30):
            cv2.circle(shape, (x, y), 30, 255, -1)
    return shape


CARDS = {
    "round corners": (rounded(400, 0), seven_on_paper()),
    "a transparent margin": (rounded(400, 25), seven_on_paper()),
    "a shadow around a window": (
        np.maximum(rounded(400, 25), 0.5 * cv2.GaussianBlur(rounded(400, 25), (0, 0), 12)),
        seven_on_paper() * (rounded(400, 25) > 0)[:, :, None],
    ),
    "light ink on a dark card": (rounded(400, 25), 255 - seven_on_paper()),
    "dark ink on light paper, all of it translucent": (np.full((400, 400), 128), seven_on_paper()),
    "opaque ink on translucent paper": (
        np.maximum(120, seven_picture()),
        seven_on_paper(),
    ),
    "hardly visible": (np.full((400, 400), 40), seven_on_paper()),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_digit_is_read_from_a_transparent_image(client: FlaskClient, name: str) -> None:
    opacity, image = CARDS[name]
    assert read(client, card(opacity, image)) == ("7", "")


def test_a_telephones_photograph_is_decoded_at_a_part_of_its_size(client: FlaskClient) -> None:
    photograph = cv2.resize(seven_on_paper(), (6000, 4000))  # 24 megapixels
    data = encode_image(photograph, ".jpg")
    assert max(decode_image(data, LIMIT).shape) == LARGEST_SIDE
    assert read(client, data) == ("7", "")


def test_what_cannot_be_decoded_in_part_is_refused_above_the_limit() -> None:
    large = np.zeros((5000, 4000, 3), np.uint8)
    progressive = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes()
    for data in (progressive, encode_image(large)):
        with pytest.raises(SizeError) as refusal:
            decode_image(data, LIMIT)
        assert refusal.value.limit == LIMIT
