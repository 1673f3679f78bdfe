"""Tests of a session's edits and their history."""

from realtime.ink.drawing import HISTORY_STEPS
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.setting_groups import DrawingLimits
from tests.support.drawing import ONE, SEVEN, ink_message
from tests.support.session_driver import SessionDriver, top


def test_undo_and_redo_step_through_strokes(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    both = driver.stroke(1, ONE[0])
    assert driver.do("undo").strokes == 1
    assert driver.do("undo").empty
    assert driver.do("undo").empty
    assert driver.do("redo").strokes == 1
    assert driver.do("redo").top == both.top
    assert driver.do("redo").strokes == 2


def test_a_new_edit_empties_the_redo_history(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    driver.do("undo")
    driver.stroke(0, ONE[0])
    assert driver.do("redo").strokes == 1


def test_erase_and_clear_can_be_undone(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    both = driver.stroke(4, ONE[0])
    assert driver.do("erase", stroke=0).strokes == 1
    assert driver.do("clear").empty
    assert driver.do("undo").strokes == 1
    assert driver.do("undo").top == both.top
    assert driver.do("redo").strokes == 1


def test_clearing_nothing_is_nothing_to_undo(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    driver.do("clear")
    driver.do("clear")
    assert driver.do("undo").strokes == 1


def test_undo_of_an_open_stroke_abandons_it(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0])
    driver.stroke(1, ONE[0], end=False)
    assert driver.do("undo").strokes == 1
    assert driver.do("redo").strokes == 1
    assert driver.do("undo").empty


def test_erase_of_an_open_stroke_abandons_it(driver: SessionDriver) -> None:
    driver.stroke(0, SEVEN[0], end=False)
    answer = driver.do("erase", stroke=0)
    assert (answer.empty, answer.final) == (True, True)
    assert driver.do("undo").empty


def test_ink_replaces_everything_and_can_be_undone_stroke_by_stroke(driver: SessionDriver) -> None:
    driver.stroke(7, ONE[0])
    driver.stroke(8, ONE[0], end=False)
    driver.seq += 1
    answer = driver.send(ink_message(driver.seq, [*SEVEN, *ONE]))
    assert answer is not None
    assert (answer.final, answer.strokes) == (True, 2)
    assert top(driver.do("undo")) == "7"
    assert driver.do("undo").empty
    assert driver.do("undo").empty


def test_ink_numbers_its_strokes_from_zero(driver: SessionDriver) -> None:
    driver.seq += 1
    driver.send(ink_message(driver.seq, [*SEVEN, *ONE]))
    assert driver.refused("points", stroke=1, x=[1], y=[1], t=[1]).code == "unknown_stroke"
    assert driver.do("erase", stroke=1).strokes == 1


def test_the_history_is_bounded(recognizer: CharacterRecognizer) -> None:
    driver = SessionDriver(recognizer, DrawingLimits(session_points=100))
    for number in range(HISTORY_STEPS + 20):
        driver.stroke(number, ONE[0])
        driver.do("clear")
    undone = 0
    while not (answer := driver.do("undo")).empty or undone < 2:
        undone += 1
        assert undone <= 2 * HISTORY_STEPS
    assert answer.empty
