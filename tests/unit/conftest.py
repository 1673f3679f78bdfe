"""Fixtures of the unit tests."""

import pytest

from realtime.recognition.characters.recognizer import CharacterRecognizer
from tests.support.session_driver import SessionDriver


@pytest.fixture
def driver(recognizer: CharacterRecognizer) -> SessionDriver:
    """A session with the default limits."""
    return SessionDriver(recognizer)
