"""The conditional random field of lines: the likelihood of labels, and its gradient.

The score of a line's reading is linear in a few weights (`realtime.recognition.lines`), so they are
fitted by the likelihood of what the lines say: of all readings, those that spell the label, and of
those, where each character's strokes are known, the ones that group them so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from realtime.recognition.lines.geometry import BETWEEN, INSIDE, between
from realtime.recognition.lines.lattice import Lattice, Node
from train.data.lines import StrokePlaces
from train.model.path_sums import Floats, PathSums

# Pulls the weights towards `start`, as a normal distribution with a standard deviation of 1.
PRIOR = 1.0
MOST_STEPS = 60


def start(inside: int = len(INSIDE)) -> Floats:
    """Where the fit begins: weights of the label and of its number of strokes, then all others.

    Args:
        inside: how many numbers there are of a group alone; those of a pair are `BETWEEN`.
    """
    return np.array([1.0, 0.5, *[0.0] * (inside + len(BETWEEN))])


START = start()


@dataclass(frozen=True)
class TargetLattice:
    """A line's lattice, and what it should be read as.

    Attributes:
        lattice: of all readings.
        labels: the indices of its characters' labels.
        groups: the numbers of each character's strokes; None where they are not known.
        writer: who wrote it.
    """

    lattice: Lattice
    labels: Sequence[int]
    groups: Sequence[StrokePlaces] | None
    writer: str


def fit(targets: Sequence[TargetLattice], log_shares: Floats) -> tuple[Floats, int]:
    """Fit the weights.

    Args:
        targets: the lines.
        log_shares: logarithms of the stroke shares, of shape (labels, 4).

    Returns:
        The weights in the order of `start`, and how many lines none of whose readings is right:
        they say nothing.
    """
    begin = start(len(targets[0].lattice.nodes[0].group.inside))
    reachable = [target for target in targets if _is_reachable(target)]
    every, right = all_sums(reachable, log_shares), right_sums(reachable, log_shares)

    def loss(weights: Floats) -> tuple[float, Floats]:
        all_totals, all_gradient = every.log_totals(weights)
        right_totals, right_gradient = right.log_totals(weights)
        pulled = weights - begin
        value = (all_totals - right_totals).sum() + PRIOR * (pulled @ pulled) / 2
        return float(value), all_gradient - right_gradient + PRIOR * pulled

    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    return found.x, len(targets) - len(reachable)


def all_sums(targets: Sequence[TargetLattice], log_shares: Floats) -> PathSums:
    """The sums over all readings of lines; see `fit`."""
    sums = PathSums()
    for target in targets:
        _add_every(sums, target.lattice, log_shares)
    sums.freeze()
    return sums


def right_sums(targets: Sequence[TargetLattice], log_shares: Floats) -> PathSums:
    """The sums over the readings of lines that are right, of which there is one at least."""
    sums = PathSums()
    for target in targets:
        _add_right(sums, target, log_shares)
    sums.freeze()
    return sums


def _places(lattice: Lattice) -> dict[Node, int]:
    """For each node a number greater than those of all nodes that may come before it."""
    places: dict[Node, int] = {}
    for node in lattice.nodes:
        places[node] = max([places[before] for before, _ in node.incoming], default=-1) + 1
    return places


def _add_every(sums: PathSums, lattice: Lattice, log_shares: Floats) -> None:
    places, index = _places(lattice), dict[Node, int]()
    for node in lattice.nodes:
        group = node.group
        shares = log_shares[:, min(len(group.stroke_numbers), log_shares.shape[1]) - 1]
        index[node] = sums.node(places[node], group.log_probabilities, shares, group.inside)
        if not node.incoming:
            sums.first(index[node])
        for before, _ in node.incoming:
            sums.link(index[before], index[node], between(before.group.box, group.box))
    for node in lattice.last:
        sums.last(index[node])
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
        if not node.incoming:
            may_be[0] = []
        for before, _ in node.incoming:
            for character in characters[before]:
                if character + 1 < len(target.labels):
                    may_be.setdefault(character + 1, []).append(before)
    return characters


def _add_right(sums: PathSums, target: TargetLattice, log_shares: Floats) -> None:
    labels, lattice = target.labels, target.lattice
    places, characters = _places(lattice), _characters(target)
    index: dict[tuple[Node, int], int] = {}
    for node in lattice.nodes:
        group = node.group
        shares = log_shares[:, min(len(group.stroke_numbers), log_shares.shape[1]) - 1]
        for character, incoming in characters[node].items():
            label = labels[character]
            at = sums.node(
                places[node], [group.log_probabilities[label]], [shares[label]], group.inside
            )
            index[node, character] = at
            if not incoming:
                sums.first(at)
            for before in incoming:
                features = between(before.group.box, group.box)
                sums.link(index[before, character - 1], at, features)
    for node in lattice.last:
        if (node, len(labels) - 1) in index:
            sums.last(index[node, len(labels) - 1])
    sums.lines += 1
