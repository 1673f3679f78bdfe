"""Tests that OpenCV runs the network as LiteRT does, where LiteRT has no package."""

import logging

import numpy as np
import pytest

from realtime.errors import WeightsError
from realtime.recognition.digits import runtime
from realtime.recognition.digits.network import DigitNetwork
from realtime.recognition.digits.rasterizer import rasterize
from tests.support.drawing import EDGE_CASES, ONE, SEVEN, stroke_arrays
from tests.support.files import DIGIT_MODEL

INKS = (SEVEN, ONE, *EDGE_CASES.values())


@pytest.fixture
def no_litert(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system for which LiteRT has no package."""
    monkeypatch.setattr(runtime, "Interpreter", None)


def logits(network: DigitNetwork) -> np.ndarray:
    """The logits of all inks."""
    return np.stack([network.logits(rasterize(stroke_arrays(ink))) for ink in INKS])


def test_opencv_gives_the_logits_of_litert(monkeypatch: pytest.MonkeyPatch) -> None:
    file = "digits.float32.tflite"
    by_litert = logits(DigitNetwork.load(DIGIT_MODEL, file=file))
    monkeypatch.setattr(runtime, "Interpreter", None)
    by_opencv = logits(DigitNetwork.load(DIGIT_MODEL, file=file))
    assert by_opencv.shape == by_litert.shape
    assert np.abs(by_opencv - by_litert).max() < 1e-3


@pytest.mark.usefixtures("no_litert")
def test_the_network_in_float_stands_in_for_a_served_file_that_opencv_cannot_read(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.WARNING):
        network = DigitNetwork.load(DIGIT_MODEL)
    assert network.card.served == "digits.int8.tflite"
    assert "OpenCV runs digits.float32.tflite" in caplog.text
    assert "ERROR" not in capfd.readouterr().err


@pytest.mark.usefixtures("no_litert")
def test_a_file_that_opencv_cannot_read_is_refused_by_name() -> None:
    with pytest.raises(WeightsError) as caught:
        DigitNetwork.load(DIGIT_MODEL, file="digits.int8.tflite")
    assert caught.value.path.endswith("digits.int8.tflite")
    assert "OpenCV" in caught.value.reason
