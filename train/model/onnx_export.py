"""Export of a Keras network to ONNX, which engines read: any number of rasters in, logits out."""

import logging
import warnings
from pathlib import Path

import keras
import numpy as np

RASTER, LOGITS = "raster", "logits"
# The newest that the ONNX backends of servers two years old know.
OPSET = 17


def export_onnx(model: keras.Model, path: Path) -> None:
    """Write a network as ONNX, with a batch of any size.

    Args:
        model: the network, with one output.
        path: the file; its folder is made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The key names the output, which Keras would number otherwise.
    named = keras.Model(model.inputs, {LOGITS: model.outputs[0]}, name=model.name)
    taken = keras.InputSpec(shape=model.input_shape, dtype="float32", name=RASTER)
    converter = logging.getLogger("tf2onnx")
    level = converter.level
    converter.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            # Keras looks whether NumPy still has a name that it lacks since its version 2.
            warnings.filterwarnings("ignore", "In the future `np.object`", FutureWarning)
            named.export(
                path, format="onnx", verbose=False, input_signature=[taken], opset_version=OPSET
            )
    finally:
        converter.setLevel(level)


def logits_of(model: keras.Model, rasters: np.ndarray) -> np.ndarray:
    """The Keras network's logits, float32 (n, heads × classes), for float32 (n, 28, 28, 3)."""
    logits: np.ndarray = model.predict(rasters, batch_size=64, verbose=0)
    return logits
