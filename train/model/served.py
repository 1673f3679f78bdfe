"""From a trained network to the files that are served: one in float32, one in int8."""

from pathlib import Path

import keras

from train.model import distillation, export, rounding
from train.model.quantization_aware import quantization_aware, without_rounding


def write_served(
    network: keras.Model,
    checkpoints: Path,
    out: Path,
    model_id: str,
    *,
    draws: int,
    seed: int,
    epochs: int,
    distill: bool,
    without_fold: int | None = None,
) -> None:
    """Train a network a little more with the rounding of its int8 file in mind, and export it.

    Args:
        network: stays as it is.
        checkpoints: holds the pool.
        out: where the files go.
        model_id: which they are named after.
        draws: see `distillation.fine_tune`, as all others.
        seed: decides the order.
        epochs: how many.
        distill: whether the teachers' logits are learnt too.
        without_fold: whose writers' ink is left out.
    """
    rounded = quantization_aware(network)
    distillation.fine_tune(
        rounded,
        checkpoints,
        draws=draws,
        seed=seed,
        epochs=epochs,
        distill=distill,
        without_fold=without_fold,
    )
    export.export(without_rounding(rounded, network), rounding.learnt_int8(rounded), out, model_id)
