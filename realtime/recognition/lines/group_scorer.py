"""Scores the groups of a line in their places, and beside each other."""

from collections.abc import Collection, Sequence

import numpy as np

from realtime.recognition.characters.network import Network
from realtime.recognition.lines.geometry import between
from realtime.recognition.lines.group_reader import LabelReader
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.places import Place, PlaceScorer
from realtime.recognition.lines.scoring import LabelScorer
from realtime.recognition.lines.sequence import END, Contexts
from realtime.recognition.lines.weights import LineWeights

# A kind of characters is left out that is e^7 times less likely than another for the same group.
_HOPELESS_KIND = 7.0


def label_scorer_of(weights: LineWeights, labels: Sequence[str]) -> LabelScorer[Place]:
    """What scores labels by these weights.

    Raises:
        KeyError: nothing is known of one.
    """
    facts = weights.facts_of(labels)
    return LabelScorer(weights.label, facts, PlaceScorer([one.place for one in facts]))


class GroupScorer(LabelReader[Place]):
    """Reads candidates of lines, and scores them; one for the whole process."""

    def __init__(self, network: Network, weights: LineWeights) -> None:
        labels = network.card.labels
        super().__init__(network, labels, label_scorer_of(weights, labels))
        self.weights = weights
        self._kinds = [[labels.index(label) for label in kind] for kind in weights.kinds]
        # Labels by kind, and where each kind begins among these.
        self._by_kind = np.array([label for kind in self._kinds for label in kind])
        self._starts = np.cumsum([0, *map(len, self._kinds[:-1])])
        self._link = weights.link
        of_sequence = weights.link.sequence
        self._contexts = Contexts(weights.kinds)
        self._follows = [[of_sequence * one for one in row] for row in weights.follows]

    def placed(
        self,
        groups: Sequence[Group],
        places: Sequence[Place | None],
        allowed: Collection[int] | None = None,
    ) -> list[list[Group]]:
        """Scored groups, at least one, in their places, once for each kind that they may be.

        Args:
            groups: stay as they are.
            places: of each its size and place.
            allowed: see `read`.
        """
        scores = self._scores_in_place(groups, places, allowed)
        best = np.maximum.reduceat(scores[:, self._by_kind], self._starts, axis=1)
        hopeful = best >= best.max(axis=1, keepdims=True) - _HOPELESS_KIND
        return [
            [
                self._of_kind(group, place, kind, row, allowed)
                for kind in kinds.nonzero()[0].tolist()
            ]
            for group, place, kinds, row in zip(
                groups, places, hopeful, scores.tolist(), strict=True
            )
        ]

    def _of_kind(
        self,
        group: Group,
        place: Place | None,
        kind: int,
        scores: Sequence[float],
        allowed: Collection[int] | None,
    ) -> Group:
        """A group in its place that is of one kind, counted from 0; see `placed`."""
        one = group.copy()
        one.place = place
        one.kind = kind + 1
        labels = self._kinds[kind]
        if allowed is not None:
            labels = [label for label in labels if label in allowed]
        one.set_scores(labels, [scores[label] for label in labels])
        return one

    def pinned(self, free: Group, label: int) -> Group:
        """A group that is known to be this label; another one that is not stays as it is."""
        group = free.copy()
        group.free = free
        group.kind = next(kind for kind, some in enumerate(self._kinds, 1) if label in some)
        self.score(group, {label})
        return group

    def state_after(self, state: int, group: Group) -> int:
        """The state of a text after one more group; see `sequence.py`."""
        return self._contexts.after(state, group.kind)

    def link(self, one: Group | None, other: Group | None, state: int) -> float:
        """The score of one group being followed by another; see `lattice_node.Links`."""
        follows = self._follows[state][other.kind if other else END]
        if one is None or other is None:
            return follows
        overlap, size, baseline = between(one.box, other.box)
        weights = self._link
        return (
            overlap * weights.overlap + size * weights.size + baseline * weights.baseline + follows
        )
