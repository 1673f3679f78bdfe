"""Quantization-aware training: a network that computes as its int8 file will.

Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only
inference", 2018. Weights and what passes between layers are rounded on the way forward to what int8
can hold; on the way back the gradient passes as if they were not ("straight through"). Batch
normalisation is folded first, since the int8 file has none.

LiteRT's converter reads the rounding operations and keeps their ranges, so that the file needs no
representative data. For that they have to be TensorFlow's own.

The last layer, which is dense, stays in float: two logits that are nearly the same would often
change places if they were rounded to 256 steps (as they did in one of 800 validation samples, and
now in one of 2,000), for 4 µs less.
"""

import keras
import tensorflow as tf
from keras import layers, ops

from train.model import chain

# How much of a range stays at each step of training, as of the means of Keras's batch
# normalisation.
RANGE_MOMENTUM = 0.99


class RoundedMaps(layers.Layer):
    """Rounds what passes through to 8 bits over one range, which follows what it has seen."""

    def build(self, _: object) -> None:
        """Begin with no range."""
        self._low, self._high, self._seen = (
            self.add_weight(name=name, shape=(), initializer="zeros", trainable=False)
            for name in ("low", "high", "seen")
        )

    def call(self, maps: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The rounded maps; in training the range follows that of the batch."""
        if training:
            stays = RANGE_MOMENTUM * self._seen  # nothing of what was there before the first step
            # Zero is always within, so that padding is exact.
            for end, seen in (
                (self._low, ops.minimum(ops.min(maps), 0.0)),
                (self._high, ops.maximum(ops.max(maps), 0.0)),
            ):
                end.assign(stays * end + (1 - stays) * ops.stop_gradient(seen))
            self._seen.assign(1.0)
        return tf.quantization.fake_quant_with_min_max_vars(
            maps, tf.convert_to_tensor(self._low), tf.convert_to_tensor(self._high)
        )


def round_kernel(kernel: tf.Tensor) -> tf.Tensor:
    """Round weights of shape (…, channels) to int8, symmetric and with a scale for each channel."""
    axes = tuple(range(kernel.shape.rank - 1))
    largest = tf.stop_gradient(tf.reduce_max(tf.abs(kernel), axis=axes))
    return tf.quantization.fake_quant_with_min_max_vars_per_channel(
        kernel, -largest, largest, narrow_range=True
    )


class RoundedConv2D(layers.Conv2D):
    """A convolution whose weights are rounded as in an int8 file."""

    def call(self, maps: tf.Tensor) -> tf.Tensor:
        """The convolution with the rounded kernel."""
        kernel = round_kernel(tf.convert_to_tensor(self.kernel))
        convolved = tf.nn.conv2d(maps, kernel, self.strides, self.padding.upper())
        return tf.nn.bias_add(convolved, tf.convert_to_tensor(self.bias))


class RoundedDepthwiseConv2D(layers.DepthwiseConv2D):
    """A depthwise convolution whose weights are rounded as in an int8 file."""

    def call(self, maps: tf.Tensor) -> tf.Tensor:
        """The convolution with the rounded kernel."""
        kernel = tf.convert_to_tensor(self.kernel)  # (height, width, channels, 1)
        kernel = tf.reshape(round_kernel(kernel[..., 0]), kernel.shape)
        strides = [1, *self.strides, 1]
        convolved = tf.nn.depthwise_conv2d(maps, kernel, strides, self.padding.upper())
        return tf.nn.bias_add(convolved, tf.convert_to_tensor(self.bias))


def quantization_aware(model: keras.Model) -> keras.Model:
    """A network with the weights of `model` that computes as its int8 file will.

    Only training, if but a step of it, tells it the ranges.

    Raises:
        ValueError: the network has branches.
    """
    parts = chain.take_apart(chain.fold_batch_normalisation(model))
    made: list[keras.layers.Layer] = [RoundedMaps()]
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        # A ReLU is computed together with the convolution before it, and rounded after.
        computed = following is None or not isinstance(following.layer, layers.ReLU)
        made += _rounded(part, computed=computed)
    rounded = chain.chain_of(made, like=model)
    weights = [part.weights for part in parts if part.weights]
    for layer, values in zip((one for one in made if one.trainable_weights), weights, strict=True):
        layer.set_weights(
            [value.reshape(now.shape) for value, now in zip(values, layer.weights, strict=True)]
        )
    return rounded


def _rounded(part: chain.Part, *, computed: bool) -> list[keras.layers.Layer]:
    """The layers that stand for one; `computed` says whether its output is rounded."""
    config = part.layer.get_config() | part.changes
    after = [RoundedMaps()] if computed else []
    if isinstance(part.layer, layers.DepthwiseConv2D):
        return [RoundedDepthwiseConv2D.from_config(config), *after]
    if isinstance(part.layer, layers.Conv2D):
        return [RoundedConv2D.from_config(config), *after]
    if isinstance(part.layer, layers.Dense):
        return [part.made()]
    return [part.made(), *(after if isinstance(part.layer, layers.ReLU) else [])]


def without_rounding(rounded: keras.Model, model: keras.Model) -> keras.Model:
    """The network that `rounded` was made from, with the weights that it has learnt since.

    Batch normalisation stays folded.
    """
    folded = chain.fold_batch_normalisation(model)
    learnt = [layer.get_weights() for layer in rounded.layers if layer.trainable_weights]
    for layer, values in zip((one for one in folded.layers if one.weights), learnt, strict=True):
        shapes = [now.shape for now in layer.weights]
        layer.set_weights(
            [value.reshape(shape) for value, shape in zip(values, shapes, strict=True)]
        )
    return folded
