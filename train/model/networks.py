"""The networks of the curve in docs/networks.md, from which the student was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
from keras import layers

from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS
from train.model import architecture

SQUEEZED = 8  # squeeze-excite computes with so many times fewer channels, but as many at least


@dataclass(frozen=True)
class Convolution:
    """A convolution with batch normalisation and ReLU."""

    filters: int
    kernel: int = 3
    stride: int = 1

    def __call__(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        """The convolved maps."""
        return architecture.convolution(maps, self.filters, kernel=self.kernel, stride=self.stride)


@dataclass(frozen=True)
class Separable:
    """A depthwise separable convolution, both parts with batch normalisation and ReLU."""

    filters: int
    stride: int = 1

    def __call__(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        """The convolved maps."""
        return architecture.separable(maps, self.filters, stride=self.stride)


@dataclass(frozen=True)
class Residual:
    """A depthwise separable convolution that is added to its input, of as many channels."""

    def __call__(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        """The changed maps."""
        depthwise = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
        change = layers.ReLU()(layers.BatchNormalization()(depthwise(maps)))
        change = layers.Conv2D(maps.shape[-1], 1, use_bias=False)(change)
        return layers.ReLU()(layers.Add()([maps, layers.BatchNormalization()(change)]))


@dataclass(frozen=True)
class SqueezeExcite:
    """A depthwise separable convolution that weighs its channels by what the whole map holds.

    Hu, Shen, Sun, "Squeeze-and-excitation networks", 2018; in the place and with the hard sigmoid
    of Howard et al., "Searching for MobileNetV3", 2019.
    """

    filters: int
    stride: int = 1

    def __call__(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        """The convolved maps."""
        depthwise = layers.DepthwiseConv2D(3, strides=self.stride, padding="same", use_bias=False)
        maps = layers.ReLU()(layers.BatchNormalization()(depthwise(maps)))
        channels = maps.shape[-1]
        weights = layers.GlobalAveragePooling2D(keepdims=True)(maps)
        weights = layers.Conv2D(max(SQUEEZED, channels // SQUEEZED), 1, activation="relu")(weights)
        weights = layers.Conv2D(channels, 1, activation="hard_sigmoid")(weights)
        maps = layers.Multiply()([maps, weights])
        return architecture.convolution(maps, self.filters, kernel=1)


Block = Convolution | Separable | Residual | SqueezeExcite

# By the names of docs/networks.json.
NETWORKS: dict[str, Sequence[Block]] = {
    "tiny": (
        Convolution(16, 5, 2),
        Separable(32, 2),
        Separable(48),
        Separable(64, 2),
    ),
    "narrow": (
        Convolution(16, 3, 2),
        Separable(32),
        Separable(48, 2),
        Separable(64),
        Separable(96, 2),
    ),
    "even": (
        Convolution(24, 3, 2),
        Separable(32),
        Separable(64, 2),
        Separable(64),
        Separable(96, 2),
    ),
    "residual": (
        Convolution(32, 5, 2),
        Separable(48, 2),
        Residual(),
        Residual(),
        Separable(96, 2),
    ),
    "early stride": (
        Convolution(24, 5, 2),
        Separable(48, 2),
        Separable(64),
        Separable(64),
        Separable(96, 2),
    ),
    "squeeze-excite": (
        Convolution(24, 5, 2),
        SqueezeExcite(48, 2),
        Separable(64),
        Separable(64),
        SqueezeExcite(96, 2),
    ),
    "student": (
        Convolution(architecture.STUDENT_FIRST_FILTERS, 5, 2),
        *(Separable(*one) for one in architecture.STUDENT_SEPARABLE),
    ),
    "wide": (
        Convolution(24, 3, 2),
        Separable(48),
        Separable(64, 2),
        Separable(96),
        Separable(96),
        Separable(128, 2),
    ),
    "before": (
        Convolution(32, 5, 2),
        Convolution(64),
        Convolution(64, 3, 2),
        Convolution(64),
        Convolution(128, 3, 2),
    ),
}


def build(name: str, classes: int) -> keras.Model:
    """One of `NETWORKS`, from float32 rasters (batch, 28, 28, 3) to logits."""
    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    maps = raster
    for block in NETWORKS[name]:
        maps = block(maps)
    return architecture.with_heads(
        raster, maps, classes, dropout=architecture.STUDENT_DROPOUT, name="digits"
    )
