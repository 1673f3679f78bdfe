"""Tests of which file of the network runs, and of OpenCV where LiteRT has no package."""

import logging
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from realtime.errors import WeightsError
from realtime.recognition.characters import runtime
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.rasterizer import rasterize
from realtime.recognition.model_card import Precision, read_model_card
from tests.support.drawing import EDGE_CASES, ONE, SEVEN, stroke_arrays
from tests.support.files import DIGIT_MODEL

INKS = (SEVEN, ONE, *EDGE_CASES.values())


@pytest.fixture
def no_litert(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system for which LiteRT has no package."""
    monkeypatch.setattr(runtime, "Interpreter", None)


def logits(network: CharacterNetwork) -> np.ndarray:
    """The logits of all inks."""
    return np.stack([network.logits(rasterize(stroke_arrays(ink))) for ink in INKS])


def test_opencv_gives_the_logits_of_litert(monkeypatch: pytest.MonkeyPatch) -> None:
    file = "digits.float32.tflite"
    by_litert = logits(CharacterNetwork.load(DIGIT_MODEL, file=file))
    monkeypatch.setattr(runtime, "Interpreter", None)
    by_opencv = logits(CharacterNetwork.load(DIGIT_MODEL, file=file))
    assert by_opencv.shape == by_litert.shape
    assert np.abs(by_opencv - by_litert).max() < 1e-3


@pytest.mark.usefixtures("no_litert")
def test_the_network_in_float_stands_in_for_a_served_file_that_opencv_cannot_read(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.WARNING):
        network = CharacterNetwork.load(DIGIT_MODEL)
    assert network.card.served == "digits.int8.tflite"
    assert "OpenCV runs digits.float32.tflite" in caplog.text
    assert "ERROR" not in capfd.readouterr().err


@pytest.mark.usefixtures("no_litert")
def test_a_file_that_opencv_cannot_read_is_refused_by_name() -> None:
    with pytest.raises(WeightsError) as caught:
        CharacterNetwork.load(DIGIT_MODEL, file="digits.int8.tflite")
    assert caught.value.path.endswith("digits.int8.tflite")
    assert "OpenCV" in caught.value.reason


BOTH = ("digits.int8.tflite", "digits.float32.tflite")


@pytest.mark.parametrize("slow", BOTH)
def test_the_file_that_takes_less_time_here_runs(
    monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    content = (DIGIT_MODEL / slow).read_bytes()

    class SlowedRuntime(runtime.LiteRtRuntime):
        """LiteRT on a processor that has no instructions for one of the files."""

        def __init__(self, own: bytes) -> None:
            super().__init__(own)
            self._passes = 20 if own == content else 1

        def run(self, batch: runtime.Floats) -> runtime.Floats:
            return [super(SlowedRuntime, self).run(batch) for _ in range(self._passes)][-1]

    monkeypatch.setattr(runtime, "LiteRtRuntime", SlowedRuntime)
    running = CharacterNetwork.load(DIGIT_MODEL, precision="fastest").running
    assert running.file == next(file for file in BOTH if file != slow)
    assert running.pass_us.keys() == set(BOTH)
    assert running.pass_us[slow] > running.pass_us[running.file] > 0


def test_the_served_file_runs_unless_another_is_noticeably_faster() -> None:
    contents = {name: (DIGIT_MODEL / BOTH[0]).read_bytes() for name in ("served", "same")}
    running = runtime.run_fastest(contents, ["served", "same"], [1, 28, 28, 3])
    faster = running.pass_us["same"] < runtime.NOTICEABLE * running.pass_us["served"]
    assert running.file == ("same" if faster else "served")


@pytest.mark.parametrize("precision", ["int8", "float32"])
def test_the_choice_can_be_fixed(precision: Precision) -> None:
    running = CharacterNetwork.load(DIGIT_MODEL, precision=precision).running
    assert (running.file, dict(running.pass_us)) == (f"digits.{precision}.tflite", {})


def test_a_model_without_such_a_file_is_refused(tmp_path: Path) -> None:
    card = read_model_card(DIGIT_MODEL)
    files = {name: facts for name, facts in card.files.items() if "float32" not in name}
    for name in files:
        shutil.copy(DIGIT_MODEL / name, tmp_path)
    fewer = msgspec.structs.replace(card, files=files)
    with pytest.raises(WeightsError) as caught:
        CharacterNetwork.load(tmp_path, fewer, precision="float32")
    assert "float32" in caught.value.reason
