"""Tests of taking networks apart, and of folding batch normalisation."""

import numpy as np
import pytest

from tests.support.networks import RASTERS, small_network

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_folding_batch_normalisation_leaves_the_answers_the_same() -> None:
    import keras

    from train.model import chain

    network = small_network()
    folded = chain.fold_batch_normalisation(network)
    assert not any(isinstance(one, keras.layers.BatchNormalization) for one in folded.layers)
    answers = network.predict(RASTERS, verbose=0)
    np.testing.assert_allclose(folded.predict(RASTERS, verbose=0), answers, atol=1e-4)
    assert np.ptp(answers) > 0.1, "an answer that is always the same shows nothing"


def test_a_network_with_branches_is_refused() -> None:
    from train.model import architecture, chain

    with pytest.raises(ValueError, match="does not come right after"):
        chain.take_apart(architecture.teacher(2))
