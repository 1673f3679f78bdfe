"""Tests of the weights of a line's score, which lie beside the network."""

import json
import shutil
from pathlib import Path

import pytest

from realtime.errors import WeightsError
from realtime.recognition.digits.network import DigitNetwork
from realtime.recognition.lines.groups import GroupScorer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import LINE_WEIGHTS, read_line_weights
from realtime.recognition.model_card import read_model_card
from tests.support.files import DIGIT_MODEL


def test_the_weights_know_the_networks_labels(line_recognizer: LineRecognizer) -> None:
    weights = line_recognizer.scorer.weights
    assert list(weights.stroke_shares) == list(line_recognizer.model.labels)
    assert all(
        sum(shares) == pytest.approx(1, abs=1e-3) for shares in weights.stroke_shares.values()
    )
    assert 0 < weights.reject_below < 1


def test_a_label_that_the_weights_do_not_know_may_have_any_number_of_strokes() -> None:
    weights = read_line_weights(DIGIT_MODEL, read_model_card(DIGIT_MODEL))
    known, unknown = weights.shares_of(["7", "+"])
    assert known == weights.stroke_shares["7"]
    assert len(set(unknown)) == 1
    network = DigitNetwork.load(DIGIT_MODEL)
    assert GroupScorer(network, weights).weights is weights


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read"),
        ("{", "is no file of line weights"),
        ('{"label": 1}', "is no file of line weights"),
        ('{"label": "much"}', "is no file of line weights"),
    ],
)
def test_weights_that_cannot_be_used_are_named(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(DIGIT_MODEL, folder)
    path = folder / LINE_WEIGHTS
    path.unlink()
    if content is not None:
        path.write_text(content)
    with pytest.raises(WeightsError, match=reason) as caught:
        LineRecognizer.load(folder)
    assert str(path) in str(caught.value)


def test_a_weight_of_another_name_is_refused(tmp_path: Path) -> None:
    content = json.loads((DIGIT_MODEL / LINE_WEIGHTS).read_text())
    content["inside"]["slant"] = 1.0
    (tmp_path / LINE_WEIGHTS).write_text(json.dumps(content))
    with pytest.raises(WeightsError, match="slant"):
        read_line_weights(tmp_path, read_model_card(DIGIT_MODEL))
