"""Writes `weights/`: the Keras model, its LiteRT exports, and the model card that ties them together."""

import hashlib
from pathlib import Path

import keras
import msgspec
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from realtime.rasterizer import RASTERIZER_VERSION
from realtime.recognizer import MODEL_CARD, FileFacts, ModelCard
from train.batches import to_input
from train.dataset import DIGITS, OTHER

KERAS_FILE = "digits.keras"
FLOAT_FILE = "digits.float32.tflite"
INT8_FILE = "digits.int8.tflite"


def export(model: keras.Model, rasters: npt.NDArray[np.uint8], folder: Path) -> None:
    """Write the Keras model and its float32 and int8 LiteRT files.

    Args:
        model: the network, logits out.
        rasters: uint8 (n, 28, 28), typical pictures, from which the ranges of the int8 file are taken.
        folder: where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Without the optimizer's state, which is twice the size of the network.
    keras.Model(model.inputs, model.outputs, name=model.name).save(folder / KERAS_FILE)
    # A fixed batch of one lets LiteRT plan its memory once.
    single = keras.Input(batch_shape=(1, *model.input_shape[1:]), name="raster")
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(single, model(single)))
    (folder / FLOAT_FILE).write_bytes(converter.convert())
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([picture[None]] for picture in to_input(rasters))
    (folder / INT8_FILE).write_bytes(converter.convert())


def write_model_card(
    folder: Path, *, version: str, temperature: float, reject_threshold: float, accuracy: dict[str, float], trained_on: list[str]
) -> ModelCard:
    """Write `digits.json` for the files in `folder`, with their SHA-256."""
    card = ModelCard(
        id="digits",
        version=version,
        labels=list(DIGITS),
        other=OTHER,
        input_shape=[1, 28, 28, 1],
        rasterizer_version=RASTERIZER_VERSION,
        temperature=round(temperature, 4),
        reject_threshold=round(reject_threshold, 6),
        served=FLOAT_FILE,
        files={name: _facts(folder / name) for name in (KERAS_FILE, FLOAT_FILE, INT8_FILE)},
        accuracy={source: round(share, 4) for source, share in accuracy.items()},
        trained_on=trained_on,
    )
    (folder / MODEL_CARD).write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")
    return card


def _facts(path: Path) -> FileFacts:
    data = path.read_bytes()
    return FileFacts(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
