"""Fixtures of the unit tests."""

import pytest

from realtime.recognizer import Recognizer
from tests.support.session_driver import SessionDriver


@pytest.fixture
def driver(recognizer: Recognizer) -> SessionDriver:
    """A session with the default limits."""
    return SessionDriver(recognizer)
