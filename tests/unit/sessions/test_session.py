"""Tests of the session: answers, limits and refusals, without I/O."""

import base64

import cv2
import msgspec
import numpy as np
import pytest
from websockets.frames import CloseCode

from realtime.errors import MessageError
from realtime.recognition.characters.rasterizer import rasterize
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Query
from realtime.setting_groups import DrawingLimits
from realtime.websocket.close_codes import close_code
from tests.support.drawing import EDGE_CASES, ONE, SEVEN, Json, points_message, stroke_arrays
from tests.support.session_driver import SessionDriver, top


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


def test_points_may_come_one_by_one(driver: SessionDriver, recognizer: CharacterRecognizer) -> None:
    for point in SEVEN[0]:
        driver.stroke(0, [point], end=False)
    whole = SessionDriver(recognizer).stroke(0, SEVEN[0])
    last = driver.stroke(0, [], end=True)
    assert (last.top, last.final) == (whole.top, True)


def test_an_interim_answer_predicts_the_ink_and_a_final_one_reads_it(
    recognizer: CharacterRecognizer,
) -> None:
    begun = SEVEN[0][: len(SEVEN[0]) // 3]
    raster = rasterize(stroke_arrays([begun]))
    answers = [SessionDriver(recognizer).stroke(0, begun, end=end) for end in (False, True)]
    for answer in answers:
        expected = recognizer.recognize_raster(raster, Query(final=answer.final))
        assert [(one.label, one.p) for one in answer.top] == [
            (one.text, round(one.probability, 6)) for one in expected.alternatives
        ]
    assert answers[0].top != answers[1].top


def test_no_interim_answers_if_config_disables_them(driver: SessionDriver) -> None:
    driver.send({"type": "config", "interim": False})
    assert driver.send(points_message(1, 0, SEVEN[0][:3])) is None
    answer = driver.send(points_message(2, 0, SEVEN[0][3:], end=True))
    assert answer is not None
    assert answer.final


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
    np.testing.assert_array_equal(picture, np.rint(rasterize(stroke_arrays(SEVEN))[..., 0] * 255))


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
    recognizer: CharacterRecognizer, kind: str, fields: Json, code: str, field: str
) -> None:
    driver = SessionDriver(recognizer, DrawingLimits(session_points=40, session_strokes=3))
    driver.stroke(0, SEVEN[0])
    before = driver.stroke(1, ONE[0], end=False)
    error = driver.refused(kind, **fields)
    assert (error.code, error.field, error.seq, close_code(error)) == (
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
    assert (caught.value.code, close_code(caught.value)) == (
        "version",
        CloseCode.POLICY_VIOLATION,
    )
    with pytest.raises(MessageError, match="not one of the model's"):
        driver.send({"type": "config", "labels": ["7", "x"]})
    driver.do("undo")
    with pytest.raises(MessageError) as caught:
        driver.send({"type": "config"})
    assert caught.value.code == "bad_order"
