"""Networks without branches, taken apart into layers with their weights and put together again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

Weights = list[npt.NDArray[np.float32]]
CONVOLUTIONS = layers.Conv2D | layers.DepthwiseConv2D


@dataclass
class Part:
    """One layer of a network: what it is, and its weights in Keras's order.

    Attributes:
        layer: of the network that was taken apart; a new one is made from its configuration.
        weights: those of the new layer.
        changes: to the configuration.
    """

    layer: keras.layers.Layer
    weights: Weights
    changes: dict[str, object]

    def made(self) -> keras.layers.Layer:
        """The new layer, still without weights."""
        return type(self.layer).from_config(self.layer.get_config() | self.changes)


def take_apart(model: keras.Model) -> list[Part]:
    """The layers of a network after its input, in order.

    Raises:
        ValueError: it has branches.
    """
    first, *others = model.layers
    previous = first
    for layer in others:
        if layer.input is not previous.output:
            raise ValueError(f"{layer.name} does not come right after {previous.name}")
        previous = layer
    return [Part(layer, layer.get_weights(), {}) for layer in others]


def put_together(parts: Sequence[Part], like: keras.Model) -> keras.Model:
    """A network of these parts that takes what `like` takes."""
    made = [part.made() for part in parts]
    model = chain_of(made, like)
    for layer, part in zip(made, parts, strict=True):
        layer.set_weights(part.weights)
    return model


def chain_of(some: Iterable[keras.layers.Layer], like: keras.Model) -> keras.Model:
    """A network of these layers in order that takes what `like` takes."""
    raster = keras.Input(like.input_shape[1:], name="raster")
    maps = raster
    for layer in some:
        maps = layer(maps)
    return keras.Model(raster, maps, name=like.name)


def fold_batch_normalisation(model: keras.Model) -> keras.Model:
    """The same function with batch normalisation as part of the convolutions before it.

    Ioffe and Szegedy, "Batch normalization", 2015, section 3.1.

    Raises:
        ValueError: the network has branches, or normalises anything else than convolutions.
    """
    folded: list[Part] = []
    for part in take_apart(model):
        if not isinstance(part.layer, layers.BatchNormalization):
            folded.append(part)
            continue
        if not folded or not isinstance(folded[-1].layer, CONVOLUTIONS):
            raise ValueError(f"{part.layer.name} does not come right after a convolution")
        gamma, beta, mean, variance = part.weights
        scale = gamma / np.sqrt(variance + part.layer.epsilon)
        kernel, *rest = folded[-1].weights
        bias = rest[0] if rest else np.zeros_like(mean)
        if isinstance(folded[-1].layer, layers.DepthwiseConv2D):
            kernel = kernel * scale[:, None]
        else:
            kernel = kernel * scale
        folded[-1].weights = [kernel, beta + (bias - mean) * scale]
        folded[-1].changes["use_bias"] = True
    return put_together(folded, like=model)
