"""Tests of the weights of a line's score, which lie beside the network."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from realtime.errors import WeightsError
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import LINE_WEIGHTS, read_line_weights
from realtime.recognition.model_card import read_model_card
from tests.support.files import LINE_MODEL


def test_the_weights_know_the_networks_labels(line_recognizer: LineRecognizer) -> None:
    weights = line_recognizer.scorer.weights
    assert list(weights.labels) == list(line_recognizer.model.labels)
    assert sorted("".join(weights.kinds)) == sorted(line_recognizer.model.labels)
    assert all(sum(one.strokes) == pytest.approx(1, abs=1e-3) for one in weights.labels.values())
    assert -10 < weights.reject_below < 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read"),
        ("{", "is no LineWeights"),
        ('{"label": 1}', "is no LineWeights"),
        ('{"label": "much"}', "is no LineWeights"),
    ],
)
def test_weights_that_cannot_be_used_are_named(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(LINE_MODEL, folder)
    path = folder / LINE_WEIGHTS
    path.unlink()
    if content is not None:
        path.write_text(content)
    with pytest.raises(WeightsError, match=reason) as caught:
        LineRecognizer.load(folder)
    assert str(path) in str(caught.value)


def test_a_weight_of_another_name_is_refused(tmp_path: Path) -> None:
    content = json.loads((LINE_MODEL / LINE_WEIGHTS).read_text())
    content["label"]["slant"] = 1.0
    (tmp_path / LINE_WEIGHTS).write_text(json.dumps(content))
    with pytest.raises(WeightsError, match="slant"):
        read_line_weights(tmp_path, read_model_card(LINE_MODEL))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["labels"].pop("7"),
        lambda content: content["kinds"].pop(),
        lambda content: content["follows"].pop(),
        lambda content: content["follows"][0].pop(),
    ],
)
def test_weights_that_contradict_themselves_are_refused(
    tmp_path: Path, change: Callable[[dict], object]
) -> None:
    content = json.loads((LINE_MODEL / LINE_WEIGHTS).read_text())
    change(content)
    (tmp_path / LINE_WEIGHTS).write_text(json.dumps(content))
    with pytest.raises(WeightsError, match="contradict"):
        read_line_weights(tmp_path, read_model_card(LINE_MODEL))
