"""Tests of temperatures and reject thresholds, which are fitted for writers to come."""

import numpy as np
import pytest

from train.data.dataset import OTHER
from train.evaluation import calibration, measures
from train.evaluation.measures import Measured


def logits_of(probabilities: list[float]) -> np.ndarray:
    """Logits whose softmax over the digits is this, with a low one for other ink."""
    rest = (1 - sum(probabilities)) / (OTHER - len(probabilities))
    return np.log([*probabilities, *[rest] * (OTHER - len(probabilities)), 1e-9])


def rejections(*of_writers: np.ndarray) -> tuple[Measured, list[str]]:
    """Zeros with these logits of "none of these", and the name of the writer of each."""
    none = np.concatenate(of_writers)
    logits = np.zeros((len(none), OTHER + 1))
    logits[:, OTHER] = none
    writers = [str(number) for number, one in enumerate(of_writers) for _ in one]
    return Measured(logits, np.zeros(len(none), np.int64)), writers


def test_crossed_calibration_never_measures_writers_by_their_own_temperature() -> None:
    calm = Measured(np.stack([logits_of([0.9])] * 100), np.array([0] * 90 + [1] * 10))
    boastful = Measured(calm.logits * 3, calm.targets)
    both = measures.join([calm, boastful])
    writers = ["a"] * 100 + ["b"] * 100
    assert calibration.crossed_calibration_error(both, writers) > both.calibration_error(
        calibration.fit_temperature(both)
    )


def test_the_threshold_rejects_one_digit_in_a_hundred() -> None:
    alike = [np.linspace(-5, 5, 400)] * 10
    digits, writers = rejections(*alike)
    threshold = calibration.fit_reject_threshold(digits, writers)
    assert digits.rejected(threshold) == pytest.approx(calibration.FALSE_REJECTS, abs=0.002)
    assert calibration.crossed_rejects(digits, writers) == pytest.approx(0.01, abs=0.002)


def test_the_threshold_holds_for_writers_that_it_was_not_fitted_to() -> None:
    rng = np.random.default_rng(3)
    # Writers differ among themselves more than their digits do.
    digits, writers = rejections(*(rng.normal(rng.normal(), 0.3, 100) for _ in range(40)))
    by_samples = float(np.quantile(digits.rejection(), 0.99))
    by_writers = calibration.fit_reject_threshold(digits, writers)
    unseen, _ = rejections(*(rng.normal(rng.normal(), 0.3, 100) for _ in range(2000)))
    assert by_writers > by_samples
    assert unseen.rejected(by_samples) > unseen.rejected(by_writers)
