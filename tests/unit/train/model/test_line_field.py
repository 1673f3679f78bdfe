"""Tests of the conditional random field of lines, and of fitting its weights."""

import msgspec
import numpy as np
import pytest

pytest.importorskip("scipy")

from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.lines.group_scorer import GroupScorer, label_scorer_of
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.recognizer import Query
from tests.support.files import LINE_MODEL
from tests.support.line_ink import ink_of, written
from train.data.line_characters import LABELS
from train.data.lines import LabelledLine
from train.model import line_field
from train.model.line_field import START, LineFeatures, TargetLattice
from train.model.line_statistics import count
from train.model.line_weights import fit, targets_of, weights_of

STATISTICS = count([], [], ["4715", "10", "77", "1+2="], LABELS)
FEATURES = LineFeatures(
    label_scorer_of(weights_of(START, STATISTICS, network=""), LABELS), STATISTICS.follows
)
# Weights that are nothing special.
WEIGHTS = START + np.linspace(-0.6, 0.4, len(START))


def line(text: str, *, gap: float = 8.0, groups: bool = False) -> LabelledLine:
    known = tuple((place,) for place in range(len(text))) if groups else None
    return LabelledLine(text, "w", "test", tuple(written(text, gap=gap)), known)


@pytest.fixture(scope="module")
def network() -> CharacterNetwork:
    return CharacterNetwork.load(LINE_MODEL)


@pytest.fixture(scope="module")
def targets(network: CharacterNetwork) -> list[TargetLattice]:
    return targets_of([line("4715"), line("10", groups=True), line("77")], network, STATISTICS)


def test_totals_are_those_that_serving_finds(network: CharacterNetwork) -> None:
    weights = weights_of(START, STATISTICS, network="")
    ink = ink_of(written("4715", gap=8))
    served = LineReader(GroupScorer(network, weights)).lattice(ink, Query())
    assert served is not None
    [target] = targets_of([line("4715")], network, STATISTICS)
    totals, _ = line_field.all_sums([target], FEATURES).log_totals(START)
    assert totals == pytest.approx([served.total])


def test_the_gradient_is_that_of_the_totals(targets: list[TargetLattice]) -> None:
    for sums in (
        line_field.all_sums(targets, FEATURES),
        line_field.right_sums(targets, FEATURES),
    ):
        _, gradient = sums.log_totals(WEIGHTS)
        for index in range(len(WEIGHTS)):
            step = np.zeros(len(WEIGHTS))
            step[index] = 1e-5
            after, before = (sums.log_totals(WEIGHTS + sign * step)[0].sum() for sign in (1, -1))
            assert (after - before) / 2e-5 == pytest.approx(gradient[index], rel=1e-3, abs=1e-3)


def test_the_right_readings_are_some_of_all(targets: list[TargetLattice]) -> None:
    every, _ = line_field.all_sums(targets, FEATURES).log_totals(WEIGHTS)
    right, _ = line_field.right_sums(targets, FEATURES).log_totals(WEIGHTS)
    assert (right < every).all()
    assert np.exp(right - every).min() > 0


def test_fitting_makes_the_labels_likelier(targets: list[TargetLattice]) -> None:
    fitted, unreachable = line_field.fit(targets, FEATURES)
    assert unreachable == 0

    def likelihood(weights: np.ndarray) -> float:
        every, _ = line_field.all_sums(targets, FEATURES).log_totals(weights)
        right, _ = line_field.right_sums(targets, FEATURES).log_totals(weights)
        return float((right - every).sum())

    assert likelihood(fitted) > likelihood(START)


def test_a_line_that_cannot_be_read_as_its_label_is_counted(network: CharacterNetwork) -> None:
    wrong = LabelledLine("123456", "w", "test", tuple(written("12")), None)
    _, unreachable = line_field.fit(targets_of([wrong, line("12")], network, STATISTICS), FEATURES)
    assert unreachable == 1


def test_weights_are_written_as_they_are_read(targets: list[TargetLattice]) -> None:
    weights = fit(targets, STATISTICS, network="abc")
    assert msgspec.json.decode(msgspec.json.encode(weights), type=type(weights)) == weights
    assert weights.labels == STATISTICS.labels


def test_trust_makes_other_lines_likelier(network: CharacterNetwork) -> None:
    targets = targets_of([line("4715"), line("10"), line("77")], network, STATISTICS)
    parts = np.zeros((2, len(START)))
    parts[0, :5], parts[1, 5:] = 1.0, 1.0
    trust = line_field.fit_trust(targets, FEATURES, WEIGHTS, parts)
    assert trust.shape == (2,)
    assert (trust > 0).all()

    def loss(weights: np.ndarray) -> float:
        totals = [
            sums(targets, FEATURES).log_totals(weights)[0].sum()
            for sums in (line_field.all_sums, line_field.right_sums)
        ]
        return float(totals[0] - totals[1])

    assert loss(WEIGHTS * (trust @ parts)) < loss(WEIGHTS)
