"""The text recognizer of the repository's weights."""

import pytest

from realtime.recognition.text.recognizer import TextRecognizer
from tests.support.files import CHARACTER_MODEL


@pytest.fixture(scope="session")
def text_recognizer() -> TextRecognizer:
    """The text recognizer of the repository's weights."""
    return TextRecognizer.load(CHARACTER_MODEL)
