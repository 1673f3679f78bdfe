"""Fixtures of the tests of lines."""

import pytest

from realtime.recognition.lines.recognizer import LineRecognizer
from tests.support.files import LINE_MODEL


@pytest.fixture(scope="session")
def line_recognizer() -> LineRecognizer:
    """The line recognizer of the repository's weights."""
    return LineRecognizer.load(LINE_MODEL)
