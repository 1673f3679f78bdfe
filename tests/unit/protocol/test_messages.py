"""Tests of decoding and validating messages."""

import json

import pytest
from websockets.frames import CloseCode

from realtime.errors import MessageError
from realtime.protocol import messages
from realtime.protocol.client_messages import Points, Undo
from realtime.protocol.server_messages import Candidate, Microseconds, Prediction
from realtime.websocket.close_codes import close_code

POINTS = {
    "type": "points",
    "seq": 7,
    "stroke": 0,
    "x": [1.5, 2],
    "y": [3, 4],
    "t": [0, 10],
    "end": True,
}


def refusal(text: str) -> MessageError:
    """The error that decoding raises."""
    with pytest.raises(MessageError) as caught:
        messages.decode(text)
    return caught.value


def test_points_are_decoded() -> None:
    message = messages.decode(json.dumps(POINTS))
    assert isinstance(message, Points)
    assert (message.seq, message.stroke, message.x, message.end) == (7, 0, [1.5, 2.0], True)


def test_unknown_fields_are_ignored() -> None:
    assert messages.decode('{"type": "undo", "seq": 1, "colour": "blue"}') == Undo(1)


@pytest.mark.parametrize(
    ("change", "field", "limit"),
    [
        ({"x": [1, 200_000]}, "x[1]", 100_000),
        ({"y": [-100_001, 1]}, "y[0]", -100_000),
        ({"t": [0, -1]}, "t[1]", 0),
        ({"t": [0, 0.5]}, "t[1]", None),
        ({"x": [1]}, "y", None),
        ({"t": [1]}, "t", None),
        ({"p": [0.5]}, "p", None),
        ({"p": [0.5, 1.5]}, "p[1]", 1),
        ({"x": ["1", 2]}, "x[0]", None),
        ({"x": [None, 2]}, "x[0]", None),
        ({"x": 5}, "x", None),
        ({"seq": -1}, "seq", 0),
        ({"seq": 2**60}, "seq", None),
        ({"seq": 1.5}, "seq", None),
        ({"stroke": "first"}, "stroke", None),
        ({"end": "yes"}, "end", None),
        ({"type": "poinst"}, "type", None),
    ],
)
def test_a_refusal_names_field_and_limit(
    change: dict[str, object], field: str, limit: float | None
) -> None:
    error = refusal(json.dumps({**POINTS, **change}))
    assert (error.code, error.field, close_code(error)) == ("bad_message", field, None)
    assert field in error.message
    if limit is not None:
        assert error.limit == limit


def test_a_refusal_carries_the_seq() -> None:
    assert refusal(json.dumps({**POINTS, "x": ["a", "b"]})).seq == 7


def test_a_missing_field_is_named() -> None:
    assert refusal('{"type": "undo"}').field == "seq"
    assert (
        refusal('{"type": "ink", "seq": 1, "strokes": [{"x": [1], "y": [1]}]}').field
        == "strokes[0].t"
    )


@pytest.mark.parametrize(
    "text", ["", "{", '{"type": "undo", "seq": NaN}', '{"type": "undo", "seq": 1}}', "'undo'"]
)
def test_what_is_not_json_closes_the_socket(text: str) -> None:
    error = refusal(text)
    assert (error.code, close_code(error)) == ("bad_json", CloseCode.INVALID_DATA)


@pytest.mark.parametrize("value", ["1e999", "-1e999", "1e308", "123456789012345678901234567890"])
def test_numbers_beyond_all_bounds_are_refused(value: str) -> None:
    error = refusal(json.dumps(POINTS).replace("1.5", value))
    assert error.code in ("bad_message", "bad_json")


def test_deep_nesting_is_refused() -> None:
    text = '{"type": "undo", "seq": 1, "more": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert refusal(text).code in ("bad_message", "bad_json")


def test_a_refusal_quotes_little_of_what_was_sent() -> None:
    error = refusal(json.dumps({"type": "x" * 100_000, "seq": 1}))
    assert (error.code, error.field, error.seq) == ("bad_message", "type", 1)
    assert len(error.message) < 300


def test_answers_survive_the_wire() -> None:
    answer = Prediction(3, True, False, False, [Candidate("7", 0.98)], 1, Microseconds(1, 2, 3))
    assert messages.decode_answer(messages.encode(answer)) == answer
    assert "image" not in json.loads(messages.encode(answer))
