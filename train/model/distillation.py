"""How a network learns from the pool: the teacher from the labels, the student from the labels and from what the teacher thinks."""

import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import msgspec
import numpy as np
import numpy.typing as npt
from keras import ops

from realtime.rasterizer import to_input
from train.data import rendered_pool
from train.data.rendered_pool import CLASSES, Draw
from train.model.architecture import HEADS

BATCH = 128
LEARNING_RATE = 2e-3  # at its height; it rises from nothing within the first epoch and falls to nothing along a cosine
WEIGHT_DECAY = 0.02
LABEL_SMOOTHING = 0.02  # a few per cent of UniPen's labels are wrong
# Finished ink is also an example of ink that is nearly finished, but one that comes too late to be of much use.
FINISHED_AS_UNFINISHED = 0.25
# Distillation (Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", 2015): share of the teacher's say, and the
# temperature at which its answers are learnt, so that its second and third thoughts count.
TEACHERS_SHARE = 0.7
TEACHERS_TEMPERATURE = 2.0


class Progress(msgspec.Struct):
    """Where an interrupted training goes on; the first two say whether it is the same training."""

    seed: int
    epochs: int
    finished: int = 0


def learn(
    build: Callable[[int], keras.Model],
    checkpoints: Path,
    draws: int,
    *,
    seed: int,
    epochs: int,
    taught: bool,
    watch: Callable[[keras.Model], str],
) -> keras.Model:
    """Train a network on the draws in `checkpoints`, one an epoch, in turn; go on after the last finished epoch if there is one.

    Args:
        build: makes the network for a number of classes.
        checkpoints: where the pool is, and where each epoch is kept.
        draws: how many the pool has.
        seed: decides the first weights, the order, and what dropout drops.
        epochs: how many.
        taught: whether the teacher's answers are learnt too; they have been written by `ask`.
        watch: says after each epoch how it goes.
    """
    folder = checkpoints / ("student" if taught else "teacher")
    progress = Progress(seed, epochs)
    try:
        kept = msgspec.json.decode((folder / "progress.json").read_bytes(), type=Progress)
        if (kept.seed, kept.epochs) == (seed, epochs):
            model = keras.models.load_model(folder / f"epoch-{kept.finished}.keras", custom_objects={"_loss": _loss(taught)})
            progress = kept
            print(f"Going on after epoch {progress.finished} of the {folder.name}", flush=True)
    except (OSError, ValueError, msgspec.DecodeError):
        pass
    if not progress.finished:
        if not taught:
            # What another teacher has taught is of no use.
            shutil.rmtree(checkpoints / "student", ignore_errors=True)
            for path in checkpoints.glob("answers-*.npy"):
                path.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        keras.utils.set_random_seed(seed)
        model = build(CLASSES)
        steps = len(Batches(checkpoints, 0, seed=(seed, 0), taught=taught))
        rate = keras.optimizers.schedules.CosineDecay(
            0.0, max(1, steps * (epochs - 1)), warmup_target=LEARNING_RATE, warmup_steps=steps if epochs > 1 else 0
        )
        model.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY), loss=_loss(taught))
    while progress.finished < epochs:
        epoch = progress.finished
        for layer in model.layers:
            if isinstance(layer, keras.layers.Dropout):
                # A saved model forgets how far its random numbers had come.
                layer.seed_generator.state.assign([seed, epoch])
        batches = Batches(checkpoints, epoch % draws, seed=(seed, epoch), taught=taught)
        # The batches come in random order already; Keras's own shuffling would not be the same after an interruption.
        loss = model.fit(batches, epochs=epoch + 1, initial_epoch=epoch, shuffle=False, verbose=0).history["loss"][0]
        print(f"  {folder.name}, epoch {epoch + 1} of {epochs}: loss {loss:.4f}; {watch(model)}", flush=True)
        progress.finished += 1
        # The model first, so that `progress.json` never names one that is not there.
        model.save(folder / f"epoch-{progress.finished}.keras")
        (folder / "progress.json.new").write_bytes(msgspec.json.encode(progress))
        (folder / "progress.json.new").replace(folder / "progress.json")
        (folder / f"epoch-{epoch}.keras").unlink(missing_ok=True)
    return model


def ask(teacher: keras.Model, checkpoints: Path, draws: int) -> None:
    """Write what the teacher thinks of each picture of the pool, as logits, float16 (n, HEADS × CLASSES)."""
    for number in range(draws):
        path = _answers(checkpoints, number)
        if not path.exists():
            rasters = rendered_pool.read(checkpoints, number).rasters
            parts = [teacher.predict_on_batch(to_input(rasters[start : start + 500])) for start in range(0, len(rasters), 500)]
            partial = path.with_suffix(".partial.npy")
            np.save(partial, np.concatenate(parts).astype(np.float16))
            partial.rename(path)
    print(f"  the teacher has answered {draws} draws", flush=True)


class Batches(keras.utils.PyDataset):
    """A draw in random order, as (float32 network input, what `_loss` compares with).

    The order depends on the seed alone, so that an interrupted training goes on as if nothing had been.
    """

    def __init__(self, checkpoints: Path, number: int, *, seed: tuple[int, int], taught: bool) -> None:
        super().__init__(workers=1)
        draw = rendered_pool.read(checkpoints, number)
        self._rasters = draw.rasters
        self._wanted = wanted(draw)
        if taught:
            self._wanted = np.concatenate([self._wanted, np.load(_answers(checkpoints, number)).astype(np.float32)], axis=1)
        self._order = np.random.default_rng(seed).permutation(len(draw.targets))

    def __len__(self) -> int:
        return max(1, len(self._order) // BATCH)

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        chosen = self._order[index * BATCH : (index + 1) * BATCH]
        return to_input(self._rasters[chosen]), self._wanted[chosen]


def wanted(draw: Draw) -> npt.NDArray[np.float32]:
    """The smoothed one-hot labels for each head, times what they weigh, float32 (n, HEADS × CLASSES)."""
    labels = np.eye(CLASSES, dtype=np.float32)[draw.targets] * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / CLASSES
    # What the beginning of a digit is as it stands, no label says.
    as_it_stands = np.where(draw.unfinished, 0.0, 1.0)[:, None]
    as_it_becomes = np.where(draw.unfinished, 1.0, FINISHED_AS_UNFINISHED)[:, None]
    return np.concatenate([labels * as_it_stands, labels * as_it_becomes], axis=1).astype(np.float32)


def _answers(checkpoints: Path, number: int) -> Path:
    return checkpoints / f"answers-{number}.npy"


def _loss(taught: bool) -> Callable:
    """Cross-entropy with the labels and, for a student, with the teacher's softened answers; each over all heads."""

    def cross_entropy(shares: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
        return -ops.sum(shares * ops.log_softmax(ops.reshape(logits, (-1, HEADS, CLASSES))), axis=(1, 2))

    def _loss(wanted: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
        labels = ops.reshape(wanted[:, : HEADS * CLASSES], (-1, HEADS, CLASSES))
        hard = cross_entropy(labels, logits)
        if not taught:
            return hard
        thought = ops.softmax(ops.reshape(wanted[:, HEADS * CLASSES :], (-1, HEADS, CLASSES)) / TEACHERS_TEMPERATURE)
        soft = cross_entropy(thought, logits / TEACHERS_TEMPERATURE) * TEACHERS_TEMPERATURE**2 / HEADS
        return (1 - TEACHERS_SHARE) * hard + TEACHERS_SHARE * soft

    return _loss
