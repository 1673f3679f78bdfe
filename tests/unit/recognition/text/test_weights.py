"""Tests of what is fitted for texts: it is read whole, or refused, or there is none."""

import json
import shutil
from pathlib import Path

import pytest

from realtime.errors import WeightsError
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.recognition.text.letters import LETTER_MODEL
from realtime.recognition.text.recognizer import TextRecognizer
from realtime.recognition.text.weights import TEXT_WEIGHTS
from tests.support.files import CHARACTER_MODEL, DIGIT_MODEL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the models of single digits and of characters."""
    shutil.copytree(DIGIT_MODEL, tmp_path / "weights" / "digits")
    shutil.copytree(CHARACTER_MODEL, tmp_path / "weights" / "characters")
    return tmp_path / "weights"


def change(path: Path, **fields: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_texts_are_read_where_something_was_fitted_for_them(folder: Path) -> None:
    models = ModelRegistry.load(ModelSource(folder))
    assert isinstance(models.by_task["text"], TextRecognizer)
    assert models.by_task["text"].model.reads_lines
    (folder / "characters" / TEXT_WEIGHTS).unlink()
    tasks = ModelRegistry.load(ModelSource(folder)).by_task.keys()
    assert "text" not in tasks
    assert "character" in tasks
    with pytest.raises(WeightsError, match="missing"):
        TextRecognizer.load(folder / "characters")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"network": "0"}, "fit it again"),
        ({"labels": {}}, "labels"),
        ({"shapes": []}, "shapes"),
        ({"more": 1}, "TextWeights"),
    ],
)
def test_what_does_not_fit_the_network_stops_the_start(
    folder: Path, fields: dict[str, object], reason: str
) -> None:
    change(folder / "characters" / TEXT_WEIGHTS, **fields)
    with pytest.raises(WeightsError, match=reason):
        ModelRegistry.load(ModelSource(folder))


def test_a_missing_letter_model_stops_the_start(folder: Path) -> None:
    (folder / "characters" / LETTER_MODEL).unlink()
    with pytest.raises(WeightsError, match="letters"):
        ModelRegistry.load(ModelSource(folder))
