"""Tests of reading digits beside each other on pictures."""

import time

import cv2
import numpy as np
import pytest

from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Query
from realtime.recognition.rows.pieces import MOST_PIECES, parts_of
from realtime.recognition.rows.recognizer import PictureRowRecognizer
from tests.support.row_pictures import row_picture, two_rows

# CPU time that a row of six digits may take, s, on a machine that does other things, too.
LONGEST_S = 0.1


@pytest.mark.parametrize("text", ["11", "207", "4755", "1234567890"])
@pytest.mark.parametrize("gap", [35.0, 20.0])
def test_spaced_digits_are_read(rows: PictureRowRecognizer, text: str, gap: float) -> None:
    answer = rows.recognize_row(row_picture(text, gap=gap), Query())
    assert answer is not None
    assert (answer.text, answer.value, answer.rejected) == (text, int(text), False)
    assert [segment.label for segment in answer.segments] == list(text)
    lefts = [segment.box[0] for segment in answer.segments]
    assert lefts == sorted(lefts)
    assert sum(one.probability for one in answer.alternatives) <= 1 + 1e-9


@pytest.mark.parametrize(("text", "gap"), [("82", -8.0), ("23", -4.0), ("253", -4.0)])
def test_touching_digits_are_cut_apart(rows: PictureRowRecognizer, text: str, gap: float) -> None:
    picture = row_picture(text, gap=gap)
    assert len(parts_of(picture).pieces) == 1
    answer = rows.recognize_row(picture, Query())
    assert answer is not None
    assert answer.text == text


@pytest.mark.parametrize("digit", list("0123456789"))
@pytest.mark.parametrize("pen", [4, 10, 18])
def test_a_digit_alone_is_no_row(rows: PictureRowRecognizer, digit: str, pen: int) -> None:
    assert rows.recognize_row(row_picture(digit, pen=pen), Query()) is None


def test_a_digit_whose_bar_came_off_is_one(
    rows: PictureRowRecognizer, recognizer: CharacterRecognizer
) -> None:
    picture = row_picture("5")
    # A strip of paper between the bar and the rest.
    cv2.line(picture, (0, 68), (picture.shape[1], 68), 0, 4)
    assert len(parts_of(picture).pieces) > 1
    assert recognizer.recognize_picture(picture, Query()).text == "5"
    assert rows.recognize_row(picture, Query()) is None


@pytest.mark.parametrize(("upper", "lower"), [("12", "34"), ("207", "8"), ("4", "1234")])
def test_two_rows_are_refused_and_never_mixed(
    rows: PictureRowRecognizer, upper: str, lower: str
) -> None:
    answer = rows.recognize_row(two_rows(upper, lower), Query())
    assert answer is not None
    assert (answer.rejected, answer.alternatives) == (True, ())
    assert answer.reason == "rows"


def test_ink_of_other_sizes_about_a_digit_is_no_row(rows: PictureRowRecognizer) -> None:
    picture = row_picture("7")
    picture = np.pad(picture, ((0, 0), (0, 200)))
    cv2.line(picture, (picture.shape[1] - 40, 150), (picture.shape[1] - 40, 165), 255, 5)
    assert rows.recognize_row(picture, Query()) is None


def test_letters_are_rejected(rows: PictureRowRecognizer) -> None:
    picture = np.zeros((160, 520), np.uint8)
    cv2.putText(picture, "HAMWKX", (20, 120), cv2.FONT_HERSHEY_SIMPLEX, 3, 255, 8)
    answer = rows.recognize_row(picture, Query())
    assert answer is None or answer.rejected


@pytest.mark.parametrize("spread", [14, 22, 40])
def test_any_ink_is_answered_within_the_limits(rows: PictureRowRecognizer, spread: int) -> None:
    rng = np.random.default_rng(spread)
    picture = np.zeros((200, 512), np.uint8)
    for _ in range(120):
        x, y = rng.integers(0, 490), rng.integers(0, 190)
        end = (int(x + rng.integers(-spread, spread)), int(y + rng.integers(-spread, spread)))
        cv2.line(picture, (int(x), int(y)), end, 255, 3)
    started = time.process_time()
    rows.recognize_row(picture, Query())
    assert time.process_time() - started < 10 * LONGEST_S


def test_six_digits_take_a_few_milliseconds(rows: PictureRowRecognizer) -> None:
    picture = row_picture("402957")
    rows.recognize_row(picture, Query())
    started = time.process_time()
    rows.recognize_row(picture, Query())
    assert time.process_time() - started < LONGEST_S


def test_a_row_of_many_touching_digits_has_a_bounded_number_of_pieces(
    rows: PictureRowRecognizer,
) -> None:
    picture = row_picture("0" * 40, gap=-6)
    found = parts_of(picture)
    nodes = {piece for node in rows.reader.lattice(found).nodes for piece in node.group.ids}
    assert len(nodes) <= MOST_PIECES
