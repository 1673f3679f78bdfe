"""Tests of loading the weights, and of the exported network against the Keras model."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from realtime.errors import WeightsError
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.rasterizer import RASTERIZER_VERSION, rasterize
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.model_card import MODEL_CARD
from realtime.recognition.recognizer import Query
from tests.support.drawing import SEVEN, LabelledStrokes, stroke_arrays
from tests.support.files import DATA, DIGIT_MODEL, NO_DATA


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the weights."""
    shutil.copytree(DIGIT_MODEL, tmp_path / "weights")
    return tmp_path / "weights"


def change_card(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the model card of a copy."""
    card = json.loads((folder / MODEL_CARD).read_text())
    change(card)
    (folder / MODEL_CARD).write_text(json.dumps(card))


def refusal(folder: Path) -> WeightsError:
    """The error that loading raises."""
    with pytest.raises(WeightsError) as caught:
        CharacterNetwork.load(folder)
    return caught.value


def test_a_seven_is_a_seven(recognizer: CharacterRecognizer) -> None:
    answer = recognizer.recognize_raster(rasterize(stroke_arrays(SEVEN)), Query())
    assert answer.text == "7"
    assert not answer.rejected


@pytest.mark.parametrize("name", ["digits.keras", "digits.float32.tflite", "digits.int8.tflite"])
def test_a_changed_file_is_refused_by_name(copied: Path, name: str) -> None:
    data = bytearray((copied / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / name).write_bytes(data)
    error = refusal(copied)
    assert error.path.endswith(name)
    assert "SHA-256" in error.reason


def test_a_missing_file_is_refused_by_name(copied: Path) -> None:
    (copied / "digits.int8.tflite").unlink()
    assert refusal(copied).path.endswith("digits.int8.tflite")
    (copied / MODEL_CARD).unlink()
    assert refusal(copied).path.endswith(MODEL_CARD)


def test_weights_for_another_rasterizer_are_refused(copied: Path) -> None:
    change_card(copied, lambda card: card.update(rasterizer_version=RASTERIZER_VERSION + 1))
    assert "rasterizer version" in refusal(copied).reason


def test_an_invalid_card_is_refused(copied: Path) -> None:
    change_card(copied, lambda card: card["final"].pop("temperature"))
    assert "temperature" in refusal(copied).reason
    (copied / MODEL_CARD).write_text("{")
    assert refusal(copied).path.endswith(MODEL_CARD)


def test_labels_that_do_not_fit_the_network_are_refused(copied: Path) -> None:
    def fewer(card: dict[str, Any]) -> None:
        card["labels"].pop()
        card["other"] -= 1

    change_card(copied, fewer)
    assert "shapes" in refusal(copied).reason


def test_the_card_states_the_accuracy_on_the_validation_writers(
    recognizer: CharacterRecognizer,
) -> None:
    if not DATA.exists():
        pytest.skip(NO_DATA)
    pytest.importorskip("scipy")
    from train.data import dataset
    from train.evaluation import measures

    for name in ("pendigits", "unipen-digits"):
        samples = dataset.read_ink(DATA / f"{name}.val.ndjson.gz")
        measured = measures.measure(
            recognizer.network.local, measures.rasters_of(samples), measures.targets_of(samples)
        )
        assert measured.accuracy == pytest.approx(recognizer.network.card.accuracy[name], abs=1e-3)


def test_written_digits_are_read(
    validation_samples: list[LabelledStrokes], recognizer: CharacterRecognizer
) -> None:
    right = sum(
        recognizer.recognize_raster(rasterize(stroke_arrays(one.strokes)), Query()).text
        == one.label
        for one in validation_samples
    )
    assert right / len(validation_samples) > 0.98
