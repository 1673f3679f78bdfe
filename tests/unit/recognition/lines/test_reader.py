"""Tests of reading a line while it is written, and of all that may happen to it meanwhile."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.ink.drawing import Drawing
from realtime.ink.stroke import FinishedInk, Ink
from realtime.recognition.answer import Answer
from realtime.recognition.characters.rasterizer import rasterize
from realtime.recognition.lines.proximity import MOST_GROUPS
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.recognizer import Query
from tests.support.line_ink import digit, draw, ink_of, written

INTERIM = Query(final=False)


def read(recognizer: LineRecognizer, ink: Ink, query: Query | None = None) -> Answer:
    """What a new reader says."""
    return recognizer.reader().recognize(ink, query or Query())


def facts(answer: Answer) -> tuple[object, ...]:
    """An answer but for its timings."""
    return answer.alternatives, answer.rejected, answer.value, answer.segments


@pytest.fixture
def reader(line_recognizer: LineRecognizer) -> LineReader:
    return line_recognizer.reader()


def test_what_was_read_while_the_pen_moved_changes_no_final_answer(
    line_recognizer: LineRecognizer, reader: LineReader
) -> None:
    drawing = Drawing(history_points=10_000)
    for number, stroke in enumerate(written("12+30.5=", gap=8)):
        for start in range(0, len(stroke), 6):
            x, y = stroke[start : start + 6].T.tolist()
            drawing.extend(number, x, y)
            assert facts(reader.recognize(drawing, INTERIM)) == (
                facts(read(line_recognizer, drawing, INTERIM))
            )
        drawing.finish()
        assert facts(reader.recognize(drawing, Query())) == facts(read(line_recognizer, drawing))


@pytest.mark.parametrize("text", ["7", "207", "4", "55", "1234567890", "747457"])
def test_a_line_is_read(line_recognizer: LineRecognizer, text: str) -> None:
    answer = read(line_recognizer, ink_of(written(text)))
    assert answer.text == text
    assert answer.value == int(text)
    assert not answer.rejected
    assert "".join(segment.label for segment in answer.segments) == text


def test_segments_name_their_strokes_and_places(line_recognizer: LineRecognizer) -> None:
    strokes = written("407")
    answer = read(line_recognizer, ink_of(strokes))
    assert [segment.strokes for segment in answer.segments] == [(0, 1), (2,), (3, 4)]
    for segment in answer.segments:
        points = np.concatenate([strokes[number] for number in segment.strokes])
        box = (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
        assert segment.box == pytest.approx(box)
        assert segment.alternatives[0].text == segment.label
        assert len(segment.alternatives) == 3


def test_probabilities_are_probabilities(line_recognizer: LineRecognizer) -> None:
    answer = read(line_recognizer, ink_of(written("4715", gap=8)), Query(top=5))
    texts = [alternative.text for alternative in answer.alternatives]
    shares = [alternative.probability for alternative in answer.alternatives]
    assert len(set(texts)) == len(texts) == 5
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1 + 1e-9
    for segment in answer.segments:
        assert shares[0] <= segment.probability + 1e-9 <= 1 + 2e-9
        assert sum(one.probability for one in segment.alternatives) <= 1 + 1e-9


def test_the_picture_is_that_of_each_character(reader: LineReader) -> None:
    ink = ink_of(written("2075"))
    assert reader.recognize(ink, Query()).picture_png is None
    png = reader.recognize(ink, Query(picture=True)).picture_png
    assert png is not None
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    assert picture.shape == (28, 4 * 28)
    bars = rasterize(written("7"))[..., 0]
    np.testing.assert_array_equal(picture[:, 56:84], np.rint(bars * 255))


def test_no_ink_is_no_line(reader: LineReader) -> None:
    assert reader.recognize(FinishedInk([]), Query()).empty


def test_labels_can_be_restricted(reader: LineReader) -> None:
    ink = ink_of(written("17"))
    assert reader.recognize(ink, Query()).text == "17"
    restricted = reader.recognize(ink, Query(labels=["1", "2", "3"]))
    assert set(restricted.text) <= set("123")
    assert reader.recognize(ink, Query()).text == "17"
    with pytest.raises(KeyError):
        reader.recognize(ink, Query(labels=["q"]))


def test_bars_may_come_last(line_recognizer: LineRecognizer) -> None:
    strokes = written("4755")
    late = [*strokes[::2], *strokes[1::2]]
    answer = read(line_recognizer, ink_of(late))
    assert answer.text == "4755"
    assert [segment.strokes for segment in answer.segments] == [(0, 4), (1, 5), (2, 6), (3, 7)]


def test_a_new_stroke_costs_the_same_wherever_it_comes(reader: LineReader) -> None:
    drawing = Drawing(history_points=100_000)
    before = 0
    for number, stroke in enumerate(written("4750123456789" * 3, gap=10)[:40]):
        draw(drawing, number, stroke)
        reader.recognize(drawing, Query())
        assert reader.passes - before <= MOST_GROUPS
        before = reader.passes
    reader.recognize(drawing, Query())
    assert reader.passes == before, "what was read is not read again"


def test_the_moving_stroke_alone_is_read_again(reader: LineReader) -> None:
    drawing = Drawing(history_points=100_000)
    strokes = written("20754")
    for number, stroke in enumerate(strokes[:-1]):
        draw(drawing, number, stroke)
    reader.recognize(drawing, Query())
    for part in np.array_split(strokes[-1], 5):
        before = reader.passes
        draw(drawing, len(strokes), part, end=False)
        answer = reader.recognize(drawing, INTERIM)
        assert 1 <= reader.passes - before <= 4
    assert answer.text == "20754"


def test_undo_redo_and_erasing_cost_no_pass(reader: LineReader) -> None:
    drawing = Drawing(history_points=100_000)
    for number, stroke in enumerate(written("20475")):
        draw(drawing, number, stroke)
        reader.recognize(drawing, Query())
    passes = reader.passes
    drawing.undo()
    drawing.undo()
    assert reader.recognize(drawing, Query()).text == "2047"
    drawing.redo()
    drawing.redo()
    assert reader.recognize(drawing, Query()).text == "20475"
    drawing.erase(0)
    assert reader.recognize(drawing, Query()).text == "0475"
    drawing.clear()
    assert reader.recognize(drawing, Query()).empty
    drawing.undo()
    assert reader.recognize(drawing, Query()).text == "0475"
    assert reader.passes == passes


# What a person may do next: draw a stroke, some of it only, or take something back.
steps = st.lists(
    st.one_of(
        st.tuples(st.just("stroke"), st.integers(0, 9), st.integers(0, 400), st.integers(0, 40)),
        st.tuples(st.sampled_from(["undo", "redo", "erase", "ink"]), st.integers(0, 9)),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(script=steps, unfinished=st.booleans())
def test_a_line_is_read_while_it_changes_just_as_at_once(
    line_recognizer: LineRecognizer, script: list[tuple], unfinished: bool
) -> None:
    drawing = Drawing(history_points=100_000)
    reader = line_recognizer.reader()
    for number, (what, which, *place) in enumerate(script):
        if what == "stroke":
            for part, stroke in enumerate(digit(str(which), *place)):
                draw(drawing, 10 * number + part, stroke)
        elif what == "erase" and drawing.finished:
            drawing.erase(drawing.finished[which % len(drawing.finished)].number)
        elif what == "ink":
            drawing.replace(drawing.finished[:which])
        elif what == "undo":
            drawing.undo()
        elif what == "redo":
            drawing.redo()
        reader.recognize(drawing, Query())
    if unfinished:
        draw(drawing, 1000, digit("7", 200)[0][:9], end=False)
    for query in (INTERIM, Query(top=5)):
        assert facts(reader.recognize(drawing, query)) == facts(
            read(line_recognizer, drawing, query)
        )
