"""Tests of accuracy, calibration, rejection and early answers."""

import numpy as np
import pytest

pytest.importorskip("scipy")

from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS, rasterize
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Query
from tests.support.drawing import LabelledStrokes, stroke_arrays
from train.data import allographs
from train.data.augment import augment_strokes, beginning
from train.data.dataset import OTHER, LabelledInk
from train.evaluation import calibration, early
from train.evaluation.measures import Measured


def logits_of(probabilities: list[float]) -> np.ndarray:
    """Logits whose softmax over the digits is this, with a low one for other ink."""
    rest = (1 - sum(probabilities)) / (OTHER - len(probabilities))
    return np.log([*probabilities, *[rest] * (OTHER - len(probabilities)), 1e-9])


def test_accuracy_top_k_and_confusion() -> None:
    measured = Measured(np.stack([logits_of([0.6, 0.3, 0.05])] * 4), np.array([0, 0, 1, 2]))
    assert measured.accuracy == 0.5
    assert [measured.top_accuracy(k) for k in (1, 2, 3)] == [0.5, 0.75, 1.0]
    assert measured.confusion()[[0, 1, 2], 0].tolist() == [2, 1, 1]
    assert measured.mean_over(["a", "b", "b", "b"]) == pytest.approx((1 + 1 / 3) / 2)


def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    sure = Measured(np.stack([logits_of([0.9])] * 10), np.array([0] * 9 + [1]))
    assert sure.calibration_error(1.0) == pytest.approx(0, abs=1e-6)
    boastful = Measured(sure.logits, np.array([0] * 5 + [1] * 5))
    assert boastful.calibration_error(1.0) == pytest.approx(0.4, abs=1e-6)
    assert boastful.calibration_error(calibration.fit_temperature(boastful)) < 0.02


def test_ink_is_cut_off_by_its_length() -> None:
    strokes = [
        np.array([[0, 0], [10, 0], [20, 0]], np.float32),
        np.array([[0, 5], [20, 5]], np.float32),
    ]
    lengths = [
        sum(len(stroke) for stroke in early.first(strokes, scale))
        for scale in (0.05, 0.25, 0.5, 0.75, 1.0)
    ]
    assert lengths == [1, 2, 3, 4, 5]
    dot = [np.array([[3, 3]], np.float32)]
    assert len(early.first(dot, 0.05)) == 1


def test_early_answers_count_from_where_they_stay_right(
    recognizer: CharacterRecognizer, validation_samples: list[LabelledStrokes]
) -> None:
    samples = [
        LabelledInk(int(one.label), one.label, "", tuple(stroke_arrays(one.strokes)))
        for one in validation_samples[:30]
        if one.label
    ]
    measured = early.measure(recognizer.network.local, samples)
    final = [
        recognizer.recognize_raster(rasterize(sample.strokes), Query()).text == sample.label
        for sample in samples
    ]
    assert measured.right[-1] == np.mean(final)
    assert measured.settled.min() >= 1 / early.STEPS
    assert measured.settled.max() <= 1
    assert measured.settled.mean() < 0.75, "what the pen has not finished is guessed"
    assert (
        np.diff([(measured.settled <= scale).mean() for scale in np.arange(0, 1.01, 0.05)]) >= 0
    ).all()


def test_a_beginning_is_a_beginning() -> None:
    strokes = (
        np.arange(20, dtype=np.float32).reshape(10, 2),
        np.arange(20, 30, dtype=np.float32).reshape(5, 2),
    )
    rng = np.random.default_rng(1)
    cuts = [np.concatenate(beginning(strokes, rng)) for _ in range(200)]
    whole = np.concatenate(strokes)
    assert {len(cut) for cut in cuts} == set(range(1, 16))
    assert all(np.array_equal(cut, whole[: len(cut)]) for cut in cuts)


def test_rare_allographs_are_synthesised_for_each_digit_and_read(
    recognizer: CharacterRecognizer,
) -> None:
    rng = np.random.default_rng(11)
    validation_samples = [allographs.write(rng) for _ in range(300)]
    assert {digit for _, digit in validation_samples} == set(range(10))
    right = [
        recognizer.recognize_raster(rasterize(strokes), Query()).text == str(digit)
        for strokes, digit in validation_samples
    ]
    assert np.mean(right) > 0.97


def test_patterns_are_well_formed() -> None:
    for digit, one, other in allographs.PATTERNS:
        assert 0 <= digit < OTHER
        assert len(one) == len(other), f"{digit}: as many strokes in both extremes"


def test_augmented_strokes_are_rasters_and_the_same_for_the_same_seed() -> None:
    strokes, _ = allographs.write(np.random.default_rng(0))
    one, same = (augment_strokes(strokes, np.random.default_rng(5)) for _ in range(2))
    assert one.shape == (SIZE, SIZE, CHANNELS)
    assert np.array_equal(one, same)
