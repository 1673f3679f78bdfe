"""Tests of the estimate of a line's baseline and x-height."""

import numpy as np
import pytest

from realtime.recognition.characters.box import Box
from realtime.recognition.text.letter_places import LetterPlaceScorer, LetterSpread, LineMetric
from realtime.recognition.text.line_metric import estimate

LABELS = "xXgl."
SPREADS = [
    LetterSpread(1.0, 0.15, 0.0, 0.1, 0.9, 0.3),
    LetterSpread(1.8, 0.15, 0.0, 0.1, 1.3, 0.3),
    LetterSpread(1.0, 0.15, -0.9, 0.2, 0.9, 0.3),
    LetterSpread(1.9, 0.15, 0.0, 0.1, 0.3, 0.3),
    LetterSpread(0.15, 0.15, 0.0, 0.1, 0.1, 0.2),
]


def boxes_of(text: str, *, unit: float, base: float, slope: float = 0.0) -> list[Box]:
    boxes, x = [], 100.0
    for character in text:
        spread = SPREADS[LABELS.index(character)]
        at = base + slope * (x + spread.width * unit / 2)
        box = Box(x, at - spread.top * unit, x + spread.width * unit, at - spread.bottom * unit)
        boxes.append(box)
        x = box.right + 0.3 * unit
    return boxes


def known(text: str) -> np.ndarray:
    shares = np.full((len(text), len(LABELS)), -30.0)
    shares[range(len(text)), [LABELS.index(one) for one in text]] = 0.0
    return shares


@pytest.mark.parametrize("unit", [0.5, 20.0, 3000.0])
@pytest.mark.parametrize("text", ["x", "xlx", "lxgl", "XXX", "lll", "gx.", "XxXx"])
@pytest.mark.parametrize("slope", [0.0, 0.08])
def test_known_labels_tell_the_metric(text: str, unit: float, slope: float) -> None:
    base = 7 * unit
    boxes = boxes_of(text, unit=unit, base=base, slope=slope)
    metric = estimate(boxes, known(text), SPREADS)
    assert metric.x_height == pytest.approx(unit, rel=0.12)
    middle = float(np.mean([(box.left + box.right) / 2 for box in boxes]))
    at_middle = metric.baseline + metric.slope * middle
    assert at_middle == pytest.approx(base + slope * middle, abs=0.15 * unit)


def test_letters_whose_shape_tells_their_case_measure_the_others() -> None:
    # An x or X, whose shape does not tell, after an l and before a g.
    shares = known("lxg")
    shares[1, LABELS.index("X")] = 0.0
    for written, expected in (("lxg", "x"), ("lXg", "X")):
        boxes = boxes_of(written, unit=20.0, base=100.0)
        metric = estimate(boxes, shares, SPREADS)
        scores = LetterPlaceScorer(SPREADS).scores([metric.place_of(boxes[1])])[0]
        assert "xX"[int(scores[:2].argmax())] == expected


def test_one_stray_box_moves_nothing() -> None:
    boxes = boxes_of("xlxgx", unit=20.0, base=100.0)
    stray = [*boxes, Box(400, -900, 405, -880)]
    shares = np.vstack([known("xlxgx"), np.zeros(len(LABELS))])
    one, other = (estimate(some, shares[: len(some)], SPREADS) for some in (boxes, stray))
    assert other.x_height == pytest.approx(one.x_height, rel=0.1)
    assert other.place_of(boxes[0]).bottom == pytest.approx(0.0, abs=0.15)


@pytest.mark.parametrize(
    "box", [Box(5, 5, 5, 5), Box(0, 0, 1e-6, 0), Box(-1e6, 0, 1e6, 0), Box(0, -1e6, 0, 1e6)]
)
def test_any_single_box_has_a_metric(box: Box) -> None:
    metric = estimate([box], np.zeros((1, len(LABELS))), SPREADS)
    assert metric.x_height > 0
    assert np.isfinite(metric).all()
    assert np.isfinite(metric.place_of(box)).all()


def test_places_are_measured_from_the_baseline() -> None:
    metric = LineMetric(10.0, 100.0, 0.0, 0.3)
    assert metric.place_of(Box(0, 85, 5, 102)) == (1.5, -0.2, 0.5)
    assert metric.place_of(Box(0, -9000, 5, 9000))[0] < 10
