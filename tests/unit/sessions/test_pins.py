"""Tests of correcting a line: pins, their history, and what lifts or refuses them."""

import pytest

from realtime.errors import MessageError
from realtime.protocol.server_messages import Prediction
from realtime.recognition.recognizer import Recognizers
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import SEVEN, Json, ink_message, point_columns
from tests.support.line_ink import written_points
from tests.support.session_driver import SessionDriver

STROKES = written_points("205")
ALONE = {"x": [1], "y": [1], "t": [1]}


def pins(answer: Prediction) -> list[tuple[str, list[int]]]:
    """The pinned characters and their strokes."""
    assert isinstance(answer.segments, list)
    return [(one.label, one.strokes) for one in answer.segments if one.pinned is True]


@pytest.fixture
def line(recognizers: Recognizers) -> SessionDriver:
    """A session with the line 205."""
    driver = SessionDriver(recognizers)
    driver.send({"type": "config", "recognize": "line", "top": 5})
    for number, stroke in enumerate(STROKES):
        answer = driver.stroke(number, stroke)
    assert answer.text == "205"
    return driver


def test_a_correction_pins_a_character(line: SessionDriver) -> None:
    answer = line.do("correct", strokes=[1], label="6")
    assert (answer.final, answer.text, pins(answer)) == (True, "265", [("6", [1])])
    assert isinstance(answer.segments, list)
    assert answer.segments[1].p == 1
    assert len(answer.segments[1].top) == 5
    more = line.stroke(9, written_points("7", x=400)[0])
    assert more.text == "2657"
    assert pins(more) == [("6", [1])]


def test_a_pin_is_an_edit(line: SessionDriver) -> None:
    line.do("correct", strokes=[1], label="6")
    assert pins(line.do("undo")) == []
    assert pins(line.do("redo")) == [("6", [1])]
    assert line.do("undo").text == "205"
    assert line.do("undo").strokes == len(STROKES) - 1


def test_a_new_pin_replaces_those_that_share_a_stroke(line: SessionDriver) -> None:
    line.do("correct", strokes=[0], label="1")
    line.do("correct", strokes=[1], label="6")
    assert pins(line.do("correct", strokes=[0, 1], label="8")) == [("8", [0, 1])]
    assert pins(line.do("undo")) == [("1", [0]), ("6", [1])]
    assert pins(line.do("redo")) == [("8", [0, 1])]
    assert pins(line.do("correct", strokes=[1, 0], label="4")) == [("4", [0, 1])]


def test_the_same_pin_again_is_no_edit(line: SessionDriver) -> None:
    line.do("correct", strokes=[1], label="6")
    assert pins(line.do("correct", strokes=[1], label="6")) == [("6", [1])]
    assert pins(line.do("undo")) == []


def test_a_pin_can_be_lifted(line: SessionDriver) -> None:
    line.do("correct", strokes=[1], label="6")
    assert pins(line.do("correct", strokes=[0, 1], label=None)) == [("6", [1])]
    lifted = line.do("correct", strokes=[1], label=None)
    assert (lifted.text, pins(lifted), lifted.final) == ("205", [], True)
    assert pins(line.do("undo")) == [("6", [1])]
    assert pins(line.do("undo")) == []


def test_edits_of_its_strokes_lift_a_pin(line: SessionDriver) -> None:
    line.do("correct", strokes=[1], label="6")
    assert pins(line.do("erase", stroke=0)) == [("6", [1])]
    assert pins(line.do("erase", stroke=1)) == []
    assert pins(line.do("undo")) == [("6", [1])]
    assert line.do("clear").empty
    assert pins(line.do("undo")) == [("6", [1])]
    line.do("clear")
    # The number is free again, but the pin was another stroke's.
    assert pins(line.stroke(1, STROKES[1])) == []


def test_new_ink_has_the_pins_that_come_with_it(line: SessionDriver) -> None:
    line.do("correct", strokes=[1], label="6")
    line.seq += 1
    message = ink_message(line.seq, STROKES)
    plain = line.send(message)
    assert plain is not None
    assert pins(plain) == []
    line.seq += 1
    corrections = [{"strokes": [0], "label": "1"}, {"strokes": [3, 2], "label": "9"}]
    answer = line.send({**message, "seq": line.seq, "pins": corrections})
    assert answer is not None
    assert (answer.text, pins(answer)) == ("109", [("1", [0]), ("9", [2, 3])])
    assert pins(line.do("undo")) == [("1", [0])]
    assert pins(line.do("undo")) == []
    assert line.do("undo").strokes == len(STROKES) - 1
    for _ in range(3):
        answer = line.do("redo")
    assert pins(answer) == [("1", [0]), ("9", [2, 3])]


def test_an_open_stroke_stays_open(line: SessionDriver) -> None:
    line.stroke(9, STROKES[0][:3], end=False)
    answer = line.do("correct", strokes=[1], label="6")
    assert (answer.strokes, answer.final) == (len(STROKES) + 1, True)
    assert line.stroke(9, STROKES[0][3:]).strokes == len(STROKES) + 1


@pytest.mark.parametrize(
    ("fields", "code", "field", "limit"),
    [
        ({"strokes": [7], "label": "1"}, "unknown_stroke", "strokes[0]", None),
        ({"strokes": [0, 9], "label": "1"}, "unknown_stroke", "strokes[1]", None),
        ({"strokes": [7], "label": None}, "unknown_stroke", "strokes[0]", None),
        ({"strokes": [0], "label": "Z"}, "bad_message", "label", None),
        ({"strokes": [0], "label": ""}, "bad_message", "label", None),
        ({"strokes": [0], "label": "12"}, "bad_message", "label", None),
        ({"strokes": [0] * 17, "label": "1"}, "limit", "strokes", 16),
        ({"strokes": [], "label": "1"}, "bad_message", "strokes", None),
        ({"strokes": [0]}, "bad_message", "label", None),
        ({"label": "1"}, "bad_message", "strokes", None),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    line: SessionDriver, fields: Json, code: str, field: str, limit: int | None
) -> None:
    line.stroke(9, STROKES[0][:3], end=False)
    error = line.refused("correct", **fields)
    assert (error.code, error.field, error.seq) == (code, field, line.seq)
    assert limit is None or error.limit == limit
    assert pins(line.do("redo")) == []


@pytest.mark.parametrize(
    ("pin", "code", "field"),
    [
        ({"strokes": [4], "label": "1"}, "unknown_stroke", "pins[1].strokes[0]"),
        ({"strokes": [1], "label": "Z"}, "bad_message", "pins[1].label"),
        ({"strokes": [1, 0], "label": "1"}, "bad_message", "pins[1].strokes"),
        ({"strokes": [1] * 17, "label": "1"}, "limit", "pins[1].strokes"),
        ({"strokes": [], "label": "1"}, "bad_message", "pins[1].strokes"),
        ({"strokes": [1], "label": None}, "bad_message", "pins[1].label"),
    ],
)
def test_pins_that_do_not_fit_their_ink_are_refused(
    line: SessionDriver, pin: Json, code: str, field: str
) -> None:
    strokes = [point_columns(stroke) for stroke in STROKES]
    both = [{"strokes": [0], "label": "1"}, pin]
    error = line.refused("ink", strokes=strokes, pins=both)
    assert (error.code, error.field, error.seq) == (code, field, line.seq)
    assert line.do("redo").text == "205"


def test_a_stroke_under_way_cannot_be_pinned(line: SessionDriver) -> None:
    line.stroke(9, STROKES[0][:3], end=False)
    error = line.refused("correct", strokes=[9], label="1")
    assert (error.code, error.field) == ("unknown_stroke", "strokes[0]")


def test_labels_that_are_left_out_cannot_be_pinned(recognizers: Recognizers) -> None:
    driver = SessionDriver(recognizers)
    driver.send({"type": "config", "recognize": "line", "labels": ["1", "7"]})
    driver.stroke(0, SEVEN[0])
    assert driver.refused("correct", strokes=[0], label="8").field == "label"
    assert driver.do("correct", strokes=[0], label="1").text == "1"


def test_a_single_digit_is_not_corrected(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    error = driver.refused("correct", strokes=[0], label="1")
    assert (error.code, error.field) == ("bad_order", "type")
    ink = driver.refused("ink", strokes=[ALONE], pins=[{"strokes": [0], "label": "1"}])
    assert (ink.code, ink.field) == ("bad_order", "pins")
    assert driver.do("undo").empty


def test_the_limit_is_the_setting(recognizers: Recognizers) -> None:
    driver = SessionDriver(recognizers, DrawingLimits(pin_strokes=1))
    driver.send({"type": "config", "recognize": "line"})
    for number, stroke in enumerate(STROKES[:2]):
        driver.stroke(number, stroke)
    error: MessageError = driver.refused("correct", strokes=[0, 1], label="1")
    assert (error.code, error.limit, error.setting) == ("limit", 1, "pin_strokes")
