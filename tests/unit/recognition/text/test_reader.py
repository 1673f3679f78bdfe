"""Tests of the reading of texts: words, spaces, case, dots that come late, joined letters."""

import numpy as np
import pytest

from realtime.ink.drawing import Drawing
from realtime.ink.pin import Pin
from realtime.ink.stroke import PointArray
from realtime.recognition.answer import Answer, PointRange
from realtime.recognition.recognizer import Query
from realtime.recognition.text.recognizer import TextRecognizer
from tests.support.letter_ink import joined, written
from tests.support.line_ink import draw, ink_of

ALONE = Query(language_model=False)


def read(
    recognizer: TextRecognizer,
    strokes: list[PointArray],
    query: Query = Query(),  # noqa: B008
) -> Answer:
    return recognizer.reader().recognize(ink_of(strokes), query)


@pytest.mark.parametrize("text", ["toil", "tooth", "lion", "notion", "Toni Cox"])
@pytest.mark.parametrize("query", [Query(), ALONE])
def test_words_are_read(text_recognizer: TextRecognizer, text: str, query: Query) -> None:
    answer = read(text_recognizer, written(text), query)
    assert answer.text == text
    assert answer.is_line
    assert not answer.rejected
    assert answer.reason is None


@pytest.mark.parametrize("text", ["Coot", "COOT", "coot", "Lot", "LOT"])
@pytest.mark.parametrize("scale", [0.4, 1.0, 3.0])
def test_size_and_baseline_decide_case(
    text_recognizer: TextRecognizer, text: str, scale: float
) -> None:
    assert read(text_recognizer, written(text, scale=scale), ALONE).text == text


def test_spaces_are_where_the_gaps_say_so(text_recognizer: TextRecognizer) -> None:
    answer = read(text_recognizer, written("no hot oil"))
    assert answer.text == "no hot oil"
    assert [one.label for one in answer.segments] == list("nohotoil")
    assert [one.place for one in answer.segments] == [0, 1, 3, 4, 5, 7, 8, 9]
    for segment in answer.segments:
        assert answer.text[segment.place or 0] == segment.label


def test_dots_and_bars_may_come_late(text_recognizer: TextRecognizer) -> None:
    strokes = written("tilt")  # bars and the dot are its strokes 1, 3 and 6
    late = [strokes[at] for at in (0, 2, 4, 5, 3, 6, 1)]
    answer = read(text_recognizer, late)
    assert answer.text == read(text_recognizer, strokes).text == "tilt"
    assert [one.strokes for one in answer.segments] == [(0, 6), (1, 4), (2,), (3, 5)]


def test_a_comma_and_an_apostrophe_are_told_by_their_place(
    text_recognizer: TextRecognizer,
) -> None:
    assert read(text_recognizer, written("hi, no"), ALONE).text == "hi, no"
    assert read(text_recognizer, written("X-Z"), ALONE).text == "X-Z"


def test_a_line_is_the_same_stroke_by_stroke_and_at_once(text_recognizer: TextRecognizer) -> None:
    strokes = written("Toni Cox")
    reader, drawing = text_recognizer.reader(), Drawing(history_points=10_000)
    answers = []
    for number, stroke in enumerate(strokes):
        draw(drawing, number, stroke, end=False)
        reader.recognize(drawing, Query(final=False))
        drawing.finish()
        answers.append(reader.recognize(drawing, Query()))
    for count, answer in enumerate(answers, 1):
        once = read(text_recognizer, strokes[:count])
        assert answer.text == once.text
        assert answer.alternatives[0].probability == pytest.approx(once.alternatives[0].probability)


def test_probabilities_are_those_of_different_texts(text_recognizer: TextRecognizer) -> None:
    answer = read(text_recognizer, written("tooth"), Query(top=5))
    texts = [one.text for one in answer.alternatives]
    assert len(texts) == len(set(texts)) == 5
    probabilities = [one.probability for one in answer.alternatives]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-9


def test_the_letter_model_moves_probabilities_and_can_be_off(
    text_recognizer: TextRecognizer,
) -> None:
    strokes = written("tooth")
    reader, ink = text_recognizer.reader(), ink_of(strokes)
    on, off, again = (reader.recognize(ink, query) for query in (Query(), ALONE, Query()))
    assert on.alternatives[0].probability != off.alternatives[0].probability
    assert [one.probability for one in on.alternatives] == pytest.approx(
        [one.probability for one in again.alternatives]
    )


def test_ranges_are_the_points_of_each_character(text_recognizer: TextRecognizer) -> None:
    strokes = written("tin")
    answer = read(text_recognizer, strokes)
    assert [one.ranges for one in answer.segments] == [
        (PointRange(0, 0, len(strokes[0])), PointRange(1, 0, len(strokes[1]))),
        (PointRange(2, 0, len(strokes[2])), PointRange(3, 0, len(strokes[3]))),
        (PointRange(4, 0, len(strokes[4])),),
    ]


def test_a_stroke_that_is_cut_is_shared_out_by_its_points(text_recognizer: TextRecognizer) -> None:
    [first] = written("o")
    second = first + np.array([float(np.ptp(first[:, 0])) + 10, 0], np.float32)
    together = np.concatenate([first, second])
    answer = read(text_recognizer, [*written("l", x=0), together])
    ranges = [one for segment in answer.segments for one in segment.ranges if one.stroke == 1]
    covered = sorted(place for one in ranges for place in range(one.first, one.end))
    assert covered == list(range(len(together)))


def test_pins_are_taken_for_certain(text_recognizer: TextRecognizer) -> None:
    strokes = written("lot")
    reader, drawing = text_recognizer.reader(), Drawing(history_points=10_000)
    for number, stroke in enumerate(strokes):
        draw(drawing, number, stroke)
    assert reader.recognize(drawing, Query()).text == "lot"
    drawing.pin(Pin(frozenset([1]), "a"))
    answer = reader.recognize(drawing, Query())
    assert answer.text == "lat"
    assert [one.pinned for one in answer.segments] == [False, True, False]
    assert answer.segments[1].alternatives[0].text in "oO0"
    drawing.unpin(frozenset([1]))
    assert reader.recognize(drawing, Query()).text == "lot"


def test_labels_are_limited(text_recognizer: TextRecognizer) -> None:
    answer = read(text_recognizer, written("lion"), Query(labels=("I", "0", "N", "L")))
    assert set(answer.text) <= set("I0NL ")
    with pytest.raises(KeyError):
        read(text_recognizer, written("lion"), Query(labels=("∑",)))


def test_joined_letters_are_rejected_and_the_answer_says_so(
    text_recognizer: TextRecognizer,
) -> None:
    answer = read(text_recognizer, joined(9))
    assert answer.rejected
    assert answer.reason == "joined"
    assert answer.segments


def test_no_ink_and_a_dot(text_recognizer: TextRecognizer) -> None:
    assert read(text_recognizer, []).empty
    dot = np.zeros((1, 2), np.float32)
    answer = read(text_recognizer, [dot], Query(dot_size=8.0))
    assert len(answer.segments) == 1


def test_a_column_is_refused(text_recognizer: TextRecognizer) -> None:
    upper = written("hotel".replace("e", "o"))
    lower = [stroke + np.array([0, 400], np.float32) for stroke in upper]
    answer = read(text_recognizer, [*upper, *lower])
    assert answer.rejected
    assert answer.reason == "rows"
    assert not answer.alternatives


def test_what_a_letter_may_be_is_said_once(text_recognizer: TextRecognizer) -> None:
    """Its pieces are several groups, of which one may come after a space."""
    answer = read(text_recognizer, written("no hot oil"), Query(top=8))
    for segment in answer.segments:
        labels = [one.text for one in segment.alternatives]
        assert len(labels) == len(set(labels))
        of_label = {one.text: one.probability for one in segment.alternatives}
        assert segment.probability == pytest.approx(of_label[segment.label])
        assert sum(of_label.values()) <= 1 + 1e-6
