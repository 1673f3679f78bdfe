"""The Keras architectures: the small student that is served, its large teacher, and a yardstick."""

import keras
from keras import layers

from realtime.recognition.digits.network import HEADS
from realtime.recognition.digits.normalisation import SIZE
from realtime.recognition.digits.rasterizer import CHANNELS

# Two heads over the same features, each with a logit for each digit and one for "none of these":
# what the ink is as it stands, and what it will be once the pen, still moving, is done. The
# beginning of a 9 is a finished 0: one head cannot say both.
HEAD_COUNT = len(HEADS)

STUDENT_FILTERS = (32, 64, 64, 64, 128)
STUDENT_DROPOUT = 0.2  # the teacher's logits regularise; little else is needed
TEACHER_FILTERS = (40, 80, 112)
TEACHER_DROPOUT = 0.4


def student(classes: int) -> keras.Model:
    """A CNN from float32 rasters (batch, 28, 28, 3) to logits (batch, HEAD_COUNT × classes).

    The first layer halves the picture with a wide kernel: on a CPU the full-size maps of the usual
    two-convolution MNIST network cost as much as all five layers here. Batch normalisation is
    folded into the convolutions on export.
    """
    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    maps = _convolution(raster, STUDENT_FILTERS[0], kernel=5, stride=2)  # 14 × 14
    maps = _convolution(maps, STUDENT_FILTERS[1])
    maps = _convolution(maps, STUDENT_FILTERS[2], stride=2)  # 7 × 7
    maps = _convolution(maps, STUDENT_FILTERS[3])
    maps = _convolution(maps, STUDENT_FILTERS[4], stride=2)  # 4 × 4
    features = layers.Dropout(STUDENT_DROPOUT)(layers.Flatten()(maps))
    return keras.Model(raster, _logits(features, classes), name="digits")


def teacher(classes: int) -> keras.Model:
    """A residual network with the student's input and output.

    He et al., "Deep residual learning for image recognition", 2016.
    """
    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    small, medium, large = TEACHER_FILTERS
    maps = _residual(_convolution(raster, small, kernel=5, stride=2))  # 14 × 14
    maps = _residual(_residual(_convolution(maps, medium, stride=2)))  # 7 × 7
    maps = _residual(_convolution(maps, large, stride=2))  # 4 × 4
    features = layers.Dropout(TEACHER_DROPOUT)(layers.Flatten()(maps))
    return keras.Model(raster, _logits(features, classes), name="teacher")


def textbook() -> keras.Model:
    """Keras's own "Simple MNIST convnet", untrained, to compare the speed with.

    Source: `keras.io/examples/vision/mnist_convnet`.
    """
    picture = keras.Input((SIZE, SIZE, 1))
    maps = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(picture))
    maps = layers.MaxPooling2D()(layers.Conv2D(64, 3, activation="relu")(maps))
    return keras.Model(picture, layers.Dense(10)(layers.Dropout(0.5)(layers.Flatten()(maps))))


def _convolution(
    maps: keras.KerasTensor, filters: int, *, kernel: int = 3, stride: int = 1
) -> keras.KerasTensor:
    convolution = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)
    return layers.ReLU()(layers.BatchNormalization()(convolution(maps)))


def _residual(maps: keras.KerasTensor) -> keras.KerasTensor:
    filters = maps.shape[-1]
    convolution = layers.Conv2D(filters, 3, padding="same", use_bias=False)
    change = convolution(_convolution(maps, filters))
    # The branch begins as zero, so that a deep network begins as a shallow one (Goyal et al.,
    # "Accurate, large minibatch SGD", 2017).
    change = layers.BatchNormalization(gamma_initializer="zeros")(change)
    return layers.ReLU()(layers.Add()([maps, change]))


def _logits(features: keras.KerasTensor, classes: int) -> keras.KerasTensor:
    return layers.Dense(HEAD_COUNT * classes, name="logits")(features)
