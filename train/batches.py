"""One epoch's pictures, drawn anew for each epoch and the same again for the same seed and epoch."""

import keras
import numpy as np

from realtime.rasterizer import Raster
from train.augment import augment_picture, augment_strokes, scribble
from train.dataset import OTHER, Ink, Pictures

# How often each pen source is drawn in one epoch: pens differ more than MNIST's pictures, and there are fewer of them.
REPEATS = {"pendigits": 2, "unipen-digits": 3}
OTHERS_PER_EPOCH = 14_000  # letters and symbols, out of all there are
SCRIBBLES_PER_EPOCH = 3_000


class Epoch(keras.utils.PyDataset):
    """Batches of (float32 pictures (n, 28, 28, 1) in 0…1, one-hot float32 (n, classes)).

    Each batch has its own random generator, so that an interrupted training draws on as if nothing had been.
    """

    def __init__(self, pictures: Pictures, pens: dict[str, list[Ink]], *, batch: int, seed: int, epoch: int) -> None:
        super().__init__(workers=1)
        self._pictures, self._batch, self._seed = pictures, batch, (seed, epoch)
        rng = np.random.default_rng((seed, epoch))
        ink = [sample for name, samples in pens.items() for sample in samples * REPEATS.get(name, 1) if sample.target != OTHER]
        others = [sample for samples in pens.values() for sample in samples if sample.target == OTHER]
        if others:
            ink += [others[i] for i in rng.permutation(len(others))[:OTHERS_PER_EPOCH]]
        self._ink = ink
        # Positions: MNIST first, then strokes, then scribbles.
        self._order = rng.permutation(len(pictures.targets) + len(ink) + SCRIBBLES_PER_EPOCH)

    def __len__(self) -> int:
        return len(self._order) // self._batch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng((*self._seed, index))
        drawn = [self._draw(position, rng) for position in self._order[index * self._batch : (index + 1) * self._batch]]
        rasters, targets = zip(*drawn, strict=True)
        return to_input(np.stack(rasters)), np.eye(OTHER + 1, dtype=np.float32)[list(targets)]

    def _draw(self, position: int, rng: np.random.Generator) -> tuple[Raster, int]:
        images = len(self._pictures.targets)
        if position < images:
            return augment_picture(self._pictures.rasters[position], rng), int(self._pictures.targets[position])
        if position < images + len(self._ink):
            sample = self._ink[position - images]
            return augment_strokes(sample.strokes, rng), sample.target
        return augment_strokes(scribble(rng), rng), OTHER


def to_input(rasters: np.ndarray) -> np.ndarray:
    """uint8 rasters (n, 28, 28) as the network's float32 input (n, 28, 28, 1) in 0…1."""
    return (rasters.astype(np.float32) / 255)[..., None]
