"""All ways to make a trained network small, each as LiteRT files: rounding, training, pruning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import keras

from train.model import export, pruning, rounding
from train.model.pruning import GradualPruning
from train.model.quantization_aware import quantization_aware
from train.model.rounding import Rasters

FILTERS = (0.75, 0.5)  # shares that stay
ZEROS = (0.5, 0.75)  # shares of the weights

FLOAT32, INT8 = "float32", "int8"
SPARSE = ", sparse"
AWARE, INT8_BUT_LAST = "quantization-aware training", "int8, last layer in float32"


class FineTune(Protocol):
    """Trains a network further in place."""

    def __call__(
        self, model: keras.Model, *, callbacks: Sequence[keras.callbacks.Callback] = ()
    ) -> None:
        """Train it, with Keras's callbacks."""


@dataclass(frozen=True)
class CompressedFile:
    """A file of one way.

    Attributes:
        way: how the network was made small.
        file: what the file computes with, and how it stores it.
        content: of the file.
        network: that it was made from.
    """

    way: str
    file: str
    content: bytes
    network: keras.Model


def compress(
    student: keras.Model, rasters: Rasters, fine_tune: FineTune, *, epochs: int
) -> Iterator[CompressedFile]:
    """Make a network small in every way; its own float32 file comes first.

    Args:
        student: the trained network.
        rasters: float32 (n, 28, 28, 3), representative; they give the ranges of int8 files.
        fine_tune: trains a network further in place.
        epochs: for how long it does.
    """
    yield from _rounded(student, rasters)

    # What is trained further is compared with what else that brings.
    further = _copy(student)
    fine_tune(further)
    yield from _both("as long, but nothing else", further, rasters)

    aware = quantization_aware(student)
    fine_tune(aware)
    yield CompressedFile(AWARE, INT8_BUT_LAST, rounding.learnt_int8(aware), aware)

    for share in FILTERS:
        narrow = pruning.narrow(student, share)
        fine_tune(narrow)
        yield from _both(f"{share:.0%} of the filters", narrow, rasters)

    for zeros in ZEROS:
        sparse = _copy(student)
        gradually = GradualPruning(pruning.largest, zeros=zeros, epochs=epochs)
        fine_tune(sparse, callbacks=[gradually])
        yield from _sparse(f"{zeros:.0%} zeros", sparse, rasters)
    sparse = _copy(student)
    at_once = GradualPruning(pruning.two_of_four, zeros=0.5, epochs=epochs)
    fine_tune(sparse, callbacks=[at_once])
    yield from _sparse("2:4 zeros", sparse, rasters)


def _rounded(student: keras.Model, rasters: Rasters) -> Iterator[CompressedFile]:
    way = "rounding after training"
    yield CompressedFile("none", FLOAT32, export.convert(student), student)
    for file, content in (
        ("float16 weights", rounding.float16_weights(student)),
        ("int8 weights", rounding.int8_weights(student)),
        (INT8, export.convert(student, quantized_for=rasters)),
        ("int8 weights, int16 between", rounding.int16_activations(student, rasters)),
    ):
        yield CompressedFile(way, file, content, student)


def _both(way: str, network: keras.Model, rasters: Rasters) -> Iterator[CompressedFile]:
    yield CompressedFile(way, FLOAT32, export.convert(network), network)
    yield CompressedFile(way, INT8, export.convert(network, quantized_for=rasters), network)


def _sparse(way: str, network: keras.Model, rasters: Rasters) -> Iterator[CompressedFile]:
    yield from _both(way, network, rasters)
    yield CompressedFile(way, FLOAT32 + SPARSE, rounding.sparse(network), network)
    yield CompressedFile(way, INT8 + SPARSE, rounding.sparse(network, rasters), network)


def _copy(model: keras.Model) -> keras.Model:
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy
