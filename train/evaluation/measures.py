"""Measures of a recognizer as it is served: accuracy, confusion, rejection and calibration.

The logits are those of the exported file, on rasters of the serving rasterizer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from realtime.ink.stroke import FinishedInk, PointArray
from realtime.recognition.characters.mending import mend
from realtime.recognition.characters.network import FINAL, CharacterNetwork
from realtime.recognition.characters.rasterizer import (
    PEN_WIDTH,
    LiveRaster,
    Raster,
    raster_of,
)
from train.data.dataset import LabelledInk, Pictures

Rasters = npt.NDArray[np.float32]
Logits = npt.NDArray[np.float64]
Targets = npt.NDArray[np.int64]

CALIBRATION_BINS = 15


def rasters_of(samples: Iterable[LabelledInk], *, pen_width: float = PEN_WIDTH) -> Rasters:
    """Rasterize samples as the server does; float32 of shape (n, 28, 28, 3)."""
    return np.stack([served_raster(sample.strokes, pen_width=pen_width) for sample in samples])


def served_raster(strokes: Iterable[PointArray], *, pen_width: float = PEN_WIDTH) -> Raster:
    """The raster of mended ink, as the server draws it; see `rasterize`."""
    return LiveRaster(pen_width).draw(mend(FinishedInk.of_points(strokes)))


def rasters_of_pictures(pictures: Pictures) -> Rasters:
    """MNIST's pictures as `/predict` passes them to the network; float32 (n, 28, 28, 3)."""
    return np.stack([raster_of(picture) for picture in pictures.rasters])


def targets_of(samples: Iterable[LabelledInk]) -> Targets:
    """Class indices, shape (n,)."""
    return np.array([sample.target for sample in samples], np.int64)


@dataclass(frozen=True)
class Measured:
    """One head's logits, shape (n, labels + 1), for one source, and class indices, shape (n,)."""

    logits: Logits
    targets: Targets

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether the best digit is right, shape (n,)."""
        return np.asarray(self.logits[:, :-1].argmax(axis=1) == self.targets)

    @property
    def accuracy(self) -> float:
        """Share of samples whose best digit is right."""
        return float(self.right.mean())

    def top_accuracy(self, k: int) -> float:
        """Share of samples whose digit is among the best k."""
        best = np.argsort(-self.logits[:, :-1], axis=1)[:, :k]
        return float((best == self.targets[:, None]).any(axis=1).mean())

    def confusion(self) -> npt.NDArray[np.int64]:
        """Counts by label, square: row the label written, column the label read."""
        labels = self.logits.shape[1] - 1
        matrix = np.zeros((labels, labels), np.int64)
        np.add.at(matrix, (self.targets, self.logits[:, :-1].argmax(axis=1)), 1)
        return matrix

    def rejection(self) -> npt.NDArray[np.float64]:
        """The probability of "none of these", shape (n,)."""
        return softmax(self.logits, axis=1)[:, -1]

    def rejected(self, threshold: float) -> float:
        """Share of samples that a threshold on "none of these" rejects."""
        return float((self.rejection() > threshold).mean())

    def probabilities(self, temperature: float) -> npt.NDArray[np.float64]:
        """The probabilities of the digits alone, as they are served, shape (n, 10)."""
        return softmax(self.logits[:, :-1] / temperature, axis=1)

    def reliability(self, temperature: float) -> npt.NDArray[np.float64]:
        """Sample count, mean confidence and accuracy by confidence.

        Returns:
            One row for each of `CALIBRATION_BINS` equal-width bins, shape (bins, 3).
        """
        confidence = self.probabilities(temperature).max(axis=1)
        bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
        rows = []
        for members in (bins == b for b in range(CALIBRATION_BINS)):
            means = (
                [confidence[members].mean(), self.right[members].mean()]
                if members.any()
                else [0, 0]
            )
            rows.append([members.sum(), *means])
        return np.array(rows, np.float64)

    def calibration_error(self, temperature: float) -> float:
        """Expected calibration error (Naeini, Cooper, Hauskrecht, 2015), 0 to 1."""
        count, confidence, accuracy = self.reliability(temperature).T
        return float((count * abs(confidence - accuracy)).sum() / count.sum())

    def select(self, chosen: npt.NDArray) -> "Measured":
        """The chosen samples alone, by mask or indices."""
        return Measured(self.logits[chosen], self.targets[chosen])

    def mean_over(self, writers: Sequence[str]) -> float:
        """Mean over writers of the accuracy on each writer's samples.

        Args:
            writers: who wrote each sample, n of them.
        """
        names = np.array(writers)
        return float(np.mean([self.right[names == name].mean() for name in np.unique(names)]))


def join(parts: Iterable[Measured]) -> Measured:
    """Concatenate several sources."""
    parts = list(parts)
    logits = np.concatenate([part.logits for part in parts])
    return Measured(logits, np.concatenate([part.targets for part in parts]))


def logits_of(recognizer: CharacterNetwork, rasters: Rasters) -> npt.NDArray[np.float64]:
    """Logits of both heads, shape (n, 2, labels + 1), for rasters of shape (n, 28, 28, 3)."""
    return np.stack([recognizer.logits(raster) for raster in rasters]).astype(np.float64)


def measure(recognizer: CharacterNetwork, rasters: Rasters, targets: Targets) -> Measured:
    """Measure the served file on finished ink, float32 rasters of shape (n, 28, 28, 3)."""
    return Measured(logits_of(recognizer, rasters)[:, FINAL], targets)
