"""Tests of digits on paper of every kind: read, or rejected with a reason, never read wrongly."""

import pytest
from flask.testing import FlaskClient

from benchmarks.pictures.drawings import plain_drawings
from benchmarks.pictures.reading import NO_STROKES, picture_client, read
from tests.support.papers.kinds import PAPERS, paper_file

# Every digit and most ways to write it. All recordings on all kinds take four minutes
# (`python -m benchmarks.pictures`).
EVERY_NTH = 11
DRAWINGS = list(enumerate(plain_drawings()))[::EVERY_NTH]
# What is on these papers is a character itself, which may not be told from the digit.
AMBIGUOUS = {"underlined", "circled"}
# What touches the digit may be a part of it: no more is asked than not to read it wrongly.
TOUCHING = {"hairs", "a line touches it", "a circle touches it"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the service."""
    return picture_client()


@pytest.mark.parametrize("kind", PAPERS)
def test_a_digit_is_read_on_paper_of_any_kind(client: FlaskClient, kind: str) -> None:
    read_digits = [
        read(client, paper_file(kind, drawing.strokes, seed))[0] for seed, drawing in DRAWINGS
    ]
    labels = [drawing.label for _, drawing in DRAWINGS]
    wrong = [
        pair for pair in zip(labels, read_digits, strict=True) if pair[1] not in (pair[0], None)
    ]
    assert wrong == []
    missing = sum(digit is None for digit in read_digits)
    if kind not in TOUCHING:
        assert missing <= (2 if kind in AMBIGUOUS else 0)


# A circle without a digit is a zero, and a hair a small one.
@pytest.mark.parametrize(
    "kind", sorted(PAPERS.keys() - {"circled", "a circle touches it", "hairs"})
)
def test_nothing_is_read_where_nothing_is_written(client: FlaskClient, kind: str) -> None:
    for seed in range(6):
        digit, reason = read(client, paper_file(kind, NO_STROKES, seed))
        assert digit is None
        assert reason
