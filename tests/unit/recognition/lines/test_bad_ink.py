"""Tests of ink that is no line: it is answered or refused, in bounded time and memory."""

import time
from collections.abc import Sequence

import numpy as np
import pytest

from realtime.ink.drawing import Drawing
from realtime.ink.stroke import PointArray
from realtime.recognition.answer import Answer
from realtime.recognition.lines.proximity import MOST_GROUPS
from realtime.recognition.lines.reader import MOST_STROKES, LineReader
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.recognizer import Query
from tests.support.line_ink import GAP, HEIGHT, digit, draw, ink_of, written


def read(reader: LineReader, strokes: Sequence[PointArray]) -> tuple[Answer, float]:
    """The answer to strokes that come at once, and the CPU seconds it took."""
    started = time.thread_time()
    answer = reader.recognize(ink_of(strokes), Query())
    return answer, time.thread_time() - started


@pytest.fixture
def reader(line_recognizer: LineRecognizer) -> LineReader:
    return line_recognizer.reader()


def dots(count: int, rng: np.random.Generator) -> list[PointArray]:
    return [rng.uniform(0, 600, (1, 2)).astype(np.float32) for _ in range(count)]


def test_a_thousand_strokes_are_refused_unread(reader: LineReader) -> None:
    answer, _ = read(reader, written("0123456789" * 77))
    assert answer.rejected
    assert not answer.alternatives
    assert reader.passes == 0


def test_a_line_is_read_again_once_it_is_short_enough(reader: LineReader) -> None:
    drawing = Drawing(history_points=1_000_000)
    short = written("207")
    for number, stroke in enumerate([*short, *[digit("1", 400.0)[0]] * MOST_STROKES]):
        draw(drawing, number, stroke)
    assert reader.recognize(drawing, Query()).rejected
    for _ in range(MOST_STROKES):
        drawing.undo()
    assert reader.recognize(drawing, Query()).text == "207"


@pytest.mark.parametrize("count", [2, 40, MOST_STROKES])
def test_strokes_on_top_of_each_other(reader: LineReader, count: int) -> None:
    answer, took_s = read(reader, digit("8") * count)
    # Twice the same is one digit that was gone over.
    assert answer.rejected or (count == 2 and answer.text == "8")
    assert reader.passes <= MOST_GROUPS * count
    assert took_s < 2


def test_one_stroke_across_all(reader: LineReader) -> None:
    text = "2073615"
    across = np.array([[-20, 50], [250, 52], [700, 49]], np.float32)
    drawing = Drawing(history_points=100_000)
    strokes = written(text)
    for number, stroke in enumerate([*strokes, across]):
        draw(drawing, number, stroke)
        answer = reader.recognize(drawing, Query())
    assert answer.rejected
    drawing.undo()
    assert reader.recognize(drawing, Query()).text == text
    answer, _ = read(reader, [across, *strokes])
    assert answer.rejected


@pytest.mark.parametrize("count", [1, 2, 30, MOST_STROKES])
def test_dots_alone(reader: LineReader, count: int) -> None:
    answer, took_s = read(reader, dots(count, np.random.default_rng(count)))
    assert took_s < 2
    everywhere, _ = read(reader, [np.zeros((1, 2), np.float32)] * count)
    for one in (answer, everywhere):
        # One or two dots may be full stops, or a colon; what they are nobody can be sure of.
        assert one.rejected or (
            count < 3 and (set(one.text) <= {".", ":"} or one.alternatives[0].probability < 0.5)
        )


def test_a_column_of_digits_is_refused(reader: LineReader) -> None:
    column = [stroke for row in range(4) for stroke in digit("2075"[row], 0, 1.3 * HEIGHT * row)]
    answer, _ = read(reader, column)
    assert answer.rejected


@pytest.mark.parametrize("apart", [1.05, 1.3, 2.0])
@pytest.mark.parametrize("shift", [0.0, 30.0])
def test_two_lines_are_never_mixed(reader: LineReader, apart: float, shift: float) -> None:
    upper, lower = written("2073"), written("615", shift, apart * HEIGHT)
    answer, _ = read(reader, [*upper, *lower])
    assert answer.rejected
    drawing = Drawing(history_points=100_000)
    for number, stroke in enumerate([*upper, *lower]):
        draw(drawing, number, stroke)
        is_second_line = number >= len(upper)
        assert reader.recognize(drawing, Query()).rejected == is_second_line


def test_a_line_that_rises_is_one_line(reader: LineReader) -> None:
    x, strokes = 0.0, list[PointArray]()
    for place, label in enumerate("2073615"):
        strokes += (own := digit(label, x, -25.0 * place))
        x = max(float(stroke[:, 0].max()) for stroke in own) + GAP
    answer, _ = read(reader, strokes)
    assert answer.text == "2073615"
    assert not answer.rejected


@pytest.mark.parametrize("size", [0.1, 1.0, 1e5])
def test_any_size_is_read_alike(reader: LineReader, size: float) -> None:
    scale = size / HEIGHT
    answer, _ = read(reader, [(stroke * np.float32(scale)) for stroke in written("2075")])
    assert answer.text == "2075"


def test_what_was_drawn_and_taken_back_all_day_is_not_kept(reader: LineReader) -> None:
    drawing = Drawing(history_points=1000)
    stroke = digit("2")[0]
    for number in range(600):
        draw(drawing, number, stroke)
        reader.recognize(drawing, Query())
        drawing.clear()
    groups = reader._groups
    kept = [len(groups._pieces), len(groups._groups), len(groups._strokes), len(groups._read)]
    assert max(kept) <= 128


def test_long_strokes_that_were_taken_back_are_not_kept(reader: LineReader) -> None:
    drawing = Drawing(history_points=1000)
    scrawl = np.cumsum(np.random.default_rng(1).normal(0, 3, (10_000, 2)), axis=0)
    for number in range(8):
        draw(drawing, number, scrawl.astype(np.float32))
        reader.recognize(drawing, Query())
        drawing.clear()
        reader.recognize(drawing, Query())
    groups = reader._groups
    assert sum(stroke.size for stroke in groups._pieces) <= 20_000
    assert len(groups._groups) <= 2


def test_a_line_that_is_cleared_is_undone_unread(reader: LineReader) -> None:
    drawing = Drawing(history_points=20_000)
    for number, stroke in enumerate(written("2075" * 7)):
        draw(drawing, number, stroke)
    text = reader.recognize(drawing, Query()).text
    before = reader.passes
    drawing.clear()
    assert reader.recognize(drawing, Query()).empty
    drawing.undo()
    assert reader.recognize(drawing, Query()).text == text
    assert reader.passes == before


def test_a_stroke_of_very_many_points(reader: LineReader) -> None:
    rng = np.random.default_rng(1)
    knot = rng.uniform(0, 300, (10_000, 2)).astype(np.float32)
    answer, took_s = read(reader, [*written("12"), knot])
    assert answer.alternatives
    assert took_s < 1
