"""Tests of the schemas of the WebSocket's messages: which are taken, and what is noticed."""

import json
from pathlib import Path

import pytest

from tests.support.drawing import SEVEN, open_session
from tests.support.files import RECORDINGS
from tests.support.message_schemas import client_validators, violation
from tests.support.received_messages import RECEIVED_MESSAGES
from tests.support.server import Server
from tools.specification.conversations import CONVERSATIONS, examples
from tools.specification.files import written_files

PREDICTION = {
    "type": "prediction",
    "seq": 1,
    "final": True,
    "empty": False,
    "rejected": False,
    "top": [{"label": "7", "p": 0.9}],
    "strokes": 1,
    "us": {"wait": 1, "raster": 2, "infer": 3},
}


def test_the_files_are_what_the_code_says() -> None:
    """`make specification` writes them."""
    stale = [str(path) for path, text in written_files().items() if path.read_text() != text]
    assert not stale, f"run `make specification`: {stale}"


@pytest.mark.parametrize("name", sorted(examples()))
def test_the_examples_are_as_the_schemas_say(name: str) -> None:
    for example in examples()[name]:
        validator = client_validators().get(example["type"])
        if violation(json.dumps(example)) is None:
            continue
        assert validator is not None, example
        assert validator.is_valid(example), example


@pytest.mark.parametrize("path", [*sorted(CONVERSATIONS.glob("*.json")), *RECORDINGS[::10]])
def test_recordings_are_as_the_schemas_say(path: Path) -> None:
    for entry in json.loads(path.read_bytes())["messages"]:
        if "recv" in entry:
            assert violation(json.dumps(entry["recv"])) is None
        else:
            message = entry["send"]
            assert client_validators()[message["type"]].is_valid(message)


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "blue"},
        {"type": "predictions"},
        {"top": [{"label": "7", "p": 0.9, "q": 1}]},
        {"seq": "1"},
        {"us": {"wait": 1, "raster": 2}},
        {"latex": None},
    ],
)
def test_a_message_that_is_not_specified_is_noticed(change: dict[str, object]) -> None:
    assert violation(json.dumps(PREDICTION)) is None
    assert violation(json.dumps(PREDICTION | change))


def test_clients_of_tests_are_watched(server: Server) -> None:
    before = RECEIVED_MESSAGES.count
    with open_session(server.ws) as client:
        client.draw(SEVEN)
    assert RECEIVED_MESSAGES.count >= before + 2


def test_an_error_code_that_is_not_specified_is_noticed() -> None:
    error = {"type": "error", "code": "limit", "message": "too much", "fatal": False}
    assert violation(json.dumps(error)) is None
    assert violation(json.dumps(error | {"code": "limits"}))
