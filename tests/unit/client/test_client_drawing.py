"""Tests that a client's drawing goes by the rules of the server's."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from realtime.client.drawing import ClientDrawing, DrawnStroke
from realtime.ink.drawing import HISTORY_STEPS, Drawing
from realtime.ink.pin import Pin
from realtime.ink.stroke import Stroke
from realtime.protocol.client_messages import InkStroke

NUMBERS = st.integers(0, 5)
SOME_NUMBERS = st.frozensets(NUMBERS, min_size=1, max_size=3)
STEPS = st.one_of(
    st.tuples(st.just("draw")),
    st.tuples(st.just("erase"), NUMBERS),
    st.tuples(st.just("clear")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("pin"), SOME_NUMBERS, st.sampled_from("12")),
    st.tuples(st.just("unpin"), SOME_NUMBERS),
    st.tuples(st.just("replace"), st.integers(0, 3)),
)


def stroke(number: int) -> DrawnStroke:
    return DrawnStroke(number, InkStroke([number], [number], [0]))


@given(st.lists(STEPS, max_size=40))
def test_it_is_what_the_server_has_after_the_same_edits(steps: list[tuple[Any, ...]]) -> None:
    client, server = ClientDrawing(), Drawing(history_points=10_000)
    drawn = 0
    for kind, *rest in steps:
        match kind:
            case "draw":
                client = client.with_stroke(stroke(drawn))
                server.extend(drawn, [drawn], [drawn])
                server.finish()
                drawn += 1
            case "erase" if client.has(rest[0]):
                client = client.without([rest[0]])
                server.erase(rest[0])
            case "clear":
                client = client.cleared()
                server.clear()
            case "undo":
                client = client.undone()
                server.undo()
            case "redo":
                client = client.redone()
                server.redo()
            case "pin" if all(map(client.has, rest[0])):
                client = client.pinned(*rest)
                server.pin(Pin(*rest))
            case "unpin" if all(map(client.has, rest[0])):
                client = client.unpinned(rest[0])
                server.unpin(rest[0])
            case "replace":
                numbers = range(drawn, drawn + rest[0])
                drawn += rest[0]
                client = client.replaced(map(stroke, numbers))
                server.replace(Stroke(number, [number], [number]) for number in numbers)
        assert [one.number for one in client.strokes] == [one.number for one in server.finished]
        assert {(pin.strokes, pin.label) for pin in client.pins} == {
            (pin.strokes, pin.label) for pin in server.pins
        }


def test_it_remembers_as_many_steps_as_the_server() -> None:
    drawing = ClientDrawing()
    for number in range(HISTORY_STEPS + 5):
        drawing = drawing.with_stroke(stroke(number))
    for _ in range(HISTORY_STEPS + 5):
        drawing = drawing.undone()
    assert len(drawing.strokes) == 5


def test_an_edit_leaves_the_drawing_that_it_was_made_of() -> None:
    drawing = ClientDrawing().with_stroke(stroke(0))
    drawing.cleared()
    drawing.pinned([0], "7")
    assert drawing.strokes == (stroke(0),)
    assert not drawing.pins
