"""Measures a recognizer as it is served: the exported file, the serving rasterizer, the validation writers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from realtime.rasterizer import PEN_WIDTH, rasterize, without_direction
from realtime.recognizer import FINAL, Recognizer
from train.data.dataset import OTHER, Ink, Pictures

Rasters = npt.NDArray[np.uint8]
Logits = npt.NDArray[np.float64]
Targets = npt.NDArray[np.int64]

FALSE_REJECTS = 0.01  # share of real digits that may be rejected
CALIBRATION_BINS = 15


def rasters_of(samples: Iterable[Ink], *, pen_width: float = PEN_WIDTH) -> Rasters:
    """Draw samples as the server does; uint8 of shape (n, 28, 28, 3)."""
    return np.stack([rasterize(sample.strokes, pen_width=pen_width) for sample in samples])


def rasters_of_pictures(pictures: Pictures) -> Rasters:
    """MNIST's pictures as `/predict` hands them to the network; uint8 of shape (n, 28, 28, 3)."""
    return np.stack([without_direction(picture) for picture in pictures.rasters])


def targets_of(samples: Iterable[Ink]) -> Targets:
    """Class indices, shape (n,)."""
    return np.array([sample.target for sample in samples], np.int64)


@dataclass(frozen=True)
class Measured:
    """What one head answered to one source: logits of shape (n, labels + 1) and class indices of shape (n,)."""

    logits: Logits
    targets: Targets

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whose best digit is right, shape (n,)."""
        return np.asarray(self.logits[:, :OTHER].argmax(axis=1) == self.targets)

    @property
    def accuracy(self) -> float:
        """Share of samples whose best digit is right."""
        return float(self.right.mean())

    def top_accuracy(self, k: int) -> float:
        """Share of samples whose digit is among the best k."""
        best = np.argsort(-self.logits[:, :OTHER], axis=1)[:, :k]
        return float((best == self.targets[:, None]).any(axis=1).mean())

    def confusion(self) -> npt.NDArray[np.int64]:
        """Counts of shape (10, 10): row the digit written, column the digit read."""
        matrix = np.zeros((OTHER, OTHER), np.int64)
        np.add.at(matrix, (self.targets, self.logits[:, :OTHER].argmax(axis=1)), 1)
        return matrix

    def rejection(self) -> npt.NDArray[np.float64]:
        """The probability of "none of these", shape (n,)."""
        return softmax(self.logits, axis=1)[:, OTHER]

    def rejected(self, threshold: float) -> float:
        """Share of samples that a threshold on "none of these" rejects."""
        return float((self.rejection() > threshold).mean())

    def probabilities(self, temperature: float) -> npt.NDArray[np.float64]:
        """Of the digits alone, as they are served, shape (n, 10)."""
        return softmax(self.logits[:, :OTHER] / temperature, axis=1)

    def reliability(self, temperature: float) -> npt.NDArray[np.float64]:
        """For each of `CALIBRATION_BINS` equal-width bins of confidence: its samples, their mean confidence and accuracy; (bins, 3)."""
        confidence = self.probabilities(temperature).max(axis=1)
        bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
        members = [bins == b for b in range(CALIBRATION_BINS)]
        return np.array([[m.sum(), confidence[m].mean(), self.right[m].mean()] if m.any() else [0, 0, 0] for m in members])

    def calibration_error(self, temperature: float) -> float:
        """Expected calibration error (Naeini, Cooper, Hauskrecht, 2015), 0 to 1."""
        count, confidence, accuracy = self.reliability(temperature).T
        return float((count * abs(confidence - accuracy)).sum() / count.sum())

    def select(self, chosen: npt.NDArray) -> "Measured":
        """Those samples alone."""
        return Measured(self.logits[chosen], self.targets[chosen])

    def mean_over(self, writers: Sequence[str]) -> float:
        """Mean of the accuracies of each writer's samples; `writers` says who wrote which."""
        names = np.array(writers)
        return float(np.mean([self.right[names == name].mean() for name in np.unique(names)]))


def join(parts: Iterable[Measured]) -> Measured:
    """Several sources as one."""
    parts = list(parts)
    return Measured(np.concatenate([p.logits for p in parts]), np.concatenate([p.targets for p in parts]))


def fit_temperature(digits: Measured) -> float:
    """The temperature that minimises the negative log-likelihood of digits (Guo et al., 2017, section 4.2)."""

    def loss(log_temperature: float) -> float:
        probabilities = digits.probabilities(float(np.exp(log_temperature)))
        return float(-np.log(probabilities[np.arange(len(digits.targets)), digits.targets] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def fit_reject_threshold(digits: Measured) -> float:
    """The threshold on "none of these" that rejects `FALSE_REJECTS` of the given digits."""
    return float(np.quantile(digits.rejection(), 1 - FALSE_REJECTS))


def crossed_calibration_error(digits: Measured, writers: Sequence[str]) -> float:
    """The calibration error when each half of the writers is measured with the temperature fitted on the other half."""
    names = np.array(writers)
    first = np.isin(names, np.unique(names)[::2])
    halves = []
    for half in (first, ~first):
        temperature = fit_temperature(digits.select(~half))
        part = digits.select(half)
        halves.append(Measured(part.logits / temperature, part.targets))
    return join(halves).calibration_error(1.0)


def answers(recognizer: Recognizer, rasters: Rasters) -> npt.NDArray[np.float64]:
    """Logits of both heads, shape (n, 2, labels + 1), for uint8 rasters of shape (n, 28, 28, 3)."""
    return np.stack([recognizer.logits(raster) for raster in rasters]).astype(np.float64)


def measure(recognizer: Recognizer, rasters: Rasters, targets: Targets) -> Measured:
    """What the served file says of finished ink, uint8 rasters of shape (n, 28, 28, 3)."""
    return Measured(answers(recognizer, rasters)[:, FINAL], targets)
