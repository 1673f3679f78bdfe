"""Measures of early recognition: answers to ink cut off after each twentieth of its length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realtime.ink.stroke import PointArray
from realtime.recognition.characters.network import FINAL, INTERIM, CharacterNetwork
from train.data.dataset import OTHER, LabelledInk
from train.evaluation.measures import Measured, logits_of, served_raster

STEPS = 20


@dataclass(frozen=True)
class Early:
    """The answers to unfinished ink.

    Attributes:
        settled: for each sample the share of its ink after which the best digit is right and stays
            right, shape (n,); 1 where it becomes so with the last twentieth, or is wrong to the
            end.
        right: share of samples whose best digit is right after each twentieth, shape (STEPS,).
        unfinished: the answers to ink that was cut off, of all samples together.
    """

    settled: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]
    unfinished: Measured


def measure(recognizer: CharacterNetwork, samples: Sequence[LabelledInk]) -> Early:
    """Measure digits after each twentieth of their ink; after the last, as finished ink."""
    shares = [(step + 1) / STEPS for step in range(STEPS)]
    rasters = np.stack(
        [served_raster(first(sample.strokes, share)) for sample in samples for share in shares]
    )
    logits = logits_of(recognizer, rasters).reshape(len(samples), STEPS, 2, -1)
    targets = np.array([sample.target for sample in samples])
    served = np.concatenate([logits[:, :-1, INTERIM], logits[:, -1:, FINAL]], axis=1)
    right = served[..., :OTHER].argmax(axis=-1) == targets[:, None]
    # The number of steps at the end that are all right.
    stays = np.cumprod(right[:, ::-1], axis=1).sum(axis=1)
    settled = np.minimum(1.0, (STEPS - stays + 1) / STEPS)
    unfinished = logits[:, :-1, INTERIM].reshape(-1, logits.shape[-1])
    cut = Measured(unfinished, np.repeat(targets, STEPS - 1))
    return Early(settled, right.mean(axis=0), cut)


def first(strokes: Sequence[PointArray], share: float) -> list[PointArray]:
    """The strokes up to a share of their length.

    A stroke that is only a dot has no length, and comes with what lies before it.
    """
    lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
    left = share * sum(float(length.sum()) for length in lengths)
    begun: list[PointArray] = []
    for stroke, length in zip(strokes, lengths, strict=True):
        if begun and left <= 0:
            break
        # The point at which the pen would have come too far is left out.
        within = np.searchsorted(length.cumsum(), left * (1 + 1e-6), side="right")
        begun.append(stroke[: 1 + int(within)])
        left -= float(length.sum())
    return begun
