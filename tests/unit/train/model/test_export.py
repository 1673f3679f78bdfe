"""Tests of the second output of exported files: the features by which a hand is learnt."""

import numpy as np
import pytest

from realtime.recognition.characters.runtime import LiteRtRuntime
from tests.support.files import DIGIT_MODEL, LINE_MODEL
from tests.support.networks import RASTERS, small_network

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_the_features_are_the_input_of_the_last_layer() -> None:
    from train.model import export

    network = small_network()
    plain = export.convert(network)
    taught = export.with_features(plain)
    assert export.with_features(taught) == taught
    before, after = LiteRtRuntime(plain), LiteRtRuntime(taught)
    kernel, bias = network.layers[-1].get_weights()
    assert (before.feature_count, after.feature_count) == (0, len(kernel))
    assert after.output_shape == before.output_shape
    for raster in RASTERS:
        output, features = after.run_with_features(raster[None])
        np.testing.assert_array_equal(output, before.run(raster[None]))
        np.testing.assert_array_equal(output, after.run(raster[None]))
        np.testing.assert_allclose(features @ kernel + bias, output[0], atol=1e-4)
    with pytest.raises(ValueError, match="no output of features"):
        before.run_with_features(RASTERS[:1])


def test_a_file_whose_last_layer_is_no_dense_one_is_refused() -> None:
    from train.model import export

    small = export.convert(small_network(), quantized_for=RASTERS)
    # Rounded after training, its last layer is in int8, and its logits are made float after.
    with pytest.raises(ValueError, match="not a dense one in float"):
        export.with_features(small)


def test_the_digits_have_them() -> None:
    from train.model import export

    for name in export.file_names(export.DIGITS_ID)[1:]:
        content = (DIGIT_MODEL / name).read_bytes()
        assert export.with_features(content) == content
    assert LiteRtRuntime((LINE_MODEL / "lines.float32.tflite").read_bytes()).feature_count == 0
