"""Tests of what a client has taught, over connections that are lost."""

import pytest

from realtime.protocol.client_messages import Config, Example, ExampleStroke
from realtime.recognition.recognizer import Recognizers
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import HOOK, HOOK_AGAIN
from tests.support.lossy_wire import LIMITS, Wire, settled


@pytest.mark.parametrize("is_lost", [False, True], ids=["at once", "after a reconnect"])
def test_what_was_taught_is_told_each_connection(recognizers: Recognizers, is_lost: bool) -> None:
    wire = Wire(recognizers, Config())
    wire.edit(lambda done: wire.editor.draw(HOOK[0], done))
    wire.deliver()
    before = settled(wire.results[-1]).top[0].label
    taught = "1" if before != "1" else "7"
    wire.edit(lambda done: wire.editor.teach(taught, done))
    wire.edit(wire.editor.clear)
    if is_lost:
        wire.connect()
    wire.edit(lambda done: wire.editor.draw(HOOK_AGAIN[0], done))
    wire.deliver()
    answer = settled(wire.results[-1])
    assert (answer.top[0].label, answer.learnt) == (taught, True)


def test_a_drawing_taught_again_after_a_reconnect_is_one_example(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, Config(), DrawingLimits(examples=1))
    wire.edit(lambda done: wire.editor.draw(HOOK[0], done))
    wire.edit(lambda done: wire.editor.teach("7", done))
    wire.deliver()
    wire.connect()
    wire.edit(lambda done: wire.editor.teach("1", done))
    wire.deliver()
    assert settled(wire.results[-1]).top[0].label == "1"
    assert len(wire.synchronization.kept.taught.examples) == 1


def test_an_example_that_is_too_long_to_be_told_is_thinned(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, Config())
    long = [(100 + i / 10, 100 + i / 5) for i in range(1_500)]
    wire.edit(lambda done: wire.editor.draw(long, done))
    wire.edit(lambda done: wire.editor.teach("1", done))
    wire.deliver()
    wire.connect()
    wire.deliver()
    assert wire.failure is None
    [example] = wire.synchronization.kept.taught.fitting(int(LIMITS["example_points"]))
    points = list(zip(example.strokes[0].x, example.strokes[0].y, strict=True))
    assert len(points) <= LIMITS["example_points"]
    assert points[0] == long[0]
    assert points[-1] == long[-1]


def test_lessons_that_were_refused_for_their_rate_are_told_once(recognizers: Recognizers) -> None:
    wire = Wire(recognizers, Config(), DrawingLimits(examples=1))
    wire.deliver()
    columns = ExampleStroke([x for x, _ in HOOK[0]], [y for _, y in HOOK[0]])
    wire.is_rated = True
    wire.edit(lambda done: wire.editor.add_examples([Example("1", [columns])], done))
    wire.deliver()
    wire.resume()
    wire.deliver()
    wire.edit(lambda done: wire.editor.draw(HOOK_AGAIN[0], done))
    wire.deliver()
    assert settled(wire.results[-1]).learnt is True
