"""Fixtures of the tests of rows on pictures."""

import pytest

from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.rows.recognizer import PictureRowRecognizer
from tests.support.files import DIGIT_MODEL


@pytest.fixture(scope="session")
def rows(recognizer: CharacterRecognizer) -> PictureRowRecognizer:
    """The recognizer of rows of the repository's weights."""
    found = PictureRowRecognizer.beside(recognizer.network, DIGIT_MODEL)
    assert found is not None
    return found
