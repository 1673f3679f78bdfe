"""Tests of the measures of texts, and of the page that they are written into."""

from pathlib import Path

import pytest

from realtime.recognition.answer import Alternative, Answer
from train.data.lines import LabelledLine
from train.evaluation.page import write_between_markers
from train.evaluation.text_measures import (
    ReadText,
    character_error_rate,
    edit_distance,
    share_rejected,
    share_right,
    text_error,
)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)],
)
def test_edit_distances(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def read(text: str, written: str, probability: float = 1.0, *, rejected: bool = False) -> ReadText:
    line = LabelledLine(written.replace(" ", ""), "w", "test", (), text=written)
    alternatives = (Alternative(text, probability),) if text else ()
    return ReadText(line, Answer(alternatives, rejected=rejected))


def test_errors_are_a_share_of_what_was_written() -> None:
    some = [read("ab", "ab"), read("Abc d", "abcd"), read("", "xyz w")]
    assert character_error_rate(some) == pytest.approx((0 + 2 + 5) / 11)
    assert character_error_rate(some, folds_case=True) == pytest.approx((0 + 1 + 5) / 11)
    assert character_error_rate(some, with_spaces=False) == pytest.approx((0 + 1 + 4) / 10)
    assert share_right(some) == pytest.approx(1 / 3)


def test_rejection_and_calibration() -> None:
    some = [read("a", "a", 1.0), read("b", "a", 1.0, rejected=True)]
    assert share_rejected(some) == 0.5
    assert share_rejected(some, "joined") == 0.0
    assert text_error(some) == pytest.approx(0.5)
    assert character_error_rate([]) != character_error_rate([])


def test_a_page_keeps_what_is_outside_of_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- one -->\nold\n<!-- /one -->\nafter\n")
    write_between_markers(page, {"one": "| new |"})
    write_between_markers(page, {"one": "| newer |"})
    assert page.read_text() == "before\n<!-- one -->\n| newer |\n<!-- /one -->\nafter\n"
    with pytest.raises(ValueError, match="other"):
        write_between_markers(page, {"other": ""})
