"""Tests of the scores of texts: those that are fitted are those that are served."""

import msgspec
import numpy as np
import pytest

from realtime.recognition.recognizer import Query
from realtime.recognition.text.recognizer import TextRecognizer
from tests.support.letter_ink import written
from tests.support.line_ink import ink_of


@pytest.mark.parametrize("has_letters", [True, False])
def test_links_are_the_weighted_sums_of_their_features(
    text_recognizer: TextRecognizer, has_letters: bool
) -> None:
    query = Query(language_model=has_letters)
    reader = text_recognizer.reader()
    lattice = reader.lattice(ink_of(written("no Hot oil.")), query)
    assert lattice is not None
    links = reader.links(query)
    weights = np.array(msgspec.structs.astuple(text_recognizer.scorer.weights.link))
    seen = 0
    for node in lattice.nodes:
        for before, link in node.incoming:
            features = links.features(before.group, node.group, before.state)
            assert link == pytest.approx(features @ weights)
            seen += 1
        if not node.incoming:
            features = links.features(None, node.group, 0)
            assert links.link(None, node.group, 0) == pytest.approx(features @ weights)
    for node in lattice.last:
        assert node.end == pytest.approx(links.features(node.group, None, node.state) @ weights)
    assert seen > 50


def test_the_beam_bounds_the_work(text_recognizer: TextRecognizer) -> None:
    lattice = text_recognizer.reader().lattice(ink_of(written("no hot oil " * 3)), Query())
    assert lattice is not None
    for sets in lattice._made:
        assert len(sets) < 500
    assert len(lattice.nodes) < 4000
