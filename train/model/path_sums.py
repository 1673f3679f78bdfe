"""Sums over the paths of many lattices at once, and how they change with the weights.

The serving lattice is one of objects, which suits a line that changes; for thousands of lines and
dozens of steps of an optimiser the nodes of all are columns of arrays, and are summed place by
place.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

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

    def node(self, place: int, labels: Iterable[Sequence[float]]) -> int:
        """Add a node, with the features of each of its labels; returns its number.

        `place` is greater than those of all nodes that may come before it.
        """
        add = self._columns
        add["place"].append(place)
        add["line"].append(self.lines)
        add["start"].append(len(add["labels"]))
        add["labels"] += labels
        self.nodes += 1
        return self.nodes - 1

    def link(self, before: int, after: int, features: Sequence[float]) -> None:
        """Add a link from one node to another."""
        self._columns["before"].append(before)
        self._columns["after"].append(after)
        self._columns["link"].append(features)

    def first(self, node: int, features: Sequence[float]) -> None:
        """Say that a path may begin with a node, and the features of that link."""
        self._columns["first"].append(node)
        self._columns["begin"].append(features)

    def last(self, node: int, features: Sequence[float]) -> None:
        """Say that a path may end with a node, and the features of that link."""
        self._columns["last"].append(node)
        self._columns["end"].append(features)

    def freeze(self) -> None:
        """Take no more nodes, and be ready to sum."""
        columns = self._columns
        self.labels = np.array(columns["labels"], float)
        self.starts = np.array(columns["start"], int)
        counts = np.diff(np.append(self.starts, len(self.labels)))
        self.node_of_label = np.repeat(np.arange(self.nodes), counts)
        self.line = np.array(columns["line"], int)
        self.first_nodes = np.array(columns["first"], int)
        self.last_nodes = np.array(columns["last"], int)
        self.begin, self.end = np.array(columns["begin"], float), np.array(columns["end"], float)
        self.before = np.array(columns["before"], int)
        self.after = np.array(columns["after"], int)
        self.links = np.array(columns["link"], float).reshape(-1, self.begin.shape[1])
        places = np.array(columns["place"], int)[self.after]
        order = np.argsort(places, kind="stable")
        ends = np.flatnonzero(np.diff(places[order])) + 1
        self.steps = [part for part in np.split(order, ends) if len(part)]
        self._columns.clear()

    def log_totals(self, weights: Floats) -> tuple[Floats, Floats]:
        """The logarithm of each line's sum, and the gradient of all of these together."""
        of_labels, of_links = np.split(weights, [self.labels.shape[1]])
        of_label = self.labels @ of_labels
        score = _log_sums(of_label, self.starts)
        shares = np.exp(of_label - score[self.node_of_label])
        link, begin, end = self.links @ of_links, self.begin @ of_links, self.end @ of_links
        forward = np.full(self.nodes, -np.inf)
        forward[self.first_nodes] = score[self.first_nodes] + begin
        before, after = self.before, self.after
        for step in self.steps:
            _add_at(forward, after[step], forward[before[step]] + link[step] + score[after[step]])
        backward = np.full(self.nodes, -np.inf)
        backward[self.last_nodes] = end
        for step in reversed(self.steps):
            onward = backward[after[step]] + link[step] + score[after[step]]
            _add_at(backward, before[step], onward)
        totals = np.full(self.lines, -np.inf)
        _add_at(totals, self.line[self.last_nodes], forward[self.last_nodes] + end)
        nodes = np.exp(forward + backward - totals[self.line])
        links = np.exp(
            forward[before] + link + score[after] + backward[after] - totals[self.line[before]]
        )
        first, last = self.first_nodes, self.last_nodes
        begins = np.exp(begin + score[first] + backward[first] - totals[self.line[first]])
        ends = np.exp(forward[last] + end - totals[self.line[last]])
        gradient = np.concatenate(
            [
                (nodes[self.node_of_label] * shares) @ self.labels,
                links @ self.links + begins @ self.begin + ends @ self.end,
            ]
        )
        return totals, gradient


def _log_sums(logarithms: Floats, starts: Ints) -> Floats:
    """The sums of the parts that begin at `starts`, all given as logarithms."""
    highest = np.maximum.reduceat(logarithms, starts)
    repeats = np.diff(np.append(starts, len(logarithms)))
    shifted = np.exp(logarithms - np.repeat(highest, repeats))
    return np.log(np.add.reduceat(shifted, starts)) + highest


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
