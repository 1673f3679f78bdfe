"""Tests that edits which a real session refuses are taken back, and nothing else is."""

from collections.abc import Callable

import pytest

from realtime.client.edits import OnDone
from realtime.errors import MessageError
from realtime.protocol.client_messages import Config
from realtime.recognition.recognizer import Recognizers
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import ONE
from tests.support.lossy_wire import LINE, STROKES, Wire, perform, settled


def test_a_refused_edit_is_taken_back_and_those_after_it_stay(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, LINE)
    for place in range(len(STROKES)):
        perform(wire, ("draw", place))
    wire.edit(lambda done: wire.editor.correct([0], "no label", done))
    wire.edit(lambda done: wire.editor.correct([1], "4", done))
    wire.edit(wire.editor.undo)
    wire.deliver()
    refused = wire.results[3]
    assert isinstance(refused, MessageError)
    assert (refused.code, refused.field) == ("bad_message", "label")
    assert not wire.synchronization.kept.drawing.pins
    assert settled(wire.results[-1]).text == "717"
    # What the server can undo was not counted wrong.
    wire.edit(wire.editor.undo)
    wire.deliver()
    assert settled(wire.results[-1]).text == "71"


def test_what_was_edited_after_a_refused_edit_is_kept_for_the_next_connection(
    recognizers: Recognizers,
) -> None:
    wire = Wire(recognizers, LINE)
    for place in range(len(STROKES)):
        perform(wire, ("draw", place))
    wire.edit(lambda done: wire.editor.correct([0], "no label", done))
    wire.edit(lambda done: wire.editor.correct([1], "4", done))
    wire.edit(lambda done: wire.editor.erase(0, done))
    wire.deliver()
    wire.connect()
    perform(wire, ("draw", 0))
    wire.deliver()
    assert isinstance(wire.results[3], MessageError)
    answer = settled(wire.results[-1])
    assert answer.text == "747"
    assert isinstance(answer.segments, list)
    assert [segment.strokes for segment in answer.segments] == [[3], [1], [2]]


def test_a_stroke_with_too_many_points_is_refused_as_a_whole(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, Config(), DrawingLimits(session_points=20))
    wire.edit(lambda done: wire.editor.draw(ONE[0], done))
    wire.deliver()
    # The server has taken a part of it.
    wire.editor.extend_stroke([(i, i) for i in range(30)])
    wire.deliver()
    wire.edit(wire.editor.end_stroke)
    wire.edit(lambda done: wire.editor.draw(ONE[0], done))
    wire.deliver()
    refused, last = wire.results[1:]
    assert isinstance(refused, MessageError)
    assert (refused.code, refused.field, refused.limit) == ("limit", "points", 20)
    assert settled(last).strokes == 2
    # Answers that were under way when it was sent anew tell of what is no longer there.
    wire.edit(lambda done: wire.editor.draw([(i, i) for i in range(30)], done))
    wire.edit(wire.editor.undo)
    wire.answers.clear()
    wire.deliver()
    assert {answer.strokes for answer in wire.answers if answer.final} == {1}


def test_ink_that_a_new_server_does_not_take_is_refused_until_some_is_taken_back(
    recognizers: Recognizers,
) -> None:
    wire = Wire(recognizers, Config())
    for _ in range(3):
        wire.edit(lambda done: wire.editor.draw(ONE[0], done))
    wire.deliver()
    wire.limits = DrawingLimits(session_strokes=2)
    wire.connect()
    wire.deliver()
    wire.edit(lambda done: wire.editor.draw(ONE[0], done))
    wire.deliver()
    refused = wire.results[-1]
    assert isinstance(refused, MessageError)
    assert (refused.code, refused.field, refused.limit) == ("limit", "strokes", 2)
    wire.edit(wire.editor.undo)
    wire.deliver()
    assert settled(wire.results[-1]).strokes == 2


def test_a_configuration_that_is_refused_is_a_failure(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, Config(recognize="music"))
    wire.deliver()
    assert isinstance(wire.failure, MessageError)
    assert (wire.failure.code, wire.failure.field) == ("bad_message", "recognize")


def test_what_cannot_be_meant_is_refused_before_it_is_sent(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, LINE)
    wire.deliver()
    count = len(wire.sent)
    cases: list[tuple[Callable[[OnDone], object], str, str]] = [
        (lambda done: wire.editor.erase(3, done), "unknown_stroke", "stroke"),
        (lambda done: wire.editor.correct([3], "4", done), "unknown_stroke", "strokes[0]"),
        (wire.editor.end_stroke, "bad_order", "stroke"),
        (lambda done: wire.editor.draw([], done), "bad_message", "x"),
        (lambda done: wire.editor.teach("4", done), "bad_order", "type"),
    ]
    for make, code, field in cases:
        with pytest.raises(MessageError) as caught:
            make(lambda _: None)
        assert (caught.value.code, caught.value.field) == (code, field)
    wire.editor.extend_stroke([(1, 1)])
    with pytest.raises(MessageError):
        wire.editor.draw([(2, 2)], lambda _: None)
    assert len(wire.sent) == count
