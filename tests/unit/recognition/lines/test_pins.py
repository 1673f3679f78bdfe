"""Tests of reading a line of which a person has said what some strokes are."""

import numpy as np
import pytest

from realtime.ink.drawing import Drawing
from realtime.ink.pin import Pin
from realtime.ink.stroke import FinishedInk, PointArray
from realtime.recognition.answer import Answer
from realtime.recognition.lines.line_groups import PASSES_AT_ONCE
from realtime.recognition.lines.proximity import MOST_GROUPS
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.recognizer import Query
from tests.support.line_ink import HEIGHT, digit, draw, ink_of, written

TOP = Query(top=10)


def pinned(strokes: list[PointArray], *pins: tuple[set[int], str]) -> FinishedInk:
    """Ink of these strokes, of which some are pinned."""
    together = tuple(Pin(frozenset(numbers), label) for numbers, label in pins)
    return FinishedInk(ink_of(strokes).finished, pins=together)


def groups_of(answer: Answer) -> list[tuple[str, tuple[int, ...], bool]]:
    return [(one.label, one.strokes, one.pinned) for one in answer.segments]


@pytest.fixture
def reader(line_recognizer: LineRecognizer) -> LineReader:
    return line_recognizer.reader()


def test_a_pinned_group_is_what_it_is_said_to_be(reader: LineReader) -> None:
    strokes = written("2075")
    free = reader.recognize(ink_of(strokes), TOP)
    answer = reader.recognize(pinned(strokes, ({1}, "6")), TOP)
    assert answer.text == "2675"
    assert groups_of(answer) == [
        ("2", (0,), False),
        ("6", (1,), True),
        ("7", (2, 3), False),
        ("5", (4, 5), False),
    ]
    segment = answer.segments[1]
    assert segment.probability == pytest.approx(1)
    # It can be chosen anew among what it would be otherwise.
    offered = [one.text for one in segment.alternatives]
    assert offered[0] == free.segments[1].label
    assert {one.text for one in free.segments[1].alternatives[:3]} <= set(offered)
    assert all(one.text[1] == "6" for one in answer.alternatives)
    assert answer.alternatives[0].probability > free.alternatives[0].probability / 2
    # Nothing is left of it once it is lifted.
    assert reader.recognize(ink_of(strokes), TOP).alternatives == free.alternatives


def test_pins_cost_no_pass_for_groups_that_were_read(reader: LineReader) -> None:
    drawing = Drawing(history_points=100_000)
    for number, stroke in enumerate(written("2075")):
        draw(drawing, number, stroke)
    reader.recognize(drawing, TOP)
    before = reader.passes
    for numbers, label in (({2, 3}, "1"), ({0}, "7"), ({2, 3}, "2")):
        drawing.pin(Pin(frozenset(numbers), label))
        reader.recognize(drawing, TOP)
    assert reader.passes == before


def test_a_group_can_be_split_and_joined(reader: LineReader) -> None:
    strokes = written("47")
    assert reader.recognize(ink_of(strokes), TOP).text == "47"
    split = reader.recognize(pinned(strokes, ({1}, "1")), TOP)
    assert groups_of(split)[1] == ("1", (1,), True)
    assert len(split.text) == 3
    joined = reader.recognize(pinned(strokes, ({0, 1, 2, 3}, "8")), TOP)
    assert groups_of(joined) == [("8", (0, 1, 2, 3), True)]
    assert not joined.rejected
    assert joined.alternatives == (joined.alternatives[0],)
    assert joined.alternatives[0].probability == pytest.approx(1)


def test_strokes_that_lie_far_apart_can_be_one_character(reader: LineReader) -> None:
    """They are no candidate, and the pinned box lies over all that is between them."""
    strokes = written("20731")
    answer = reader.recognize(pinned(strokes, ({0, 5}, "8")), TOP)
    assert answer.reason is None
    assert ("8", (0, 5), True) in groups_of(answer)
    assert answer.text == "8073"
    assert all(not one.pinned for one in answer.segments[1:])


def test_late_strokes_beside_a_pin_are_read_for_themselves(reader: LineReader) -> None:
    drawing = Drawing(history_points=100_000)
    base, bar = digit("7")
    draw(drawing, 0, base)
    drawing.pin(Pin(frozenset({0}), "1"))
    draw(drawing, 1, bar)
    answer = reader.recognize(drawing, TOP)
    assert ("1", (0,), True) in groups_of(answer)
    assert (1,) in [one.strokes for one in answer.segments]
    moving = digit("3", 200)[0]
    draw(drawing, 2, moving[: len(moving) // 2], end=False)
    assert ("1", (0,), True) in groups_of(reader.recognize(drawing, Query(final=False)))


def test_all_can_be_pinned(reader: LineReader) -> None:
    strokes = written("123")
    answer = reader.recognize(pinned(strokes, ({0}, "9"), ({1}, "8"), ({2}, "7")), TOP)
    assert answer.text == "987"
    assert answer.alternatives[0].probability == pytest.approx(1)
    assert not answer.rejected


def test_a_pin_outweighs_what_the_network_says_of_ink(reader: LineReader) -> None:
    scribble = np.array([(7 * i % 90, 37 * i % 100) for i in range(60)], np.float32)
    scribble[:, 0] += 200
    strokes = [*written("12"), scribble]
    assert reader.recognize(ink_of(strokes), TOP).rejected
    answer = reader.recognize(pinned(strokes, ({2}, "8")), TOP)
    assert not answer.rejected
    assert answer.text == "128"


def test_what_is_pinned_together_is_no_pile_and_no_rows(reader: LineReader) -> None:
    gone_over = [*written("12"), *[stroke for _ in range(12) for stroke in digit("0", 200)]]
    assert reader.recognize(ink_of(gone_over), TOP).reason == "pile"
    answer = reader.recognize(pinned(gone_over, (set(range(2, 14)), "0")), TOP)
    assert answer.text == "120"
    rings = [*digit("0"), *digit("0", 0, 1.6 * HEIGHT)]
    assert reader.recognize(ink_of(rings), TOP).reason == "rows"
    assert reader.recognize(pinned(rings, ({0, 1}, "8")), TOP).text == "8"


def test_a_pin_holds_whatever_labels_are_allowed_beside_it(reader: LineReader) -> None:
    strokes = written("17")
    query = Query(labels=["1", "3"], top=10)
    answer = reader.recognize(pinned(strokes, ({1, 2}, "3")), query)
    assert answer.text == "13"
    again = reader.recognize(pinned(strokes, ({1, 2}, "3")), TOP)
    assert again.text == "13"


def test_the_pins_of_a_whole_line_are_read_in_steps(reader: LineReader) -> None:
    count = 40
    strokes = [digit("1", 60.0 * place)[0] for place in range(count)]
    ink = pinned(strokes, *[({place}, "1") for place in range(count)])
    passes = [0, *(reader.passes for _ in reader.steps(ink, TOP))]
    assert reader.recognize(ink, TOP).text == "1" * count
    assert len(passes) > 3
    assert np.diff(passes).max() < PASSES_AT_ONCE + MOST_GROUPS
