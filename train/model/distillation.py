"""Training on the rendered pool, and distillation of teachers' logits into a student.

The teachers learn from the labels; the student from the labels and from the mean of the teachers'
logits (Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", 2015).
"""

import functools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import msgspec
from keras import ops

from train.data import rendered_pool
from train.model.architecture import HEAD_COUNT
from train.model.batches import Batches

STUDENT = "student"  # its folder
# The peak: the rate rises from zero within the first epoch and falls to zero along a cosine.
LEARNING_RATE = 2e-3
FINE_TUNING_RATE = 5e-4  # where it begins, when a trained network is trained further
WEIGHT_DECAY = 0.02
DISTILLATION_SHARE = 0.7  # of the loss; the labels have the rest
# The temperature at which the teacher's probabilities are learnt, so that its second and third
# choices count.
DISTILLATION_TEMPERATURE = 2.0


class Progress(msgspec.Struct):
    """Where an interrupted training resumes; `seed` and `epochs` must be those of the new run."""

    seed: int
    epochs: int
    finished: int = 0


def fit(
    build: Callable[[int], keras.Model],
    checkpoints: Path,
    name: str,
    *,
    draws: int,
    seed: int,
    epochs: int,
    distill: bool,
    watch: Callable[[keras.Model], str],
    without_fold: int | None = None,
    rate: float = LEARNING_RATE,
    batch: int | None = None,
) -> keras.Model:
    """Train a network on the draws in `checkpoints`, one an epoch, in turn.

    A training that was interrupted resumes after its last finished epoch, and ends with the same
    weights as an uninterrupted one.

    Args:
        build: makes the network for a number of classes.
        checkpoints: holds the pool, and the network after each epoch.
        name: of the network's folder in `checkpoints`.
        draws: how many the pool has.
        seed: decides the first weights, the order, and what dropout drops.
        epochs: how many.
        distill: whether the teachers' logits are learnt too; `write_teacher_logits` makes them.
        watch: returns what to print after each epoch.
        without_fold: whose writers' ink is left out; see `train.data.folds`.
        rate: the learning rate's peak.
        batch: samples in one, if not as usual.
    """
    folder = checkpoints / name
    classes = rendered_pool.count_classes(checkpoints)
    loss = _loss(classes, distill=distill)
    batches_of = functools.partial(
        Batches, checkpoints, distill=distill, without_fold=without_fold, size=batch
    )
    progress, model = Progress(seed, epochs), None
    try:
        saved = msgspec.json.decode((folder / "progress.json").read_bytes(), type=Progress)
        if (saved.seed, saved.epochs) == (seed, epochs):
            model = keras.models.load_model(
                folder / f"epoch-{saved.finished}.keras", custom_objects={"_loss": loss}
            )
            progress = saved
            print(f"Going on after epoch {progress.finished} of the {folder.name}", flush=True)
    except (OSError, ValueError, msgspec.DecodeError):
        pass
    if model is None:
        if not distill:
            # The logits of another teacher, and what was learnt from them, are of no use.
            shutil.rmtree(checkpoints / STUDENT, ignore_errors=True)
            for path in checkpoints.glob("teacher-logits-*.npy"):
                path.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        keras.utils.set_random_seed(seed)
        model = build(classes)
        steps = len(batches_of(0, seed=(seed, 0)))
        model.compile(optimizer=_optimizer(steps, epochs, rate), loss=loss)
    while progress.finished < epochs:
        epoch = progress.finished
        for layer in model.layers:
            if isinstance(layer, keras.layers.Dropout):
                # A saved model does not keep the state of its random generators.
                layer.seed_generator.state.assign([seed, epoch])
        batches = batches_of(epoch % draws, seed=(seed, epoch))
        # The batches come in random order already; Keras's own shuffling would differ after an
        # interruption.
        history = model.fit(
            batches, epochs=epoch + 1, initial_epoch=epoch, shuffle=False, verbose=0
        ).history
        batches.release()
        print(
            f"  {folder.name}, epoch {epoch + 1} of {epochs}: "
            f"loss {history['loss'][0]:.4f}; {watch(model)}",
            flush=True,
        )
        progress.finished += 1
        # The model is saved first, so that `progress.json` never names one that does not exist.
        model.save(folder / f"epoch-{progress.finished}.keras")
        (folder / "progress.json.new").write_bytes(msgspec.json.encode(progress))
        (folder / "progress.json.new").replace(folder / "progress.json")
        (folder / f"epoch-{epoch}.keras").unlink(missing_ok=True)
    return model


def read_student(checkpoints: Path) -> keras.Model:
    """The student after its last epoch, before it was trained with rounding in mind.

    Raises:
        OSError, ValueError, msgspec.DecodeError: there is none.
    """
    folder = checkpoints / STUDENT
    saved = msgspec.json.decode((folder / "progress.json").read_bytes(), type=Progress)
    return keras.models.load_model(folder / f"epoch-{saved.finished}.keras", compile=False)


def fine_tune(
    model: keras.Model,
    checkpoints: Path,
    *,
    draws: int,
    seed: int,
    epochs: int,
    distill: bool = True,
    without_fold: int | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> None:
    """Train a trained network a little more, one draw an epoch.

    Args:
        model: changes in place.
        checkpoints: holds the pool, and to distill the teachers' logits.
        draws: how many of the pool's are used, in turn.
        seed: decides the order.
        epochs: how many.
        distill: whether the teachers' logits are learnt too.
        without_fold: see `fit`.
        callbacks: of Keras.
    """
    for epoch in range(epochs):
        batches = Batches(
            checkpoints,
            epoch % draws,
            seed=(seed, epoch),
            distill=distill,
            without_fold=without_fold,
        )
        if epoch == 0:
            rate = keras.optimizers.schedules.CosineDecay(FINE_TUNING_RATE, epochs * len(batches))
            optimizer = keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)
            classes = rendered_pool.count_classes(checkpoints)
            model.compile(optimizer=optimizer, loss=_loss(classes, distill=distill))
        # The batches come in random order already.
        history = model.fit(batches, shuffle=False, verbose=0, callbacks=list(callbacks)).history
        batches.release()
        print(f"  epoch {epoch + 1} of {epochs}: loss {history['loss'][0]:.4f}", flush=True)


def _optimizer(steps: int, epochs: int, peak: float) -> keras.optimizers.Optimizer:
    """AdamW for so many steps an epoch, with warm-up and cosine decay."""
    rate = keras.optimizers.schedules.CosineDecay(
        0.0,
        max(1, steps * (epochs - 1)),
        warmup_target=peak,
        warmup_steps=steps if epochs > 1 else 0,
    )
    return keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)


def _loss(classes: int, *, distill: bool) -> Callable:
    """Cross-entropy over all heads with the labels and, to distill, with the teachers' logits."""
    shape = (-1, HEAD_COUNT, classes)

    def cross_entropy(shares: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
        return -ops.sum(shares * ops.log_softmax(ops.reshape(logits, shape)), axis=(1, 2))

    def _loss(targets: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
        labels = ops.reshape(targets[:, : HEAD_COUNT * classes], shape)
        hard = cross_entropy(labels, logits)
        if not distill:
            return hard
        teacher_logits = ops.reshape(targets[:, HEAD_COUNT * classes :], shape)
        probabilities = ops.softmax(teacher_logits / DISTILLATION_TEMPERATURE)
        soft = cross_entropy(probabilities, logits / DISTILLATION_TEMPERATURE)
        soft = soft * DISTILLATION_TEMPERATURE**2 / HEAD_COUNT
        return (1 - DISTILLATION_SHARE) * hard + DISTILLATION_SHARE * soft

    return _loss
