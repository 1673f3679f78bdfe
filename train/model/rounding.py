"""Conversions of a trained network to LiteRT files that hold fewer bits, or few but zeros."""

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from train.model import export

Rasters = npt.NDArray[np.float32]


def float16_weights(model: keras.Model) -> bytes:
    """Weights in float16, which the runtime makes float32 when it loads them."""
    converter = export.converter_of(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    return export.converted(converter)


def int8_weights(model: keras.Model) -> bytes:
    """Weights in int8; what passes between layers is rounded by its range in each pass anew."""
    converter = export.converter_of(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return export.converted(converter)


def int16_activations(model: keras.Model, rasters: Rasters) -> bytes:
    """Weights in int8, and what passes between layers in int16."""
    converter = export.converter_of(model)
    export.quantize(converter, rasters)
    operations = tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
    converter.target_spec.supported_ops = [operations]
    return export.converted(converter)


def learnt_int8(model: keras.Model) -> bytes:
    """An int8 file with the ranges that a quantization-aware network has learnt."""
    # The converter uses ranges wherever it finds them in a network.
    return int8_weights(model)


def sparse(model: keras.Model, quantized_for: Rasters | None = None) -> bytes:
    """A float32 or int8 file that stores kernels with many zeros by the places of the others."""
    converter = export.converter_of(model)
    if quantized_for is not None:
        export.quantize(converter, quantized_for)
    converter.optimizations = [
        *converter.optimizations,
        tf.lite.Optimize.EXPERIMENTAL_SPARSITY,
    ]
    return export.converted(converter)
