"""Sums over the paths of many lattices at once, and how they change with the weights.

The serving lattice is one of objects, which suits a line that changes; for thousands of lines and
dozens of steps of an optimiser the nodes of all are columns of arrays, and are summed place by
place.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from realtime.recognition.lines.geometry import BETWEEN

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class PathSums:
    """Nodes and links of several lattices, and the sums over their paths.

    Nodes are added line by line; `lines` is the number of lines that are complete.
    """

    def __init__(self) -> None:
        self._columns: dict[str, list] = defaultdict(list)
        self.nodes = 0
        self.lines = 0

    def node(
        self,
        place: int,
        log_probabilities: Sequence[float],
        log_shares: Sequence[float] | Floats,
        inside: Sequence[float],
    ) -> int:
        """Add a node, with what the network says of its labels; returns its number.

        `place` is greater than those of all nodes that may come before it.
        """
        add = self._columns
        add["place"].append(place)
        add["line"].append(self.lines)
        add["labels"].append(log_probabilities)
        add["strokes"].append(log_shares)
        add["inside"].append(inside)
        self.nodes += 1
        return self.nodes - 1

    def link(self, before: int, after: int, features: Sequence[float]) -> None:
        """Add a link from one node to another."""
        self._columns["before"].append(before)
        self._columns["after"].append(after)
        self._columns["between"].append(features)

    def first(self, node: int) -> None:
        """Say that a path may begin with a node."""
        self._columns["first"].append(node)

    def last(self, node: int) -> None:
        """Say that a path may end with a node."""
        self._columns["last"].append(node)

    def freeze(self) -> None:
        """Take no more nodes, and be ready to sum."""
        columns = self._columns
        self.labels = np.array(columns["labels"], float)
        self.strokes = np.array(columns["strokes"], float)
        self.inside = np.array(columns["inside"], float)
        self.line = np.array(columns["line"], int)
        self.first_nodes = np.array(columns["first"], int)
        self.last_nodes = np.array(columns["last"], int)
        self.before = np.array(columns["before"], int)
        self.after = np.array(columns["after"], int)
        self.between = np.array(columns["between"], float).reshape(-1, len(BETWEEN))
        places = np.array(columns["place"], int)[self.after]
        order = np.argsort(places, kind="stable")
        ends = np.flatnonzero(np.diff(places[order])) + 1
        self.steps = [part for part in np.split(order, ends) if len(part)]
        self._columns.clear()

    def log_totals(self, weights: Floats) -> tuple[Floats, Floats]:
        """The logarithm of each line's sum, and the gradient of all of these together."""
        count = self.inside.shape[1]
        of_label = weights[0] * self.labels + weights[1] * self.strokes
        total = logsumexp(of_label, axis=1)
        shares = np.exp(of_label - total[:, None])
        score = total + self.inside @ weights[2 : 2 + count]
        link = self.between @ weights[2 + count :]
        forward = np.full(self.nodes, -np.inf)
        forward[self.first_nodes] = score[self.first_nodes]
        before, after = self.before, self.after
        for step in self.steps:
            _add_at(forward, after[step], forward[before[step]] + link[step] + score[after[step]])
        backward = np.full(self.nodes, -np.inf)
        backward[self.last_nodes] = 0.0
        for step in reversed(self.steps):
            onward = backward[after[step]] + link[step] + score[after[step]]
            _add_at(backward, before[step], onward)
        totals = np.full(self.lines, -np.inf)
        _add_at(totals, self.line[self.last_nodes], forward[self.last_nodes])
        nodes = np.exp(forward + backward - totals[self.line])
        links = np.exp(
            forward[before] + link + score[after] + backward[after] - totals[self.line[before]]
        )
        gradient = np.concatenate(
            [
                [(nodes[:, None] * shares * self.labels).sum()],
                [(nodes[:, None] * shares * self.strokes).sum()],
                nodes @ self.inside,
                links @ self.between,
            ]
        )
        return totals, gradient


def _add_at(sums: Floats, at: Ints, logarithms: Floats) -> None:
    """Add to sums, all given as logarithms; several may be added to one."""
    order = np.argsort(at, kind="stable")
    places, starts = np.unique(at[order], return_index=True)
    sorted_ = logarithms[order]
    highest = np.maximum.reduceat(sorted_, starts)
    finite = np.where(np.isfinite(highest), highest, 0.0)
    repeats = np.diff(np.append(starts, len(at)))
    with np.errstate(divide="ignore"):
        added = np.log(np.add.reduceat(np.exp(sorted_ - np.repeat(finite, repeats)), starts))
    sums[places] = np.logaddexp(sums[places], added + finite)
