"""The digit recognizer through the interface that sessions use: ink or a picture in, answer out."""

from typing import NoReturn

import cv2
import numpy as np
import pytest

from realtime.errors import RecognitionError
from realtime.ink.drawing import Drawing
from realtime.ink.stroke import FinishedInk
from realtime.recognition.answer import Answer
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Query, Recognizer
from tests.support.drawing import ONE, SEVEN, Point, stroke_arrays


def read(recognizer: Recognizer, strokes: list[list[Point]], query: Query | None = None) -> Answer:
    ink = FinishedInk.of_points(stroke_arrays(strokes))
    return recognizer.reader().recognize(ink, query or Query())


def test_ink_becomes_text_with_calibrated_alternatives(recognizer: CharacterRecognizer) -> None:
    answer = read(recognizer, SEVEN)
    assert (answer.text, answer.value, answer.rejected, answer.empty) == ("7", 7, False, False)
    probabilities = [alternative.probability for alternative in answer.alternatives]
    assert len(probabilities) == 3
    assert probabilities == sorted(probabilities, reverse=True)
    assert answer.timings.inference_us > 0


def test_no_ink_is_an_empty_answer(recognizer: CharacterRecognizer) -> None:
    answer = read(recognizer, [])
    assert (answer.text, answer.alternatives, answer.empty) == ("", (), True)
    assert not answer.rejected


def test_labels_are_masked_and_the_rest_renormalised(recognizer: CharacterRecognizer) -> None:
    answer = read(recognizer, SEVEN, Query(top=10, labels=["1", "2"]))
    assert {alternative.text for alternative in answer.alternatives} == {"1", "2"}
    assert sum(one.probability for one in answer.alternatives) == pytest.approx(1)


def test_the_picture_is_given_where_the_query_asks_for_it(recognizer: CharacterRecognizer) -> None:
    assert read(recognizer, SEVEN).picture_png is None
    png = read(recognizer, SEVEN, Query(picture=True)).picture_png
    assert png is not None
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    assert picture.shape == (28, 28)


def test_a_picture_of_ink_is_read_too(recognizer: CharacterRecognizer) -> None:
    picture = np.zeros((200, 200), np.uint8)
    points = (stroke_arrays(SEVEN)[0] / 2).astype(np.int32)
    cv2.polylines(picture, [points], False, 255, 8)
    assert recognizer.recognize_picture(picture, Query()).text == "7"


def test_a_reader_sees_a_stroke_that_was_replaced(recognizer: CharacterRecognizer) -> None:
    drawing, reader = Drawing(10_000), recognizer.reader()

    def draw(points: list[Point]) -> str:
        drawing.extend(drawing.revision, *map(list, zip(*points, strict=True)))
        drawing.finish()
        return reader.recognize(drawing, Query()).text

    assert draw(SEVEN[0]) == "7"
    # The number of strokes is the same afterwards; only the revision tells them apart.
    drawing.clear()
    assert draw(ONE[0]) == "1"


def test_a_failing_network_is_the_services_fault(
    recognizer: CharacterRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer.network, "_runtime", _Failing())
    with pytest.raises(RecognitionError) as caught:
        read(recognizer, SEVEN)
    assert caught.value.code == "internal"


class _Failing:
    """A runtime that fails as LiteRT does."""

    def run(self, _: object) -> NoReturn:
        raise RuntimeError("node failed to invoke")
