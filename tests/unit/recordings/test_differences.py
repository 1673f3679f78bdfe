"""A replay says what differs: label, text, formula, its value, or why nothing was read."""

import json
from typing import Any

import msgspec
import pytest

from realtime.protocol.messages import decode_answer
from realtime.protocol.server_messages import Prediction
from realtime.protocol.session_file import Recording
from realtime.recordings.replay import differences

Fields = dict[str, Any]
FORMULA: Fields = {"text": "1/2", "p": 0.9, "latex": r"\frac{1}{2}", "value": "0.5"}


def prediction(label: str, **fields: object) -> Fields:
    """A final answer as it is on the wire."""
    return {
        "type": "prediction",
        "seq": 3,
        "final": True,
        "empty": False,
        "rejected": False,
        "top": [{"label": label, "p": 0.9}],
        "strokes": 1,
        "us": {"wait": 1, "raster": 1, "infer": 1},
        **fields,
    }


def found(recorded: Fields, replayed: Fields) -> list[str]:
    recording = {
        "format": "ink-session",
        "v": 1,
        "messages": [{"at": 5, "recv": recorded}],
    }
    answer = decode_answer(json.dumps(replayed))
    assert isinstance(answer, Prediction)
    return [
        str(one)
        for one in differences(
            msgspec.json.decode(json.dumps(recording), type=Recording), {answer.seq: answer}
        )
    ]


@pytest.mark.parametrize("fields", [{}, FORMULA, {"rejected": True, "reason": "joined"}])
def test_the_same_answer_differs_in_nothing(fields: Fields) -> None:
    assert found(prediction("1/2", **fields), prediction("1/2", **fields)) == []


def test_probabilities_and_times_may_differ() -> None:
    again = prediction("a", top=[{"label": "a", "p": 0.5}, {"label": "o", "p": 0.4}])
    assert found(prediction("a"), again) == []


@pytest.mark.parametrize(
    ("recorded", "replayed", "sentence"),
    [
        (prediction("a"), prediction("o"), "seq 3: o, recorded was a"),
        (prediction("a"), prediction("a", rejected=True), "seq 3: None, recorded was a"),
        (
            prediction("1/2", **FORMULA),
            prediction("1/2", **FORMULA | {"latex": "1/2"}),
            r"seq 3: latex 1/2, recorded was \frac{1}{2}",
        ),
        (
            prediction("1/2", **FORMULA),
            prediction("1/2", **{key: FORMULA[key] for key in ("text", "p", "latex")}),
            "seq 3: value None, recorded was 0.5",
        ),
        (
            prediction("a", rejected=True, reason="rows"),
            prediction("a", rejected=True, reason="joined"),
            "seq 3: reason joined, recorded was rows",
        ),
    ],
)
def test_what_differs_is_said(recorded: Fields, replayed: Fields, sentence: str) -> None:
    assert found(recorded, replayed) == [sentence]


def test_a_text_that_differs_says_enough() -> None:
    """Its formula and what that comes to differ with it."""
    other = {"text": "1/3", "p": 0.9, "latex": r"\frac{1}{3}", "value": "0.333333333333…"}
    sentences = found(prediction("1/2", **FORMULA), prediction("1/3", **other))
    assert sentences == ["seq 3: 1/3, recorded was 1/2"]
