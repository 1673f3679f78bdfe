"""Tests of rounding in training: as LiteRT rounds, and with gradients."""

import numpy as np
import pytest

from tests.support.networks import RASTERS, small_network

pytestmark = pytest.mark.usefixtures("tensorflow")

STEPS = 255


def test_weights_are_rounded_with_a_scale_for_each_channel() -> None:
    import tensorflow as tf

    from train.model.quantization_aware import round_kernel

    rng = np.random.default_rng(0)
    kernel = rng.normal(0, [0.01, 1, 100], (3, 3, 2, 3)).astype(np.float32)
    scale = np.abs(kernel).max(axis=(0, 1, 2)) / 127
    rounded = round_kernel(tf.constant(kernel)).numpy()
    np.testing.assert_allclose(rounded, np.rint(kernel / scale) * scale, rtol=1e-4, atol=1e-7)


def test_gradients_pass_as_if_nothing_had_been_rounded() -> None:
    import tensorflow as tf

    from train.model.quantization_aware import round_kernel

    kernel = tf.Variable(np.random.default_rng(0).normal(0, 1, (3, 3, 2, 4)))
    kernel = tf.Variable(tf.cast(kernel, tf.float32))
    factors = np.random.default_rng(1).normal(0, 1, kernel.shape).astype(np.float32)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(round_kernel(kernel) * factors)
    np.testing.assert_allclose(tape.gradient(total, kernel).numpy(), factors)


def test_what_passes_between_layers_is_rounded_over_the_range_seen_in_training() -> None:
    from train.model.quantization_aware import RoundedMaps

    layer = RoundedMaps()
    maps = np.linspace(-1, 3, 1001, dtype=np.float32)[None]
    layer(maps, training=True)
    rounded = layer(maps).numpy()
    assert 0 in rounded, "padding is exact"
    assert len(np.unique(rounded)) == STEPS + 1
    assert np.abs(rounded - maps).max() <= 4 / STEPS
    layer(maps * 1000, training=True)
    followed = np.ptp(layer(maps * 1000).numpy())
    assert followed == pytest.approx(0.99 * 4 + 0.01 * 4000, rel=0.01)


def test_the_int8_file_answers_with_the_ranges_that_were_learnt() -> None:
    from realtime.recognition.characters.runtime import LiteRtRuntime
    from train.model import rounding
    from train.model.quantization_aware import quantization_aware

    network = quantization_aware(small_network())
    network(RASTERS, training=True)
    content = rounding.learnt_int8(network)
    answers = network.predict(RASTERS, verbose=0)
    step = np.ptp(answers) / STEPS
    runtime = LiteRtRuntime(content)
    served = np.concatenate([runtime.run(raster[None]) for raster in RASTERS])
    assert np.abs(served - answers).max() < 4 * step
    assert np.abs(served - answers).mean() < step
    exact = small_network().predict(RASTERS, verbose=0)
    assert np.abs(exact - answers).max() < 0.1 * np.ptp(exact), "it is the same network, rounded"
    assert np.abs(exact - answers).max() > step / 4, "but not the same to the last bit"


def test_without_rounding_it_is_the_network_with_what_it_has_learnt() -> None:
    from train.model.quantization_aware import quantization_aware, without_rounding

    network = small_network()
    rounded = quantization_aware(network)
    exact = network.predict(RASTERS, verbose=0)
    np.testing.assert_allclose(
        without_rounding(rounded, network).predict(RASTERS, verbose=0), exact, atol=1e-4
    )
    weights = next(layer for layer in reversed(rounded.layers) if layer.trainable_weights)
    kernel, bias = weights.get_weights()
    weights.set_weights([kernel, bias + 1])
    learnt = without_rounding(rounded, network)
    np.testing.assert_allclose(learnt.predict(RASTERS, verbose=0), exact + 1, atol=1e-4)
    np.testing.assert_allclose(network.predict(RASTERS, verbose=0), exact, atol=1e-6)
