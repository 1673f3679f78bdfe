"""Measures a recognizer as it is served: the exported file, the serving rasterizer, the validation writers."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from realtime.rasterizer import rasterize
from realtime.recognizer import Recognizer, softmax
from train.dataset import OTHER, Ink

Logits = npt.NDArray[np.float64]
Targets = npt.NDArray[np.int64]

FALSE_REJECTS = 0.01  # share of real digits that may be rejected
CALIBRATION_BINS = 15


def rasters_of(samples: Iterable[Ink]) -> npt.NDArray[np.uint8]:
    """Draw samples as the server does; uint8 of shape (n, 28, 28)."""
    return np.stack([rasterize(sample.strokes) for sample in samples])


def targets_of(samples: Iterable[Ink]) -> Targets:
    """Class indices, shape (n,)."""
    return np.array([sample.target for sample in samples], np.int64)


@dataclass(frozen=True)
class Measured:
    """One source: logits of shape (n, labels + 1) and class indices of shape (n,)."""

    logits: Logits
    targets: Targets

    @property
    def accuracy(self) -> float:
        """Share of samples whose best digit is right."""
        return float((self.logits[:, :OTHER].argmax(axis=1) == self.targets).mean())

    @property
    def loss(self) -> float:
        """Mean negative log-likelihood over all classes."""
        return float(-np.log(softmax(self.logits.astype(np.float64))[np.arange(len(self.targets)), self.targets] + 1e-12).mean())

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
        return softmax(self.logits)[:, OTHER]

    def calibration_error(self, temperature: float) -> float:
        """Expected calibration error over equal-width bins of confidence (Naeini et al., 2015), 0 to 1."""
        probabilities = softmax(self.logits[:, :OTHER] / temperature)
        confidence = probabilities.max(axis=1)
        right = probabilities.argmax(axis=1) == self.targets
        bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
        return float(sum(abs((right[bins == b]).sum() - confidence[bins == b].sum()) for b in range(CALIBRATION_BINS)) / len(right))


def join(parts: Iterable[Measured]) -> Measured:
    """Several sources as one."""
    parts = list(parts)
    return Measured(np.concatenate([p.logits for p in parts]), np.concatenate([p.targets for p in parts]))


def fit_temperature(digits: Measured) -> float:
    """The temperature that minimises the negative log-likelihood of digits (Guo et al., 2017, section 4.2)."""

    def loss(log_temperature: float) -> float:
        probabilities = softmax(digits.logits[:, :OTHER] / np.exp(log_temperature))
        return float(-np.log(probabilities[np.arange(len(digits.targets)), digits.targets] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def fit_reject_threshold(digits: Measured) -> float:
    """The threshold on "none of these" that rejects `FALSE_REJECTS` of the given digits."""
    return float(np.quantile(digits.rejection(), 1 - FALSE_REJECTS))


def measure(recognizer: Recognizer, rasters: npt.NDArray[np.uint8], targets: Targets) -> Measured:
    """Run the served file over uint8 rasters of shape (n, 28, 28)."""
    return Measured(np.stack([recognizer.logits(raster) for raster in rasters]).astype(np.float64), targets)
