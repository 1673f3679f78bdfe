"""Lines of strokes become pictures whose ink the service finds."""

import numpy as np
import pytest

from tests.support.pen_lines import write_text
from tests.support.pens import WRITING_STYLES
from train.data.lines import LabelledLine
from train.data.picture_texts import HIGHEST, WIDEST, drawn, found_ink


def line(text: str) -> LabelledLine:
    strokes = tuple(
        np.array([(x, y) for x, y, _, _ in stroke.points], np.float32)
        for stroke in write_text(text, WRITING_STYLES["neat"], text)
    )
    return LabelledLine(text.replace(" ", ""), "", "", strokes, text=text)


@pytest.mark.parametrize("seed", range(4))
def test_a_line_is_drawn_with_its_text(seed: int) -> None:
    one = drawn(line("the cat"), np.random.default_rng(seed))
    assert one.text == "the cat"
    height, width = one.picture.shape
    assert height < 3 * HIGHEST
    assert width < 2 * WIDEST
    assert one.picture.max() == 255
    border = np.concatenate([one.picture[0], one.picture[-1], one.picture[:, 0]])
    assert not border.any()
    ink = found_ink(one.picture)
    # Nothing of it is lost, the dot or the bar of a letter neither.
    assert (ink > 128).sum() > 0.8 * (one.picture > 128).sum()


def test_a_long_line_is_drawn_smaller() -> None:
    one = drawn(line("a line of many words that goes on and on"), np.random.default_rng(1))
    assert one.picture.shape[1] < WIDEST + 4 * HIGHEST


@pytest.mark.parametrize("text", [".", "-", "i", "l"])
def test_what_is_flat_or_narrow_or_a_point_is_drawn_too(text: str) -> None:
    one = drawn(line(text) if text != "." else dot(), np.random.default_rng(1))
    assert one.picture.max() == 255
    assert max(one.picture.shape) < 3 * HIGHEST


def dot() -> LabelledLine:
    return LabelledLine(".", "", "", (np.array([[5, 5]], np.float32),), text=".")
