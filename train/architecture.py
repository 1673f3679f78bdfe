"""The network: five convolutions and one dense layer, small enough to answer within a fraction of a millisecond."""

import keras
from keras import layers

FILTERS = (32, 48, 64, 64, 96)
DROPOUT = 0.35


def build(classes: int) -> keras.Model:
    """A Keras CNN from float32 pictures (batch, 28, 28, 1) in 0…1 to logits (batch, classes).

    The first layer halves the picture with a wide kernel: on a CPU the full-size maps of the usual two-convolution MNIST
    network cost as much as all five layers here. Batch normalisation is folded into the convolutions on export.
    """
    picture = keras.Input((28, 28, 1), name="raster")
    maps = _convolution(picture, FILTERS[0], kernel=5, stride=2)  # 14 × 14
    maps = _convolution(maps, FILTERS[1])
    maps = _convolution(maps, FILTERS[2], stride=2)  # 7 × 7
    maps = _convolution(maps, FILTERS[3])
    maps = _convolution(maps, FILTERS[4], stride=2)  # 4 × 4
    features = layers.Dropout(DROPOUT)(layers.Flatten()(maps))
    return keras.Model(picture, layers.Dense(classes, name="logits")(features), name="digits")


def _convolution(maps: keras.KerasTensor, filters: int, *, kernel: int = 3, stride: int = 1) -> keras.KerasTensor:
    maps = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(maps)
    return layers.ReLU()(layers.BatchNormalization()(maps))
