"""Fixtures of the unit tests."""

import pytest

from realtime.recognition.digits.recognizer import DigitRecognizer
from tests.support.session_driver import SessionDriver


@pytest.fixture
def driver(recognizer: DigitRecognizer) -> SessionDriver:
    """A session with the default limits."""
    return SessionDriver(recognizer)
