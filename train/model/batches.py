"""What networks learn from, batch by batch: a draw's rasters, its labels, its teachers' logits."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from train.data import rendered_pool
from train.data.rendered_pool import Draw
from train.data.stored_rasters import from_stored

BATCH = 128
LABEL_SMOOTHING = 0.02  # a few per cent of UniPen's labels are wrong
# Finished ink is also an example of ink that is nearly finished, but such an answer comes too late
# to be of much use.
FINISHED_AS_UNFINISHED = 0.25


def write_teacher_logits(teachers: Sequence[keras.Model], checkpoints: Path, draws: int) -> None:
    """Write the teachers' mean logits for each draw, float16 (n, HEAD_COUNT × classes)."""
    for number in range(draws):
        path = _teacher_logits(checkpoints, number)
        if not path.exists():
            rasters = rendered_pool.read(checkpoints, number).rasters
            parts = []
            for start in range(0, len(rasters), 500):
                inputs = from_stored(rasters[start : start + 500])
                logits = [teacher.predict_on_batch(inputs) for teacher in teachers]
                parts.append(np.mean(logits, axis=0))
            partial = path.with_suffix(".partial.npy")
            np.save(partial, np.concatenate(parts).astype(np.float16))
            partial.rename(path)
    print(f"  the teachers' logits for {draws} draws are written", flush=True)


def draws_with_logits(checkpoints: Path) -> int:
    """How many draws of a pool have their teachers' logits."""
    number = 0
    while _teacher_logits(checkpoints, number).exists():
        number += 1
    return number


class Batches(keras.utils.PyDataset):
    """A draw in random order, as (float32 network input, what `_loss` compares with).

    The order depends on the seed alone, so that an interrupted training sees the same batches as an
    uninterrupted one. What the writers of `without_fold` wrote is left out.
    """

    def __init__(
        self,
        checkpoints: Path,
        number: int,
        *,
        seed: tuple[int, int],
        distill: bool,
        without_fold: int | None = None,
        size: int | None = None,
    ) -> None:
        super().__init__(workers=1)
        self._size = size or BATCH
        draw = rendered_pool.read(checkpoints, number)
        self._rasters = draw.rasters
        self._targets = weighted_labels(draw)
        if distill:
            logits = np.load(_teacher_logits(checkpoints, number)).astype(np.float32)
            self._targets = np.concatenate([self._targets, logits], axis=1)
        order = np.random.default_rng(seed).permutation(len(draw.targets))
        self._order = order if without_fold is None else order[draw.folds[order] != without_fold]

    def __len__(self) -> int:
        return max(1, len(self._order) // self._size)

    def release(self) -> None:
        """Free the draw after its epoch: TensorFlow keeps the generator of each `fit` for ever."""
        del self._rasters, self._targets

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        chosen = self._order[index * self._size : (index + 1) * self._size]
        return from_stored(self._rasters[chosen]), self._targets[chosen]


def weighted_labels(draw: Draw) -> npt.NDArray[np.float32]:
    """Smoothed one-hot labels for each head, weighted: float32 (n, HEAD_COUNT × classes)."""
    smoothed = np.eye(draw.classes, dtype=np.float32)[draw.targets] * (1 - LABEL_SMOOTHING)
    smoothed = smoothed + LABEL_SMOOTHING / draw.classes
    # No label says what the beginning of a digit is as it stands.
    final = np.where(draw.unfinished, 0.0, 1.0)[:, None]
    interim = np.where(draw.unfinished, 1.0, FINISHED_AS_UNFINISHED)[:, None]
    return np.concatenate([smoothed * final, smoothed * interim], axis=1).astype(np.float32)


def _teacher_logits(checkpoints: Path, number: int) -> Path:
    return checkpoints / f"teacher-logits-{number}.npy"
