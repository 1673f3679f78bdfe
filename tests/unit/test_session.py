"""One drawing's rules, without any I/O."""

import base64
import json

import cv2
import msgspec
import numpy as np
import pytest
from websockets.frames import CloseCode

from realtime.config import DrawingLimits
from realtime.errors import MessageError
from realtime.ink.drawing import HISTORY_STEPS
from realtime.protocol import messages
from realtime.protocol.messages import Prediction
from realtime.recognition.digits.rasterizer import rasterize
from realtime.recognition.digits.recognizer import DigitRecognizer
from realtime.recognition.recognizer import Query
from realtime.session import PendingReply, Session
from realtime.websocket.close_codes import close_code
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


class Drawing:
    """A session and the messages that it is sent."""

    def __init__(self, recognizer: DigitRecognizer, limits: DrawingLimits | None = None) -> None:
        self.session = Session(recognizer, limits or DrawingLimits())
        self.seq = 0

    def send(self, message: Json) -> Prediction | None:
        pending = self.session.apply(messages.decode(json.dumps(message)))
        if pending is PendingReply.NONE:
            return None
        return self.session.answer(0, final=pending is PendingReply.FINAL)

    def do(self, kind: str, **fields: object) -> Prediction:
        self.seq += 1
        answer = self.send({"type": kind, "seq": self.seq, **fields})
        assert answer is not None
        assert answer.seq == self.seq
        return answer

    def stroke(self, number: int, drawn: list[Point], *, end: bool = True) -> Prediction:
        return self.do("points", stroke=number, **point_columns(drawn), end=end)

    def refused(self, kind: str, **fields: object) -> MessageError:
        self.seq += 1
        with pytest.raises(MessageError) as caught:
            self.send({"type": kind, "seq": self.seq, **fields})
        return caught.value


@pytest.fixture
def drawing(recognizer: DigitRecognizer) -> Drawing:
    return Drawing(recognizer)


def top(answer: Prediction) -> str:
    return answer.top[0].label


def test_a_stroke_is_answered_while_it_moves_and_when_it_ends(drawing: Drawing) -> None:
    first = drawing.stroke(0, SEVEN[0][:3], end=False)
    last = drawing.stroke(0, SEVEN[0][3:])
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


def test_points_may_come_one_by_one(drawing: Drawing, recognizer: DigitRecognizer) -> None:
    for point in SEVEN[0]:
        drawing.stroke(0, [point], end=False)
    whole = Drawing(recognizer).stroke(0, SEVEN[0])
    last = drawing.stroke(0, [], end=True)
    assert (last.top, last.final) == (whole.top, True)


def test_an_interim_answer_says_what_the_ink_will_be_and_a_final_one_what_it_is(
    recognizer: DigitRecognizer,
) -> None:
    begun = SEVEN[0][: len(SEVEN[0]) // 3]
    raster = rasterize(stroke_arrays([begun]))
    answers = [Drawing(recognizer).stroke(0, begun, end=end) for end in (False, True)]
    for answer in answers:
        expected = recognizer.recognize_raster(raster, Query(final=answer.final))
        assert [(one.label, one.p) for one in answer.top] == [
            (one.text, round(one.probability, 6)) for one in expected.alternatives
        ]
    assert answers[0].top != answers[1].top


def test_no_interim_answers_where_none_are_wanted(drawing: Drawing) -> None:
    drawing.send({"type": "config", "interim": False})
    assert drawing.send(points_message(1, 0, SEVEN[0][:3])) is None
    answer = drawing.send(points_message(2, 0, SEVEN[0][3:], end=True))
    assert answer is not None
    assert answer.final


def test_undo_and_redo_step_through_strokes(drawing: Drawing) -> None:
    drawing.stroke(0, SEVEN[0])
    both = drawing.stroke(1, ONE[0])
    assert drawing.do("undo").strokes == 1
    assert drawing.do("undo").empty
    assert drawing.do("undo").empty
    assert drawing.do("redo").strokes == 1
    assert drawing.do("redo").top == both.top
    assert drawing.do("redo").strokes == 2


def test_a_new_edit_forgets_what_could_be_redone(drawing: Drawing) -> None:
    drawing.stroke(0, SEVEN[0])
    drawing.do("undo")
    drawing.stroke(0, ONE[0])
    assert drawing.do("redo").strokes == 1


def test_erase_and_clear_can_be_undone(drawing: Drawing) -> None:
    drawing.stroke(0, SEVEN[0])
    both = drawing.stroke(4, ONE[0])
    assert drawing.do("erase", stroke=0).strokes == 1
    assert drawing.do("clear").empty
    assert drawing.do("undo").strokes == 1
    assert drawing.do("undo").top == both.top
    assert drawing.do("redo").strokes == 1


def test_clearing_nothing_is_nothing_to_undo(drawing: Drawing) -> None:
    drawing.stroke(0, SEVEN[0])
    drawing.do("clear")
    drawing.do("clear")
    assert drawing.do("undo").strokes == 1


def test_undo_of_an_open_stroke_abandons_it(drawing: Drawing) -> None:
    drawing.stroke(0, SEVEN[0])
    drawing.stroke(1, ONE[0], end=False)
    assert drawing.do("undo").strokes == 1
    assert drawing.do("redo").strokes == 1
    assert drawing.do("undo").empty


def test_erase_of_an_open_stroke_abandons_it(drawing: Drawing) -> None:
    drawing.stroke(0, SEVEN[0], end=False)
    answer = drawing.do("erase", stroke=0)
    assert (answer.empty, answer.final) == (True, True)
    assert drawing.do("undo").empty


def test_ink_replaces_everything_and_can_be_undone_stroke_by_stroke(drawing: Drawing) -> None:
    drawing.stroke(7, ONE[0])
    drawing.stroke(8, ONE[0], end=False)
    drawing.seq += 1
    answer = drawing.send(ink_message(drawing.seq, [*SEVEN, *ONE]))
    assert answer is not None
    assert (answer.final, answer.strokes) == (True, 2)
    assert top(drawing.do("undo")) == "7"
    assert drawing.do("undo").empty
    assert drawing.do("undo").empty


def test_ink_numbers_its_strokes_from_zero(drawing: Drawing) -> None:
    drawing.seq += 1
    drawing.send(ink_message(drawing.seq, [*SEVEN, *ONE]))
    assert drawing.refused("points", stroke=1, x=[1], y=[1], t=[1]).code == "unknown_stroke"
    assert drawing.do("erase", stroke=1).strokes == 1


def test_the_top_is_as_long_as_asked_for(drawing: Drawing) -> None:
    drawing.send({"type": "config", "top": 10})
    answer = drawing.stroke(0, SEVEN[0])
    assert sorted(c.label for c in answer.top) == list("0123456789")
    assert sum(c.p for c in answer.top) == pytest.approx(1, abs=1e-4)


def test_an_allow_list_masks_and_renormalises(drawing: Drawing) -> None:
    drawing.send({"type": "config", "labels": ["2", "4"]})
    answer = drawing.stroke(0, SEVEN[0])
    assert {c.label for c in answer.top} == {"2", "4"}
    assert sum(c.p for c in answer.top) == pytest.approx(1, abs=1e-4)


def test_the_image_is_what_the_network_saw(drawing: Drawing) -> None:
    drawing.send({"type": "config", "image": True})
    image = drawing.stroke(0, SEVEN[0]).image
    assert isinstance(image, str)
    kind, _, data = image.partition(",")
    assert kind == "data:image/png;base64"
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(picture, rasterize(stroke_arrays(SEVEN))[..., 0])


def test_interim_answers_have_an_image_now_and_then(drawing: Drawing) -> None:
    drawing.send({"type": "config", "image": True})
    answers = [drawing.stroke(0, [point], end=False) for point in SEVEN[0]]
    assert isinstance(answers[0].image, str)
    assert all(answer.image is msgspec.UNSET for answer in answers[1:])
    assert isinstance(drawing.do("points", stroke=0, x=[], y=[], t=[], end=True).image, str)


def test_a_tap_is_a_dot_and_no_digit(drawing: Drawing) -> None:
    drawing.send({"type": "config", "canvas": {"width": 400, "height": 400}})
    assert drawing.stroke(0, [(200, 200), (200, 203)]).rejected


@pytest.mark.parametrize("name", EDGE_CASES)
def test_edge_cases_are_answered(drawing: Drawing, name: str) -> None:
    for number, stroke in enumerate(EDGE_CASES[name]):
        answer = drawing.stroke(number, stroke)
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
    recognizer: DigitRecognizer, kind: str, fields: Json, code: str, field: str
) -> None:
    drawing = Drawing(recognizer, DrawingLimits(session_points=40, session_strokes=3))
    drawing.stroke(0, SEVEN[0])
    before = drawing.stroke(1, ONE[0], end=False)
    error = drawing.refused(kind, **fields)
    assert (error.code, error.field, error.seq, close_code(error)) == (
        code,
        field,
        drawing.seq,
        None,
    )
    after = drawing.stroke(1, [ONE[0][-1]], end=False)
    assert (after.strokes, after.top) == (before.strokes, before.top)


def test_a_stroke_begins_with_a_point(drawing: Drawing) -> None:
    assert drawing.refused("points", stroke=0, x=[], y=[], t=[], end=True).field == "x"


def test_seq_has_to_grow(drawing: Drawing) -> None:
    drawing.do("undo")
    drawing.seq -= 1
    assert drawing.refused("undo").field == "seq"


def test_config_comes_first_and_in_our_version(drawing: Drawing) -> None:
    with pytest.raises(MessageError) as caught:
        drawing.send({"type": "config", "v": 2})
    assert (caught.value.code, close_code(caught.value)) == (
        "version",
        CloseCode.POLICY_VIOLATION,
    )
    with pytest.raises(MessageError, match="not one of the model's"):
        drawing.send({"type": "config", "labels": ["7", "x"]})
    drawing.do("undo")
    with pytest.raises(MessageError) as caught:
        drawing.send({"type": "config"})
    assert caught.value.code == "bad_order"


def test_the_history_is_bounded(recognizer: DigitRecognizer) -> None:
    drawing = Drawing(recognizer, DrawingLimits(session_points=100))
    for number in range(HISTORY_STEPS + 20):
        drawing.stroke(number, ONE[0])
        drawing.do("clear")
    undone = 0
    while not (answer := drawing.do("undo")).empty or undone < 2:
        undone += 1
        assert undone <= 2 * HISTORY_STEPS
    assert answer.empty
