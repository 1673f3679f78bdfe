"""The networks: a large teacher, and the small student that is served."""

import keras
from keras import layers

from realtime import recognizer
from realtime.rasterizer import CHANNELS, SIZE

# Two heads over the same features, each with a logit for each digit and one for "none of these": what the ink is as it stands, and
# what it will be once the pen, still moving, is done. The beginning of a 9 is a finished 0: one head cannot say both.
HEADS = len(recognizer.HEADS)

STUDENT_FILTERS = (32, 64, 64, 64, 128)
STUDENT_DROPOUT = 0.2  # the teacher's answers say how sure to be; little else is needed against overfitting
TEACHER_FILTERS = (40, 80, 112)
TEACHER_DROPOUT = 0.4


def student(classes: int) -> keras.Model:
    """A Keras CNN from float32 rasters (batch, 28, 28, 3) to logits (batch, HEADS × classes).

    The first layer halves the picture with a wide kernel: on a CPU the full-size maps of the usual two-convolution MNIST
    network cost as much as all five layers here. Batch normalisation is folded into the convolutions on export.
    """
    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    maps = _convolution(raster, STUDENT_FILTERS[0], kernel=5, stride=2)  # 14 × 14
    maps = _convolution(maps, STUDENT_FILTERS[1])
    maps = _convolution(maps, STUDENT_FILTERS[2], stride=2)  # 7 × 7
    maps = _convolution(maps, STUDENT_FILTERS[3])
    maps = _convolution(maps, STUDENT_FILTERS[4], stride=2)  # 4 × 4
    return _heads(raster, maps, STUDENT_DROPOUT, classes, "digits")


def teacher(classes: int) -> keras.Model:
    """A residual network (He et al., "Deep residual learning for image recognition", 2016), in and out as the student."""
    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    small, medium, large = TEACHER_FILTERS
    maps = _residual(_convolution(raster, small, kernel=5, stride=2))  # 14 × 14
    maps = _residual(_residual(_convolution(maps, medium, stride=2)))  # 7 × 7
    maps = _residual(_convolution(maps, large, stride=2))  # 4 × 4
    return _heads(raster, maps, TEACHER_DROPOUT, classes, "teacher")


def textbook() -> keras.Model:
    """Keras's own "Simple MNIST convnet" (`keras.io/examples/vision/mnist_convnet`), to compare the speed with; it is not trained."""
    picture = keras.Input((SIZE, SIZE, 1))
    maps = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(picture))
    maps = layers.MaxPooling2D()(layers.Conv2D(64, 3, activation="relu")(maps))
    return keras.Model(picture, layers.Dense(10)(layers.Dropout(0.5)(layers.Flatten()(maps))))


def _convolution(maps: keras.KerasTensor, filters: int, *, kernel: int = 3, stride: int = 1) -> keras.KerasTensor:
    maps = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(maps)
    return layers.ReLU()(layers.BatchNormalization()(maps))


def _residual(maps: keras.KerasTensor) -> keras.KerasTensor:
    filters = maps.shape[-1]
    change = layers.Conv2D(filters, 3, padding="same", use_bias=False)(_convolution(maps, filters))
    # It begins as nothing, so that a deep network begins as a shallow one (Goyal et al., "Accurate, large minibatch SGD", 2017).
    change = layers.BatchNormalization(gamma_initializer="zeros")(change)
    return layers.ReLU()(layers.Add()([maps, change]))


def _heads(raster: keras.KerasTensor, maps: keras.KerasTensor, dropout: float, classes: int, name: str) -> keras.Model:
    features = layers.Dropout(dropout)(layers.Flatten()(maps))
    return keras.Model(raster, layers.Dense(HEADS * classes, name="logits")(features), name=name)
