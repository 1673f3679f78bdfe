"""The Keras architectures: the small student that is served, large teachers, and yardsticks."""

import math
from collections.abc import Sequence

import keras
from keras import layers

from realtime.recognition.characters.network import HEADS
from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS

# Two heads over the same features, each with a logit for each digit and one for "none of these":
# what the ink is as it stands, and what it will be once the pen, still moving, is done. The
# beginning of a 9 is a finished 0: one head cannot say both.
HEAD_COUNT = len(HEADS)

STUDENT_FIRST_FILTERS = 16
# Of each depthwise separable convolution the filters and the stride.
STUDENT_SEPARABLE = ((32, 1), (64, 2), (96, 1), (128, 2))
# The same of the network of characters, which has ten times as many labels.
CHARACTERS_SEPARABLE = ((32, 1), (64, 2), (112, 1), (192, 2))
STUDENT_DROPOUT = 0.1  # the teachers' logits regularise; little else is needed
TEACHER_FILTERS = (40, 80, 112)
# Residual blocks after each of its three convolutions that halve the maps.
TEACHER_RESIDUALS = (1, 2, 1)
# Those of the teacher in weights/teacher/, which an engine serves (docs/engines.md).
ENGINE_TEACHER_RESIDUALS = (2, 2, 1)
TEACHER_DROPOUT = 0.4


def student(classes: int) -> keras.Model:
    """A CNN from float32 rasters (batch, 28, 28, 3) to logits (batch, HEAD_COUNT × classes).

    The first layer halves the picture with a wide kernel, and the others are depthwise separable
    convolutions (Howard et al., "MobileNets", 2017): of the networks tried it is the smallest that
    reads as well as one of eight times the multiply-adds (docs/networks.md). Batch normalisation is
    folded into the convolutions on export.
    """
    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    maps = convolution(raster, STUDENT_FIRST_FILTERS, kernel=5, stride=2)  # 14 × 14
    for filters, stride in STUDENT_SEPARABLE:  # to 7 × 7, then 4 × 4
        maps = separable(maps, filters, stride=stride)
    return with_heads(raster, maps, classes, dropout=STUDENT_DROPOUT, name="digits")


def characters(classes: int) -> keras.Model:
    """A CNN like `student` for more labels, of little more multiply-adds.

    A dense layer over all places of the last maps would take more than all that comes before it. A
    depthwise convolution as large as they are weighs the places of each channel instead (Chen et
    al., "MobileFaceNets", 2018).
    """
    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    maps = convolution(raster, STUDENT_FIRST_FILTERS, kernel=5, stride=2)  # 14 × 14
    for filters, stride in CHARACTERS_SEPARABLE:  # to 7 × 7, then 4 × 4
        maps = separable(maps, filters, stride=stride)
    weighed = layers.DepthwiseConv2D(maps.shape[1], use_bias=False)(maps)
    maps = layers.ReLU()(layers.BatchNormalization()(weighed))
    return with_heads(raster, maps, classes, dropout=STUDENT_DROPOUT, name="characters")


def teacher(classes: int, residuals: Sequence[int] = TEACHER_RESIDUALS) -> keras.Model:
    """A residual network with the student's input and output.

    He et al., "Deep residual learning for image recognition", 2016.
    """
    raster = maps = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    # To 14 × 14 maps, 7 × 7 and 4 × 4.
    for filters, kernel, blocks in zip(TEACHER_FILTERS, (5, 3, 3), residuals, strict=True):
        maps = convolution(maps, filters, kernel=kernel, stride=2)
        for _ in range(blocks):
            maps = _residual(maps)
    return with_heads(raster, maps, classes, dropout=TEACHER_DROPOUT, name="teacher")


def textbook() -> keras.Model:
    """Keras's own "Simple MNIST convnet", untrained, to compare the speed with.

    Source: `keras.io/examples/vision/mnist_convnet`.
    """
    picture = keras.Input((SIZE, SIZE, 1))
    maps = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(picture))
    maps = layers.MaxPooling2D()(layers.Conv2D(64, 3, activation="relu")(maps))
    return keras.Model(picture, layers.Dense(10)(layers.Dropout(0.5)(layers.Flatten()(maps))))


def plain() -> keras.Model:
    """A plain network of three convolutions and two dense layers, to compare the speed with.

    Untrained, 93,000 parameters.
    """
    picture = keras.Input((SIZE, SIZE, 1))
    maps = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(picture))
    maps = layers.MaxPooling2D()(layers.Conv2D(64, 3, activation="relu")(maps))
    maps = layers.Flatten()(layers.Conv2D(64, 3, activation="relu")(maps))
    return keras.Model(picture, layers.Dense(10)(layers.Dense(64, activation="relu")(maps)))


def multiply_adds(model: keras.Model) -> int:
    """Multiply-adds of a forward pass: those of convolutions and dense layers."""
    total = 0
    for layer in model.layers:
        if isinstance(layer, layers.DepthwiseConv2D):
            total += math.prod(layer.output.shape[1:]) * math.prod(layer.kernel_size)
        elif isinstance(layer, layers.Conv2D):
            each = math.prod(layer.kernel_size) * layer.input.shape[-1]
            total += math.prod(layer.output.shape[1:]) * each
        elif isinstance(layer, layers.Dense):
            total += layer.input.shape[-1] * layer.units
    return total


def convolution(
    maps: keras.KerasTensor, filters: int, *, kernel: int = 3, stride: int = 1
) -> keras.KerasTensor:
    """A convolution with batch normalisation and ReLU."""
    layer = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)
    return layers.ReLU()(layers.BatchNormalization()(layer(maps)))


def separable(maps: keras.KerasTensor, filters: int, *, stride: int = 1) -> keras.KerasTensor:
    """A depthwise convolution and a pointwise one, both as `convolution`."""
    depthwise = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)
    maps = layers.ReLU()(layers.BatchNormalization()(depthwise(maps)))
    return convolution(maps, filters, kernel=1)


def _residual(maps: keras.KerasTensor) -> keras.KerasTensor:
    filters = maps.shape[-1]
    layer = layers.Conv2D(filters, 3, padding="same", use_bias=False)
    change = layer(convolution(maps, filters))
    # The branch begins as zero, so that a deep network begins as a shallow one (Goyal et al.,
    # "Accurate, large minibatch SGD", 2017).
    change = layers.BatchNormalization(gamma_initializer="zeros")(change)
    return layers.ReLU()(layers.Add()([maps, change]))


def with_heads(
    raster: keras.KerasTensor,
    maps: keras.KerasTensor,
    classes: int,
    *,
    dropout: float,
    name: str,
) -> keras.Model:
    """The network that computes `maps` from `raster`, and from them the logits of all heads."""
    features = layers.Dropout(dropout)(layers.Flatten()(maps))
    return keras.Model(
        raster, layers.Dense(HEAD_COUNT * classes, name="logits")(features), name=name
    )
