"""Calibration of a network on writers that it has not seen: temperature and reject threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from realtime.recognition.model_card import Calibration
from train.evaluation.measures import Measured, join

FALSE_REJECTS = 0.01  # share of a new writer's digits that may be rejected
_BISECTIONS = 12  # of the share to aim at, to 0.0005 %


def calibrate(digits: Measured, writers: Sequence[str]) -> Calibration:
    """Temperature and reject threshold, rounded as the model card has them.

    Args:
        digits: one head's answers.
        writers: who wrote each, n of them.
    """
    return Calibration(
        temperature=round(fit_temperature(digits), 4),
        reject_threshold=round(fit_reject_threshold(digits, writers), 6),
    )


def fit_temperature(digits: Measured) -> float:
    """The temperature that minimises the negative log-likelihood of digits.

    Guo et al., "On calibration of modern neural networks", 2017, section 4.2.
    """
    each = np.arange(len(digits.targets))

    def loss(log_temperature: float) -> float:
        probabilities = digits.probabilities(float(np.exp(log_temperature)))
        return float(-np.log(probabilities[each, digits.targets] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def fit_reject_threshold(digits: Measured, writers: Sequence[str]) -> float:
    """The threshold on "none of these" that rejects `FALSE_REJECTS` of new writers' digits.

    Digits of one writer are alike, so that a threshold for one in a hundred of those at hand
    rejects more of other writers. So the share to aim at is the one with which the digits of
    writers who are left out in turn are rejected as often as promised. All digits count the same:
    some writers gave so few that one of them would decide.
    """
    rejections = _Rejections.of(digits, writers)
    enough, too_many = 0.0, 2 * FALSE_REJECTS
    for _ in range(_BISECTIONS):
        share = (enough + too_many) / 2
        if rejections.share_of_left_out(share) <= FALSE_REJECTS:
            enough = share
        else:
            too_many = share
    return rejections.threshold(enough)


def crossed_rejects(digits: Measured, writers: Sequence[str]) -> float:
    """Share of the digits that are rejected by the threshold fitted to all other writers."""
    names = np.array(writers)
    rejected = 0.0
    for name in np.unique(names):
        own = names == name
        threshold = fit_reject_threshold(digits.select(~own), names[~own].tolist())
        rejected += digits.select(own).rejected(threshold) * own.sum()
    return float(rejected / len(names))


@dataclass(frozen=True)
class _Rejections:
    """The probabilities of "none of these", ascending.

    Attributes:
        probability: of each sample, shape (n,).
        writer: index of who wrote it, shape (n,).
    """

    probability: npt.NDArray[np.float64]
    writer: npt.NDArray[np.int64]

    @classmethod
    def of(cls, digits: Measured, writers: Sequence[str]) -> "_Rejections":
        _, writer = np.unique(writers, return_inverse=True)
        probability = digits.rejection()
        order = np.argsort(probability)
        return cls(probability[order], writer[order])

    def threshold(self, share: float, *, without: int | None = None) -> float:
        """The threshold that rejects this share, if it is fitted without one of the writers."""
        kept = self.probability if without is None else self.probability[self.writer != without]
        return float(np.quantile(kept, 1 - share))

    def share_of_left_out(self, share: float) -> float:
        """The share rejected if each writer's digits meet the threshold of all others."""
        rejected = 0
        for writer in range(self.writer.max() + 1):
            own = self.probability[self.writer == writer]
            rejected += int((own > self.threshold(share, without=writer)).sum())
        return rejected / len(self.probability)


def crossed_calibration_error(digits: Measured, writers: Sequence[str]) -> float:
    """The calibration error by twofold cross-validation over writers.

    Each half of the writers is measured with the temperature fitted on the other half.
    """
    names = np.array(writers)
    first = np.isin(names, np.unique(names)[::2])
    halves = []
    for half in (first, ~first):
        temperature = fit_temperature(digits.select(~half))
        part = digits.select(half)
        halves.append(Measured(part.logits / temperature, part.targets))
    return join(halves).calibration_error(1.0)
