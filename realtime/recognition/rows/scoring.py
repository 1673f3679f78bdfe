"""The score of a group of a picture's pieces, and of one beside the next.

score of a label    weighted: log P(label | ink), of which "none of these" takes its part,
log P(number of parts | label), and what speaks against the group
"""

from collections.abc import Collection

import msgspec
import numpy as np

from realtime.recognition.lines.geometry import between
from realtime.recognition.lines.groups import Group
from realtime.recognition.rows.weights import RowWeights

# Of one part, two, three, and more.
PART_COUNTS = 4
_LEAST_PROBABILITY = 1e-6


class RowScorer:
    """Scores groups; immutable."""

    def __init__(self, weights: RowWeights, labels: Collection[str]) -> None:
        self._weights = weights
        self._inside = np.array(msgspec.structs.astuple(weights.inside))
        self._between = np.array(msgspec.structs.astuple(weights.between))
        # What a picture shows of other characters, no network has learnt.
        self.allowed = [index for index, label in enumerate(labels) if label.isdecimal()]
        shares = np.array(weights.shares_of([*labels]))
        self.log_shares = np.log(np.maximum(shares.T, _LEAST_PROBABILITY))

    def score(self, group: Group) -> None:
        """Set the scores of a group."""
        weights = self._weights
        log_shares = self.log_shares[min(len(group.stroke_numbers), PART_COUNTS) - 1]
        scores = weights.label * group.log_probabilities + weights.strokes * log_shares
        scores += self._inside @ group.inside
        group.set_scores(self.allowed, scores[self.allowed].tolist())

    def state_after(self, state: int, group: Group) -> int:  # noqa: ARG002 (see `lattice_node.Links`)
        """The only state: any digit may follow any other."""
        return state

    def link(self, one: Group | None, other: Group | None, state: int) -> float:  # noqa: ARG002
        """The score of one group being followed by another; a row may begin and end with any."""
        if one is None or other is None:
            return 0.0
        return float(self._between @ between(one.box, other.box))
