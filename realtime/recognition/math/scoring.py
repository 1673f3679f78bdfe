"""Groups of strokes as the network reads them, and what speaks for each being one sign."""

import math
from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from realtime.recognition.characters.network import Network
from realtime.recognition.lines.group_reader import GroupReader
from realtime.recognition.lines.groups import Group
from realtime.recognition.math.weights import MATH_TASK, GroupWeights, MathWeights

Floats = npt.NDArray[np.float64]

# What a group's score is the weighted sum of, in the order of the weights.
FEATURES = GroupWeights.__struct_fields__
# The network's certainty that a group is no sign leaves it at least e^-10.
_LEAST_SOME = 10.0
_LEAST = 1e-9
_LEAST_SHARE = 1e-4
# How many strokes a label has differs from writer to writer: it counts for less.
_OF_SHARES = 0.6
# What a gap costs a label that is wider than is usual for it, as a share of the group's size.
_GAP_COST = 8.0
# Labels of a group that are looked at: those that are at most e^7 times less likely than the best.
MOST_LABELS = 6
_HOPELESS_LABEL = 7.0
# Strokes touch that are apart by at most this share of the group's size.
_TOUCHING = 0.06


class MathScorer(GroupReader):
    """Reads candidates with a network, and scores them; one for the whole process."""

    def __init__(self, network: Network, weights: MathWeights) -> None:
        labels = network.card.labels
        super().__init__(network, labels)
        self.weights = weights
        self.index = {label: labels.index(label) for label in network.card.labels_of(MATH_TASK)}
        self._among = np.array(sorted(self.index.values()))
        facts = [weights.labels[labels[at]] for at in self._among.tolist()]
        shares = np.array([one.strokes for one in facts]).T
        self._log_shares = _OF_SHARES * np.log(np.maximum(shares, _LEAST_SHARE))
        self._gaps = np.array([one.gaps for one in facts])
        self._weights = np.array([getattr(weights.group, name) for name in FEATURES])

    def score(self, group: Group, allowed: Collection[int] | None = None) -> None:
        """Set the labels of a group and its score; see `features` and `read`."""
        features = self.features(group)
        among, scores = self._label_scores(group)
        group.own_scores = scores
        if allowed is not None:
            is_allowed = np.isin(among, [*allowed])
            among, scores = among[is_allowed], scores[is_allowed]
        order = np.argsort(-scores)[:MOST_LABELS]
        best = float(scores[order[0]])
        kept = [at for at in order.tolist() if scores[at] >= best - _HOPELESS_LABEL]
        group.set_scores(among[kept].tolist(), scores[kept].tolist())
        group.score = float(self._weights @ np.array(features))

    def features(self, group: Group) -> tuple[float, ...]:
        """What a group's score is the weighted sum of, in the order of `FEATURES`.

        Returns:
            That the network takes it for a sign, and for its best label with so many strokes, both
            as logarithms; how many strokes are joined to the first, and how many of these touch;
            how much wider the gaps are, and those sideways, than is usual for that label; the
            first two once more where strokes are joined; whether others were drawn between them.
        """
        _, scores = self._label_scores(group)
        best = int(scores.argmax())
        some = max(math.log(max(1.0 - group.none, _LEAST)), -_LEAST_SOME)
        more = len(group.ids) - 1.0
        gap, aside = self._excess(group)[best].tolist() if more else (0.0, 0.0)
        touching = more if more and group.inside[1] <= _TOUCHING else 0.0
        label = max(float(scores[best]), -_LEAST_SOME)
        numbers = group.stroke_numbers
        delayed = float(numbers[-1] - numbers[0] >= len(numbers))
        joined = (some, label) if more else (0.0, 0.0)
        return some, label, more, touching, gap, aside, *joined, delayed

    def _label_scores(self, group: Group) -> tuple[Floats, Floats]:
        """The labels, and how likely each is if the group is a sign, as logarithms."""
        some = math.log(max(1.0 - group.none, _LEAST))
        strokes = min(len(group.ids), len(self._log_shares))
        scores = group.log_probabilities[self._among] - some + self._log_shares[strokes - 1]
        if strokes > 1:
            scores = scores - _GAP_COST * self._excess(group).sum(axis=1)
        return self._among, scores

    def _excess(self, group: Group) -> Floats:
        """How much wider the group's gaps are than is usual for each label, shape (labels, 2)."""
        excess: Floats = np.maximum(np.array(group.inside[1:3]) - self._gaps, 0.0)
        return excess

    def pinned(self, free: Group, label: int) -> Group:
        """A group that is known to be this label; another one that is not stays as it is."""
        group = free.copy()
        group.free = free
        group.set_scores([label], [0.0])
        group.score = 0.0
        return group
