"""Tests of pruning: how many zeros there are, that they stay, and how wide networks become."""

import numpy as np
import pytest

from tests.support.networks import CLASSES, RASTERS, small_network

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_two_of_four_neighbouring_inputs_stay() -> None:
    from train.model import pruning

    kernel = np.random.default_rng(0).normal(0, 1, (1, 1, 16, 6)).astype(np.float32)
    mask = pruning.two_of_four(kernel)
    groups = mask.reshape(4, 4, 6)
    assert (groups.sum(axis=1) == 2).all()
    kept = np.abs(kernel).reshape(4, 4, 6)
    smallest_kept = np.where(groups, kept, np.inf).min(axis=1)
    assert (smallest_kept >= np.where(groups, 0, kept).max(axis=1)).all(), "the larger two"
    equal = pruning.two_of_four(np.zeros((8, 3), np.float32))
    assert (equal.reshape(2, 4, 3).sum(axis=1) == 2).all()


@pytest.mark.parametrize(("share", "zeros"), [("largest", 0.75), ("two_of_four", 0.5)])
def test_zeros_come_while_a_network_is_trained_and_stay(share: str, zeros: float) -> None:
    from train.model import pruning

    network = small_network()
    network.compile("adam", "mse")
    pruned = pruning.GradualPruning(getattr(pruning, share), zeros=zeros, epochs=2)
    targets = np.ones((len(RASTERS), 2 * CLASSES), np.float32)
    before = network.get_weights()
    for _ in range(2):
        network.fit(RASTERS, targets, batch_size=4, verbose=0, callbacks=[pruned])
    assert pruning.zeros_of(network) == pytest.approx(zeros, abs=0.001)
    assert not np.array_equal(before[0], network.get_weights()[0]), "it was trained"
    assert (network.layers[1].kernel.numpy() != 0).all(), "the first layer is left whole"


def test_a_narrow_network_has_the_widths_promised_and_runs() -> None:
    import keras

    from train.model import architecture, pruning

    student = architecture.student(11)
    narrow = pruning.narrow(student, 0.5)
    widths = [layer.filters for layer in narrow.layers if isinstance(layer, keras.layers.Conv2D)]
    assert widths == [16, 16, 32, 48, 64]
    assert narrow.predict(RASTERS, verbose=0).shape == (len(RASTERS), 22)


def test_a_narrow_network_keeps_the_filters_that_do_something() -> None:
    import keras

    from train.model import pruning

    network = small_network()
    whole = network.predict(RASTERS, verbose=0)
    np.testing.assert_array_equal(pruning.narrow(network, 1.0).predict(RASTERS, verbose=0), whole)
    # Half the filters of the pointwise convolutions answer zero to everything, and so do the
    # depthwise convolutions of their maps.
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization) and layer.gamma.shape[0] > 8:
            gamma, beta, mean, variance = layer.get_weights()
            for one in (gamma, beta, mean):
                one[::2] = 0
            layer.set_weights([gamma, beta, mean, variance])
    expected = network.predict(RASTERS, verbose=0)
    assert np.abs(expected - whole).max() > 0.01
    narrow = pruning.narrow(network, 0.5).predict(RASTERS, verbose=0)
    np.testing.assert_allclose(narrow, expected, atol=1e-4)
