"""Fixtures of the tests of formulas."""

import pytest

from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.math.recognizer import MathRecognizer
from realtime.recognition.math.weights import find_math_weights
from tests.support.files import CHARACTER_MODEL


@pytest.fixture(scope="session")
def math_recognizer() -> MathRecognizer:
    """The recognizer of formulas of the repository's weights."""
    network = CharacterNetwork.load(CHARACTER_MODEL)
    weights = find_math_weights(CHARACTER_MODEL, network.card)
    assert weights is not None
    return MathRecognizer(network, weights)
