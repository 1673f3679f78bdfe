"""Tests of a client's ink against real sessions, over a wire that loses what is under way."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.client.edits import OnDone
from realtime.errors import MessageError
from realtime.protocol import client_messages, messages
from realtime.protocol.client_messages import Config, InkStroke
from realtime.protocol.server_messages import Prediction
from realtime.recognition.recognizer import Recognizers
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import ONE, SEVEN
from tests.support.lossy_wire import LIMITS, Wire, settled

LINE = Config(recognize="line", canvas=client_messages.Canvas(400, 400))
# Side by side: 7, 1, 7.
STROKES = [
    InkStroke([x / 4 + 90 * place for x, _ in ink], [y / 4 for _, y in ink], [0] * len(ink))
    for place, [ink] in enumerate([SEVEN, ONE, SEVEN])
]
OPERATIONS = st.one_of(
    st.tuples(st.just("draw"), st.integers(0, 2)),
    st.tuples(st.just("begin"), st.integers(0, 2)),
    st.tuples(st.just("end")),
    st.tuples(st.sampled_from(["undo", "redo", "clear"])),
    st.tuples(st.just("erase"), st.integers(0, 4)),
    st.tuples(st.just("correct"), st.integers(0, 4), st.sampled_from(["4", "9", None])),
    st.tuples(st.just("read"), st.integers(0, 2)),
)
EVENTS = st.sampled_from(["deliver", "lose", "rate", "resume", "nothing"])


def perform(wire: Wire, operation: tuple[Any, ...]) -> None:
    """Do what a person does, unless it cannot be meant."""
    kind, *details = operation
    editor, is_open = wire.editor, wire.synchronization.open is not None
    match kind:
        case "draw" if not is_open:
            wire.edit(lambda done: editor.draw(STROKES[details[0]], done))
        case "begin" if not is_open:
            editor.extend_stroke(STROKES[details[0]])
        case "end" if is_open:
            wire.edit(editor.end_stroke)
        case "undo":
            wire.edit(editor.undo)
        case "redo":
            wire.edit(editor.redo)
        case "clear":
            wire.edit(editor.clear)
        case "erase" if wire.synchronization.kept.drawing.has(details[0]):
            wire.edit(lambda done: editor.erase(details[0], done))
        case "correct" if wire.synchronization.kept.drawing.has(details[0]):
            wire.edit(lambda done: editor.correct(details[:1], details[1], done))
        case "read":
            wire.edit(lambda done: editor.replace(STROKES[: details[0]], done))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(OPERATIONS, EVENTS), max_size=14))
def test_the_answer_is_as_if_nothing_had_been_lost(
    recognizers: Recognizers,
    steps: list[tuple[tuple[Any, ...], str]],
) -> None:
    wire, calm = Wire(recognizers, LINE), Wire(recognizers, LINE)
    for operation, event in steps:
        perform(wire, operation)
        perform(calm, operation)
        calm.deliver()
        match event:
            case "deliver":
                wire.deliver()
            case "lose":
                # Half of it has arrived, and its answers are lost.
                wire.synchronization.take_messages()
                wire.connect()
            case "rate":
                wire.is_rated = True
                wire.deliver()
            case "resume":
                wire.resume()
    # A last stroke, so that there is an answer to the whole.
    for one in (wire, calm):
        perform(one, ("end",))
        perform(one, ("draw", 1))
        one.resume()
        one.deliver()
    assert settled(wire.results[-1]) == settled(calm.results[-1])
    assert all(isinstance(result, Prediction) for result in wire.results)
    assert wire.failure is None


def test_points_of_a_stroke_that_is_drawn_are_sent_again_from_its_beginning(
    recognizers: Recognizers,
) -> None:
    wire = Wire(recognizers, Config())
    [seven] = SEVEN
    wire.editor.extend_stroke(seven[:4])
    wire.deliver()
    wire.connect()
    wire.editor.extend_stroke(seven[4:])
    wire.edit(wire.editor.end_stroke)
    wire.deliver()
    answer = settled(wire.results[0])
    assert (answer.top[0].label, answer.strokes) == ("7", 1)


def test_a_message_has_no_more_points_and_bytes_than_the_server_takes(
    recognizers: Recognizers,
) -> None:
    wire = Wire(recognizers, Config())
    spiral = [(100.123456789 + i % 17, 200.987654321 - i % 13) for i in range(300)]
    wire.edit(lambda done: wire.editor.draw(spiral, done))
    wire.connect()
    wire.deliver()
    assert settled(wire.results[0]).strokes == 1
    assert all(len(messages.encode(message)) < LIMITS["message_bytes"] for message in wire.sent)
    counts = [len(one.x) for one in wire.sent if isinstance(one, client_messages.Points)]
    assert max(counts) == LIMITS["message_points"]
    assert sum(counts) == len(spiral)


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


def test_a_pause_that_the_server_asks_for_is_kept(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, Config())
    wire.deliver()
    wire.is_rated = True
    wire.edit(lambda done: wire.editor.draw(SEVEN[0], done))
    wire.deliver()
    assert wire.holds_s
    count = len(wire.sent)
    wire.edit(wire.editor.undo)
    wire.edit(wire.editor.redo)
    wire.deliver()
    assert len(wire.sent) == count, "sent in spite of the pause"
    wire.resume()
    wire.deliver()
    assert {settled(result).top[0].label for result in wire.results} == {"7"}


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
