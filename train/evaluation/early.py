"""How early the answer is right: ink cut off after each twentieth of its length, as the server sees it while the pen moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realtime.rasterizer import Points, rasterize
from realtime.recognizer import FINAL, INTERIM, Recognizer
from train.data.dataset import OTHER, Ink
from train.evaluation.measures import Measured, answers

STEPS = 20


@dataclass(frozen=True)
class Early:
    """What was answered to unfinished ink.

    Attributes:
        settled: for each sample the share of its ink after which the best digit is right and stays right; 1 where it becomes so with
            the last twentieth, or is wrong to the end. Shape (n,).
        right: share of samples whose best digit is right after each twentieth, shape (STEPS,).
        unfinished: the answers to ink that was cut off, of all samples together.
    """

    settled: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]
    unfinished: Measured


def measure(recognizer: Recognizer, samples: Sequence[Ink]) -> Early:
    """Ask about the samples, digits all, after each twentieth of their ink; after the last, as finished ink."""
    rasters = np.stack([rasterize(first(sample.strokes, (step + 1) / STEPS)) for sample in samples for step in range(STEPS)])
    logits = answers(recognizer, rasters).reshape(len(samples), STEPS, 2, -1)
    targets = np.array([sample.target for sample in samples])
    asked = np.concatenate([logits[:, :-1, INTERIM], logits[:, -1:, FINAL]], axis=1)
    right = asked[..., :OTHER].argmax(axis=-1) == targets[:, None]
    # Steps at the end that are all right.
    stays = np.cumprod(right[:, ::-1], axis=1).sum(axis=1)
    settled = np.minimum(1.0, (STEPS - stays + 1) / STEPS)
    cut = Measured(logits[:, :-1, INTERIM].reshape(-1, logits.shape[-1]), np.repeat(targets, STEPS - 1))
    return Early(settled, right.mean(axis=0), cut)


def first(strokes: Sequence[Points], share: float) -> list[Points]:
    """The strokes up to a share of their length; a stroke that is only a dot has none and comes with what lies before it."""
    lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
    left = share * sum(float(length.sum()) for length in lengths)
    begun: list[Points] = []
    for stroke, length in zip(strokes, lengths, strict=True):
        if begun and left <= 0:
            break
        # The point at which the pen would have come too far is left out.
        begun.append(stroke[: 1 + int(np.searchsorted(length.cumsum(), left * (1 + 1e-6), side="right"))])
        left -= float(length.sum())
    return begun
