"""Tests of a client's ink against real sessions, over a wire that loses what is under way."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.protocol import client_messages, messages
from realtime.protocol.client_messages import Config
from realtime.protocol.server_messages import Prediction
from realtime.recognition.recognizer import Recognizers
from tests.support.drawing import SEVEN
from tests.support.lossy_wire import LIMITS, LINE, Wire, perform, settled

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


def test_what_is_drawn_in_one_moment_is_one_message(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, Config())
    wire.deliver()
    count = len(wire.sent)
    for point in SEVEN[0][:3]:
        wire.editor.extend_stroke([point])
    wire.edit(wire.editor.end_stroke)
    wire.deliver()
    assert [type(message).__name__ for message in wire.sent[count:]] == ["Points"]


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


def test_what_was_edited_before_a_reconnect_can_be_undone(recognizers: Recognizers) -> None:
    """A server that was sent the ink as a whole knows of no pin before the last."""
    wire = Wire(recognizers, LINE)
    perform(wire, ("draw", 1))
    for label in ("4", "9"):
        perform(wire, ("correct", 0, label))
    wire.deliver()
    wire.connect()
    for operation, text in [("undo", "4"), ("undo", "1"), ("redo", "4"), ("redo", "9")]:
        perform(wire, (operation,))
        wire.deliver()
        assert settled(wire.results[-1]).text == text


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
