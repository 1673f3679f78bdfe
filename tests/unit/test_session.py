"""Tests of the session: answers, history, limits and refusals, without I/O."""

import base64
import json

import cv2
import msgspec
import numpy as np
import pytest

from realtime import messages
from realtime.config import Config
from realtime.drawing import HISTORY_STEPS
from realtime.errors import MessageError
from realtime.messages import Prediction
from realtime.rasterizer import rasterize
from realtime.recognizer import Recognizer
from realtime.session import Owed, Session
from tests.support.drawing import (
    EDGE_CASES,
    ONE,
    SEVEN,
    Json,
    Point,
    ink_message,
    point_columns,
    points_message,
    stroke_arrays,
)


class SessionDriver:
    """A session and the messages that it is sent."""

    def __init__(self, recognizer: Recognizer, limits: Config | None = None) -> None:
        self.session = Session(recognizer, limits or Config())
        self.seq = 0

    def send(self, message: Json) -> Prediction | None:
        """Apply a message; return the answer that is due, if one is."""
        self.session.apply(messages.decode(json.dumps(message)))
        return None if self.session.owed is Owed.NOTHING else self.session.answer(0)

    def do(self, kind: str, **fields: object) -> Prediction:
        """Apply a message of this type with the next `seq`, and return its answer."""
        self.seq += 1
        answer = self.send({"type": kind, "seq": self.seq, **fields})
        assert answer is not None
        assert answer.seq == self.seq
        return answer

    def stroke(self, number: int, drawn: list[Point], *, end: bool = True) -> Prediction:
        """Draw points of a stroke, and return the answer."""
        return self.do("points", stroke=number, **point_columns(drawn), end=end)

    def refused(self, kind: str, **fields: object) -> MessageError:
        """The error that a message raises."""
        self.seq += 1
        with pytest.raises(MessageError) as caught:
            self.send({"type": kind, "seq": self.seq, **fields})
        return caught.value


@pytest.fixture
def driver(recognizer: Recognizer) -> SessionDriver:
    """A session with the default limits."""
    return SessionDriver(recognizer)


def top(answer: Prediction) -> str:
    """The most probable label."""
    return answer.top[0].label


def test_a_stroke_is_answered_while_it_moves_and_when_it_ends(driver: SessionDriver) -> None:
    first = driver.stroke(0, SEVEN[0][:3], end=False)
    last = driver.stroke(0, SEVEN[0][3:])
    assert (first.final, first.strokes) == (False, 1)
    assert (last.final, last.strokes, top(last), last.rejected, last.empty) == (
        True,
        1,
        "7",
        False,
        False,
    )
    assert len(last.top) == 3
    assert sum(candidate.p for candidate in last.top) <= 1 + 1e-6
    assert [c.p for c in last.top] == sorted((c.p for c in last.top), reverse=True)


def test_points_may_come_one_by_one(driver: SessionDriver, recognizer: Recognizer) -> None:
    for point in SEVEN[0]:
        driver.stroke(0, [point], end=False)
    whole = SessionDriver(recognizer).stroke(0, SEVEN[0])
    last = driver.stroke(0, [], end=True)
    assert (last.top, last.final) == (whole.top, True)


def test_an_interim_answer_predicts_the_ink_and_a_final_one_reads_it(
    recognizer: Recognizer,
) -> None:
    begun = SEVEN[0][: len(SEVEN[0]) // 3]
    raster = rasterize(stroke_arrays([begun]))
    answers = [SessionDriver(recognizer).stroke(0, begun, end=end) for end in (False, True)]
    for answer in answers:
        expected = recognizer.recognize(raster, final=answer.final).top
        assert [(one.label, one.p) for one in answer.top] == [
            (label, round(p, 6)) for label, p in expected
        ]
    assert answers[0].top != answers[1].top


def test_no_interim_answers_if_config_disables_them(driver: SessionDriver) -> None:
    driver.send({"type": "config", "interim": False})
    assert driver.send(points_message(1, 0, SEVEN[0][:3])) is None
    answer = driver.send(points_message(2, 0, SEVEN[0][3:], end=True))
    assert answer is not None
    assert answer.final


def test_undo_and_redo_step_through_strokes(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    both = driver.stroke(1, ONE[0])
    assert driver.do("undo").strokes == 1
    assert driver.do("undo").empty
    assert driver.do("undo").empty
    assert driver.do("redo").strokes == 1
    assert driver.do("redo").top == both.top
    assert driver.do("redo").strokes == 2


def test_a_new_edit_empties_the_redo_history(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    driver.do("undo")
    driver.stroke(0, ONE[0])
    assert driver.do("redo").strokes == 1


def test_erase_and_clear_can_be_undone(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    both = driver.stroke(4, ONE[0])
    assert driver.do("erase", stroke=0).strokes == 1
    assert driver.do("clear").empty
    assert driver.do("undo").strokes == 1
    assert driver.do("undo").top == both.top
    assert driver.do("redo").strokes == 1


def test_clearing_nothing_is_nothing_to_undo(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    driver.do("clear")
    driver.do("clear")
    assert driver.do("undo").strokes == 1


def test_undo_of_an_open_stroke_abandons_it(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    driver.stroke(1, ONE[0], end=False)
    assert driver.do("undo").strokes == 1
    assert driver.do("redo").strokes == 1
    assert driver.do("undo").empty


def test_erase_of_an_open_stroke_abandons_it(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0], end=False)
    answer = driver.do("erase", stroke=0)
    assert (answer.empty, answer.final) == (True, True)
    assert driver.do("undo").empty


def test_ink_replaces_everything_and_can_be_undone_stroke_by_stroke(driver: SessionDriver) -> None:
    driver.stroke(7, ONE[0])
    driver.stroke(8, ONE[0], end=False)
    driver.seq += 1
    answer = driver.send(ink_message(driver.seq, [*SEVEN, *ONE]))
    assert answer is not None
    assert (answer.final, answer.strokes) == (True, 2)
    assert top(driver.do("undo")) == "7"
    assert driver.do("undo").empty
    assert driver.do("undo").empty


def test_ink_numbers_its_strokes_from_zero(driver: SessionDriver) -> None:
    driver.seq += 1
    driver.send(ink_message(driver.seq, [*SEVEN, *ONE]))
    assert driver.refused("points", stroke=1, x=[1], y=[1], t=[1]).code == "unknown_stroke"
    assert driver.do("erase", stroke=1).strokes == 1


def test_the_top_is_as_long_as_asked_for(driver: SessionDriver) -> None:
    driver.send({"type": "config", "top": 10})
    answer = driver.stroke(0, SEVEN[0])
    assert sorted(c.label for c in answer.top) == list("0123456789")
    assert sum(c.p for c in answer.top) == pytest.approx(1, abs=1e-4)


def test_an_allow_list_masks_and_renormalises(driver: SessionDriver) -> None:
    driver.send({"type": "config", "labels": ["2", "4"]})
    answer = driver.stroke(0, SEVEN[0])
    assert {c.label for c in answer.top} == {"2", "4"}
    assert sum(c.p for c in answer.top) == pytest.approx(1, abs=1e-4)


def test_the_image_is_what_the_network_saw(driver: SessionDriver) -> None:
    driver.send({"type": "config", "image": True})
    image = driver.stroke(0, SEVEN[0]).image
    assert isinstance(image, str)
    kind, _, data = image.partition(",")
    assert kind == "data:image/png;base64"
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(picture, rasterize(stroke_arrays(SEVEN))[..., 0])


def test_interim_answers_have_an_image_now_and_then(driver: SessionDriver) -> None:
    driver.send({"type": "config", "image": True})
    answers = [driver.stroke(0, [point], end=False) for point in SEVEN[0]]
    assert isinstance(answers[0].image, str)
    assert all(answer.image is msgspec.UNSET for answer in answers[1:])
    assert isinstance(driver.do("points", stroke=0, x=[], y=[], t=[], end=True).image, str)


def test_a_tap_is_a_dot_and_no_digit(driver: SessionDriver) -> None:
    driver.send({"type": "config", "canvas": {"width": 400, "height": 400}})
    assert driver.stroke(0, [(200, 200), (200, 203)]).rejected


@pytest.mark.parametrize("name", EDGE_CASES)
def test_edge_cases_are_answered(driver: SessionDriver, name: str) -> None:
    for number, stroke in enumerate(EDGE_CASES[name]):
        answer = driver.stroke(number, stroke)
        assert answer.final
        assert len(answer.top) == 3


@pytest.mark.parametrize(
    ("kind", "fields", "code", "field"),
    [
        ("erase", {"stroke": 5}, "unknown_stroke", "stroke"),
        ("points", {"stroke": 2, "x": [1], "y": [1], "t": [1]}, "bad_order", "stroke"),
        ("points", {"stroke": 1, "x": [1] * 40, "y": [1] * 40, "t": [1] * 40}, "limit", "points"),
        ("ink", {"strokes": [{"x": [1], "y": [1], "t": [1]}] * 4}, "limit", "strokes"),
    ],
)
def test_a_refused_message_changes_nothing(
    recognizer: Recognizer, kind: str, fields: Json, code: str, field: str
) -> None:
    driver = SessionDriver(recognizer, Config(session_points=40, session_strokes=3))
    driver.stroke(0, SEVEN[0])
    before = driver.stroke(1, ONE[0], end=False)
    error = driver.refused(kind, **fields)
    assert (error.code, error.field, error.seq, error.close_code) == (
        code,
        field,
        driver.seq,
        None,
    )
    after = driver.stroke(1, [ONE[0][-1]], end=False)
    assert (after.strokes, after.top) == (before.strokes, before.top)


def test_a_stroke_begins_with_a_point(driver: SessionDriver) -> None:
    assert driver.refused("points", stroke=0, x=[], y=[], t=[], end=True).field == "x"


def test_seq_has_to_grow(driver: SessionDriver) -> None:
    driver.do("undo")
    driver.seq -= 1
    assert driver.refused("undo").field == "seq"


def test_config_comes_first_and_in_this_version(driver: SessionDriver) -> None:
    with pytest.raises(MessageError) as caught:
        driver.send({"type": "config", "v": 2})
    assert (caught.value.code, caught.value.close_code) == ("version", messages.POLICY)
    with pytest.raises(MessageError, match="not one of the model's"):
        driver.send({"type": "config", "labels": ["7", "x"]})
    driver.do("undo")
    with pytest.raises(MessageError) as caught:
        driver.send({"type": "config"})
    assert caught.value.code == "bad_order"


def test_the_history_is_bounded(recognizer: Recognizer) -> None:
    driver = SessionDriver(recognizer, Config(session_points=100))
    for number in range(HISTORY_STEPS + 20):
        driver.stroke(number, ONE[0])
        driver.do("clear")
    undone = 0
    while not (answer := driver.do("undo")).empty or undone < 2:
        undone += 1
        assert undone <= 2 * HISTORY_STEPS
    assert answer.empty
