"""Tests of the scores of labels."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.recognition.lines.group_scorer import label_scorer_of
from realtime.recognition.lines.places import Place
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.scoring import LABEL_FEATURES

shares = st.floats(0, 3)


@given(
    seed=st.integers(0, 1000),
    strokes=st.integers(1, 6),
    inside=st.tuples(shares, shares, shares, st.integers(0, 2).map(float)),
    place=st.none() | st.builds(Place, st.floats(-3, 1), st.floats(-1.5, 1.5)),
)
def test_scores_are_the_weighted_sums_of_their_features(
    line_recognizer: LineRecognizer,
    seed: int,
    strokes: int,
    inside: tuple[float, ...],
    place: Place | None,
) -> None:
    weights, labels = line_recognizer.scorer.weights, line_recognizer.model.labels
    scorer = label_scorer_of(weights, labels)
    logits = np.random.default_rng(seed).normal(-3, 2, len(labels))
    own = scorer.scores(logits, strokes, inside)
    [scores, unplaced] = scorer.scores_in_place([own, own], [place, None])
    of = np.array(msgspec.structs.astuple(weights.label))
    assert len(of) == len(LABEL_FEATURES)
    assert scores == pytest.approx(scorer.features(logits, strokes, inside, place) @ of)
    assert unplaced == pytest.approx(own)


def test_gaps_that_are_usual_say_nothing_against_a_label(line_recognizer: LineRecognizer) -> None:
    scorer = line_recognizer.scorer.labels
    labels = line_recognizer.model.labels
    level = np.full(len(labels), -3.0)
    near, apart = (scorer.scores(level, 2, (1.0, gap, 0.0, 0.0)) for gap in (0.0, 0.4))
    lost = {label: one - other for label, one, other in zip(labels, near, apart, strict=True)}
    assert lost["="] == pytest.approx(0)
    assert lost[":"] == pytest.approx(0)
    assert lost["5"] > 1
