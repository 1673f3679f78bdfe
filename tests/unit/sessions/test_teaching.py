"""Tests of teaching a session: what is learnt, replaced, forgotten and refused."""

import json
import random

import pytest
from msgspec import UNSET

from realtime.errors import MessageError
from realtime.protocol import messages
from realtime.protocol.client_messages import Examples, Forget, Teach
from realtime.protocol.server_messages import Prediction
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Recognizers
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import (
    HOOK,
    HOOK_AGAIN,
    ONE,
    SEVEN,
    Json,
    Point,
    example_of,
    ink_message,
)
from tests.support.session_driver import SessionDriver, top

A_POINT = {"x": [1], "y": [1]}


def show(driver: SessionDriver, strokes: list[list[Point]]) -> Prediction:
    """Replace the drawing by these strokes; the answer."""
    return driver.do("ink", strokes=ink_message(0, strokes)["strokes"])


def examples(driver: SessionDriver, *some: Json) -> Prediction:
    """Teach earlier examples; the answer."""
    return driver.do("examples", examples=list(some))


def test_the_next_one_like_it_is_read_so(driver: SessionDriver) -> None:
    before = show(driver, HOOK)
    assert (top(before), before.learnt) == ("7", UNSET)
    taught = driver.do("teach", label="1")
    assert (top(taught), taught.learnt, taught.final, taught.strokes) == ("1", True, True, 1)
    assert driver.do("clear").learnt is UNSET
    again = driver.stroke(9, HOOK_AGAIN[0])
    assert (top(again), again.learnt) == ("1", True)
    assert top(show(driver, SEVEN)) == "7"
    plain = show(driver, ONE)
    assert (top(plain), plain.learnt) == ("1", UNSET)


def test_ink_under_way_is_answered_as_without_examples(
    driver: SessionDriver, recognizer: CharacterRecognizer
) -> None:
    show(driver, HOOK)
    driver.do("teach", label="1")
    driver.do("clear")
    untaught = SessionDriver(recognizer).stroke(3, HOOK[0], end=False)
    interim = driver.stroke(3, HOOK[0], end=False)
    assert (interim.final, interim.top, interim.learnt) == (False, untaught.top, UNSET)
    assert top(driver.stroke(3, [])) == "1"


def test_edits_leave_what_was_taught_alone(driver: SessionDriver) -> None:
    show(driver, HOOK)
    driver.do("teach", label="1")
    assert driver.do("undo").empty
    assert top(driver.do("redo")) == "1"
    driver.do("erase", stroke=0)
    driver.do("undo")
    driver.do("clear")
    assert top(show(driver, HOOK_AGAIN)) == "1"


def test_the_same_drawing_taught_again_replaces_what_it_was(
    recognizer: CharacterRecognizer,
) -> None:
    driver = SessionDriver(recognizer, DrawingLimits(examples=1))
    untaught = show(driver, HOOK)
    assert top(driver.do("teach", label="4")) == "4"
    assert top(driver.do("teach", label="1")) == "1"
    driver.do("undo")
    driver.do("redo")
    assert top(driver.do("teach", label="7")) == "7"
    assert driver.do("forget").top == untaught.top
    # Another stroke makes it another drawing.
    driver.do("teach", label="1")
    driver.stroke(5, ONE[0])
    assert driver.refused("teach", label="1").code == "limit"


def test_earlier_examples_are_learnt_with_those_of_the_session(driver: SessionDriver) -> None:
    answer = examples(driver, example_of(HOOK, "1"), example_of(SEVEN, "7"))
    assert (answer.empty, answer.final) == (True, True)
    assert top(show(driver, HOOK_AGAIN)) == "1"
    driver.do("forget")
    scaled = [[(x / 3, y / 3) for x, y in HOOK_AGAIN[0]]]
    assert top(examples(driver, example_of(scaled, "4"))) == "4"
    assert examples(driver).learnt is True


def test_nonsense_is_undone_by_forget(
    driver: SessionDriver, recognizer: CharacterRecognizer
) -> None:
    shapes = (HOOK, SEVEN, ONE)
    other = SessionDriver(recognizer)
    untaught = [show(driver, shape).top for shape in shapes]
    chosen = random.Random(7)
    for _ in range(20):
        show(driver, chosen.choice(shapes))
        driver.do("teach", label=chosen.choice("0234568"))
    assert [show(driver, shape).top for shape in shapes] != untaught
    assert [show(other, shape).top for shape in shapes] == untaught
    driver.do("forget")
    assert [show(driver, shape).top for shape in shapes] == untaught
    assert all(show(driver, shape).learnt is UNSET for shape in shapes)
    driver.do("teach", label="1")
    assert driver.do("forget").learnt is UNSET


def test_what_is_taught_without_an_answer_between_is_learnt_in_order(
    recognizer: CharacterRecognizer,
) -> None:
    driver = SessionDriver(recognizer, DrawingLimits(examples=3))
    show(driver, HOOK)
    driver.do("teach", label="4")
    for message in (Forget(10), Teach(11, "7"), Examples(12, []), Teach(13, "1")):
        assert driver.session.apply(message) is PendingReply.FINAL
    assert top(driver.session.answer(0, final=True)) == "1"


def test_long_lists_are_learnt_in_steps(recognizer: CharacterRecognizer) -> None:
    driver = SessionDriver(recognizer)
    examples(driver, *[example_of(HOOK, "1")] * 40)
    driver.seq += 1
    some = [example_of(SEVEN, "7")] * 100
    message = {"type": "examples", "seq": driver.seq, "examples": some}
    driver.session.apply(messages.decode(json.dumps(message)))
    steps = sum(1 for _ in driver.session.answer_in_steps(0, final=True))
    assert steps == 9


@pytest.mark.parametrize(
    ("fields", "code", "field", "limit"),
    [
        ({"label": "x"}, "bad_message", "label", None),
        ({"label": ""}, "bad_message", "label", None),
        ({"label": None}, "bad_message", "label", None),
        ({}, "bad_message", "label", None),
    ],
)
def test_a_label_that_cannot_be_taught_is_refused(
    driver: SessionDriver, fields: Json, code: str, field: str, limit: int | None
) -> None:
    before = show(driver, HOOK)
    error = driver.refused("teach", **fields)
    assert (error.code, error.field, error.limit, error.seq) == (code, field, limit, driver.seq)
    after = driver.do("redo")
    assert (after.top, after.learnt) == (before.top, UNSET)


@pytest.mark.parametrize(
    ("wrong", "code", "field", "limit"),
    [
        (example_of(HOOK, "x"), "bad_message", "examples[1].label", None),
        ({"strokes": [A_POINT]}, "bad_message", "examples[1].label", None),
        ({"label": "1"}, "bad_message", "examples[1].strokes", None),
        ({"label": "1", "strokes": []}, "bad_message", "examples[1].strokes", 1),
        (
            {"label": "1", "strokes": [{"x": [], "y": []}]},
            "bad_message",
            "examples[1].strokes[0].x",
            1,
        ),
        (
            {"label": "1", "strokes": [A_POINT, {"x": [1], "y": []}]},
            "bad_message",
            "examples[1].strokes[1].y",
            None,
        ),
        (
            {"label": "1", "strokes": [{"x": [1e6], "y": [1]}]},
            "bad_message",
            "examples[1].strokes[0].x[0]",
            100_000,
        ),
        (example_of([[(1, 1)] * 6, [(2, 2)] * 5], "1"), "limit", "examples[1].strokes", 10),
    ],
)
def test_examples_are_refused_as_a_whole(
    recognizer: CharacterRecognizer, wrong: Json, code: str, field: str, limit: int | None
) -> None:
    driver = SessionDriver(recognizer, DrawingLimits(example_points=10))
    before = show(driver, HOOK)
    error = driver.refused("examples", examples=[example_of(HOOK, "1"), wrong])
    assert (error.code, error.field, error.seq) == (code, field, driver.seq)
    assert error.limit == limit
    after = driver.do("redo")
    assert (after.top, after.learnt) == (before.top, UNSET)


def test_limits_are_settings(recognizer: CharacterRecognizer) -> None:
    driver = SessionDriver(recognizer, DrawingLimits(examples=2, example_points=6))
    examples(driver, example_of(HOOK, "1"))
    more = [example_of(SEVEN, "7")] * 2
    error: MessageError = driver.refused("examples", examples=more)
    assert (error.code, error.field, error.limit) == ("limit", "examples", 2)
    assert (error.setting, "3" in error.message) == ("examples", True)
    long = example_of([*HOOK, [(1, 1)]], "1")
    error = driver.refused("examples", examples=[long])
    assert (error.limit, error.setting) == (6, "example_points")
    examples(driver, example_of(SEVEN, "7"))
    show(driver, ONE)
    error = driver.refused("teach", label="1")
    assert (error.code, error.field, error.setting) == ("limit", "examples", "examples")
    driver.do("forget")
    driver.do("teach", label="1")


def test_only_a_finished_drawing_is_taught(driver: SessionDriver) -> None:
    error = driver.refused("teach", label="1")
    assert (error.code, error.field) == ("bad_order", "type")
    driver.stroke(0, HOOK[0])
    driver.stroke(1, ONE[0][:2], end=False)
    error = driver.refused("teach", label="1")
    assert (error.code, error.field) == ("bad_order", "type")
    assert "stroke 1" in error.message
    # Earlier examples may come at any time.
    assert examples(driver, example_of(SEVEN, "7")).strokes == 2
    driver.do("undo")
    assert top(driver.do("teach", label="4")) == "4"


def test_labels_that_are_left_out_cannot_be_taught(driver: SessionDriver) -> None:
    driver.send({"type": "config", "labels": ["1", "7"]})
    show(driver, HOOK)
    assert driver.refused("teach", label="4").field == "label"
    error = driver.refused("examples", examples=[example_of(HOOK, "4")])
    assert error.field == "examples[0].label"
    assert top(driver.do("teach", label="1")) == "1"


def test_lines_are_not_taught(recognizers: Recognizers) -> None:
    driver = SessionDriver(recognizers)
    assert driver.session.teaches
    driver.send({"type": "config", "recognize": "line"})
    assert not driver.session.teaches
    show(driver, SEVEN)
    for kind, fields in (
        ("teach", {"label": "1"}),
        ("examples", {"examples": []}),
        ("forget", {}),
    ):
        error = driver.refused(kind, **fields)
        assert (error.code, error.field) == ("bad_order", "type")
    assert driver.do("redo").text == "7"


def test_a_recognizer_without_features_does_not_teach(
    recognizer: CharacterRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer, "_teaching", None)
    driver = SessionDriver(recognizer)
    assert not driver.session.teaches
    assert driver.refused("forget").code == "bad_order"
    assert Session({"digit": recognizer}, DrawingLimits()).teaches is False
