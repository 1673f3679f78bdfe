"""Small networks with the parts of the student, and input for them."""

from typing import TYPE_CHECKING

import numpy as np

from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS

if TYPE_CHECKING:
    import keras

RASTERS = np.random.default_rng(1).random((32, SIZE, SIZE, CHANNELS), np.float32)
CLASSES = 4


def small_network() -> "keras.Model":
    """An untrained network whose batch normalisation does something."""
    import keras

    from train.model import architecture

    keras.utils.set_random_seed(2)
    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    maps = architecture.convolution(raster, 8, kernel=5, stride=2)
    maps = architecture.separable(maps, 16, stride=2)
    maps = architecture.separable(maps, 32, stride=2)
    network = architecture.with_heads(raster, maps, CLASSES, dropout=0.1, name="digits")
    rng = np.random.default_rng(3)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights(
                [rng.uniform(0.5, 1.5, one.shape).astype(np.float32) for one in layer.weights]
            )
    return network
