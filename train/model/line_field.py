"""The conditional random field of lines: the likelihood of labels, and its gradient.

The score of a line's reading is linear in a few weights (`realtime.recognition.lines`), so they are
fitted by the likelihood of what the lines say: of all readings, those that spell the label, and of
those, where each character's strokes are known, the ones that group them so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import minimize

from realtime.recognition.lines.geometry import between
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.lattice import Lattice
from realtime.recognition.lines.lattice_node import Node
from realtime.recognition.lines.places import Place
from realtime.recognition.lines.scoring import LABEL_FEATURES, LabelScorer
from realtime.recognition.lines.sequence import BEGINNING, END
from realtime.recognition.lines.weights import LinkWeights
from train.data.lines import StrokePlaces
from train.model.path_sums import Floats, PathSums

# Pulls the weights towards where the fit begins, as a normal distribution of deviation 1.
PRIOR = 1.0
# In the order of `LabelWeights`, then of `LinkWeights`.
LINK_FEATURES = LinkWeights.__struct_fields__
# About what they become, so that what serving leaves out as hopeless is left out here, too.
_STARTS = {
    "network": 1.2,
    "strokes": 0.5,
    "place": 0.5,
    "frequency": 1.0,
    "gap": -9.0,
    "aside": -6.0,
    "overlap": -2.5,
    "baseline": -1.5,
    "sequence": 1.0,
}
START = np.array([_STARTS.get(name, 0.0) for name in (*LABEL_FEATURES, *LINK_FEATURES)])
MOST_STEPS = 60


@dataclass(frozen=True)
class TargetLattice:
    """A line's lattice, and what it should be read as.

    Attributes:
        lattice: of all readings.
        labels: the indices of its characters' labels.
        groups: the numbers of each character's strokes; None where they are not known.
        writer: who wrote it.
        kinds: of each character's group; None where every kind that has its label is right.
    """

    lattice: Lattice
    labels: Sequence[int]
    groups: Sequence[StrokePlaces] | None
    writer: str
    kinds: Sequence[int] | None = None

    def may_be(self, group: Group, character: int) -> bool:
        """Whether a group may be read as one of the characters."""
        if character >= len(self.labels) or self.labels[character] not in group.ranked_labels:
            return False
        return self.kinds is None or self.kinds[character] == group.kind


class Features(Protocol):
    """What the scores of groups and links are weighted sums of; no weight changes it."""

    def of_labels(self, group: Group, labels: Sequence[int]) -> Sequence[Sequence[float]]:
        """Of some labels of a group."""

    def of_link(self, one: Group | None, other: Group | None, state: int) -> Sequence[float]:
        """Of one group followed by another, None for the line's ends; see `lattice_node.Links`."""


class LineFeatures:
    """`Features` in the order of `LABEL_FEATURES` and `LINK_FEATURES`."""

    def __init__(self, labels: LabelScorer[Place], follows: Sequence[Sequence[float]]) -> None:
        """Take what has the facts of labels, and `LineWeights.follows`."""
        self._labels = labels
        self._follows = follows

    def of_labels(self, group: Group, labels: Sequence[int]) -> Sequence[Sequence[float]]:
        """Of some labels of a group."""
        every = self._labels.features(
            group.log_probabilities, len(group.stroke_numbers), group.inside, group.place
        )
        rows: list[list[float]] = every[labels].tolist()
        return rows

    def of_link(self, one: Group | None, other: Group | None, state: int) -> Sequence[float]:
        """Of one group followed by another, None for the line's ends; see `lattice_node.Links`."""
        follows = self._follows[state][other.kind if other else END]
        apart = (0.0, 0.0, 0.0) if one is None or other is None else between(one.box, other.box)
        return *apart, follows


def fit(
    targets: Sequence[TargetLattice], features: Features, start: Floats = START
) -> tuple[Floats, int]:
    """Fit the weights.

    Args:
        targets: the lines.
        features: what the weights are of.
        start: where the fit begins, and what the weights are pulled towards.

    Returns:
        The weights in the order of `start`, and how many lines none of whose readings is right:
        they say nothing.
    """
    reachable = [target for target in targets if _is_reachable(target)]
    every, right = all_sums(reachable, features), right_sums(reachable, features)

    def loss(weights: Floats) -> tuple[float, Floats]:
        all_totals, all_gradient = every.log_totals(weights)
        right_totals, right_gradient = right.log_totals(weights)
        pulled = weights - start
        value = (all_totals - right_totals).sum() + PRIOR * (pulled @ pulled) / 2
        return float(value), all_gradient - right_gradient + PRIOR * pulled

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    return found.x, len(targets) - len(reachable)


def fit_trust(
    targets: Sequence[TargetLattice], features: Features, weights: Floats, parts: Floats
) -> Floats:
    """How much each part of the weights is to be trusted, for lines of writers not fitted to.

    Args:
        targets: the lines.
        features: what the weights are of.
        weights: fitted ones.
        parts: for each part the share of each weight that is in it; float64 of shape (parts,
            weights).

    Returns:
        A factor for each part.
    """
    reachable = [target for target in targets if _is_reachable(target)]
    every, right = all_sums(reachable, features), right_sums(reachable, features)

    def loss(logarithms: Floats) -> tuple[float, Floats]:
        factors = np.exp(logarithms)
        all_totals, all_gradient = every.log_totals(weights * (factors @ parts))
        right_totals, right_gradient = right.log_totals(weights * (factors @ parts))
        gradient: Floats = factors * (parts @ (weights * (all_gradient - right_gradient)))
        value = (all_totals - right_totals).sum() + PRIOR * (logarithms @ logarithms) / 2
        return float(value), gradient + PRIOR * logarithms

    found = minimize(loss, np.zeros(len(parts)), jac=True, method="L-BFGS-B")
    return np.exp(found.x)


def all_sums(targets: Sequence[TargetLattice], features: Features) -> PathSums:
    """The sums over all readings of lines; see `fit`."""
    sums = PathSums()
    for target in targets:
        _add_every(sums, target.lattice, features)
    sums.freeze()
    return sums


def right_sums(targets: Sequence[TargetLattice], features: Features) -> PathSums:
    """The sums over the readings of lines that are right, of which there is one at least."""
    sums = PathSums()
    for target in targets:
        _add_right(sums, target, features)
    sums.freeze()
    return sums


def _places(lattice: Lattice) -> dict[Node, int]:
    """For each node a number greater than those of all nodes that may come before it."""
    places: dict[Node, int] = {}
    for node in lattice.nodes:
        places[node] = max([places[before] for before, _ in node.incoming], default=-1) + 1
    return places


def _add_every(sums: PathSums, lattice: Lattice, features: Features) -> None:
    places, index = _places(lattice), dict[Node, int]()
    for node in lattice.nodes:
        group = node.group
        of_labels = features.of_labels(group, group.ranked_labels)
        index[node] = sums.node(places[node], of_labels)
        if not node.incoming:
            sums.first(index[node], features.of_link(None, group, BEGINNING))
        for before, _ in node.incoming:
            link = features.of_link(before.group, group, before.state)
            sums.link(index[before], index[node], link)
    for node in lattice.last:
        sums.last(index[node], features.of_link(node.group, None, node.state))
    sums.lines += 1


def _is_reachable(target: TargetLattice) -> bool:
    """Whether a reading of a line is right."""
    characters = _characters(target)
    return any(len(target.labels) - 1 in characters[node] for node in target.lattice.last)


def _characters(target: TargetLattice) -> dict[Node, dict[int, list[Node]]]:
    """For each node, as which characters of the label it may be read, and after which nodes."""
    allowed = None if target.groups is None else set(target.groups)
    characters: dict[Node, dict[int, list[Node]]] = {}
    for node in target.lattice.nodes:
        may_be: dict[int, list[Node]] = {}
        characters[node] = may_be
        if allowed is not None and tuple(sorted(node.group.stroke_numbers)) not in allowed:
            continue
        if not node.incoming and target.may_be(node.group, 0):
            may_be[0] = []
        for before, _ in node.incoming:
            for character in characters[before]:
                if target.may_be(node.group, character + 1):
                    may_be.setdefault(character + 1, []).append(before)
    return characters


def _add_right(sums: PathSums, target: TargetLattice, features: Features) -> None:
    labels, lattice = target.labels, target.lattice
    places, characters = _places(lattice), _characters(target)
    index: dict[tuple[Node, int], int] = {}
    for node in lattice.nodes:
        group = node.group
        for character, incoming in characters[node].items():
            at = sums.node(places[node], features.of_labels(group, [labels[character]]))
            index[node, character] = at
            if not incoming:
                sums.first(at, features.of_link(None, group, BEGINNING))
            for before in incoming:
                link = features.of_link(before.group, group, before.state)
                sums.link(index[before, character - 1], at, link)
    for node in lattice.last:
        if (node, len(labels) - 1) in index:
            link = features.of_link(node.group, None, node.state)
            sums.last(index[node, len(labels) - 1], link)
    sums.lines += 1
