"""The score of each label of a group of pieces, from what the network, size, place and gaps say.

    score of a label    weighted: log P(label | ink), of which "none of these" takes its part,
                        log P(number of strokes | label), log P(label | size and place), how
                        frequent it is, and gaps that are wider than is usual for it

The log-probabilities of labels fall when "none of these" rises, so a wrong group is as unlikely as
the network finds it.
"""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from realtime.recognition.lines.weights import LabelWeights, OwnFacts

Scores = npt.NDArray[np.float64]

# What a label's score is of, in the order of the weights.
LABEL_FEATURES = LabelWeights.__struct_fields__
# Of one stroke, two, three, and more.
STROKE_COUNTS = 4
_LEAST_PROBABILITY = 1e-6


AnyPlace = TypeVar("AnyPlace")
_PlaceIn = TypeVar("_PlaceIn", contravariant=True)


class PlaceScores(Protocol[_PlaceIn]):
    """Says how likely labels are in places."""

    def scores(self, places: Sequence[_PlaceIn]) -> Scores:
        """The logarithm of each label's share in each place, float64 of shape (places, labels)."""


class LabelScorer(Generic[AnyPlace]):
    """Scores the labels of groups; immutable.

    Args:
        weights: of what the scores are of.
        facts: of each label.
        places: knows the same labels.
    """

    def __init__(
        self, weights: LabelWeights, facts: Sequence[OwnFacts], places: PlaceScores[AnyPlace]
    ) -> None:
        self._weights = weights
        self._places = places
        # Of shape (stroke counts, labels), (labels, 3) and (labels,).
        shares = np.array([one.strokes for one in facts])
        self._log_shares = np.log(np.maximum(shares.T, _LEAST_PROBABILITY))
        self._usual_gaps = np.array([one.gaps for one in facts])
        self._frequency = np.array([one.frequency for one in facts])
        # What depends on the number of strokes alone.
        self._constant = (
            self._weights.strokes * self._log_shares + self._weights.frequency * self._frequency
        )
        self._of_gaps = np.array([self._weights.joined, self._weights.gap, self._weights.aside])

    def scores(self, log_probabilities: Scores, strokes: int, inside: Sequence[float]) -> Scores:
        """The score of each label of a group by itself, float64 of shape (labels,).

        Args:
            log_probabilities: of each label, by the network.
            strokes: how many the group has.
            inside: what speaks against the group; see `geometry.inside`.
        """
        weights = self._weights
        scores = weights.network * log_probabilities
        scores += self._constant[min(strokes, STROKE_COUNTS) - 1]
        *gaps, cut = inside
        if any(gaps):
            scores += np.maximum(gaps - self._usual_gaps, 0.0) @ self._of_gaps
        if cut:
            scores += weights.cut * cut
        return scores

    def scores_in_place(self, own: Sequence[Scores], places: Sequence[AnyPlace | None]) -> Scores:
        """The scores of several groups, at least one, in their places.

        Args:
            own: what `scores` says of each.
            places: of each its size and place; None where nothing is known of these.

        Returns:
            float64 of shape (groups, labels).
        """
        scores = np.array(own)
        known = [at for at, place in enumerate(places) if place is not None]
        if known:
            of_places = self._places.scores([place for place in places if place is not None])
            scores[known] += self._weights.place * of_places
        return scores

    def features(
        self,
        log_probabilities: Scores,
        strokes: int,
        inside: Sequence[float],
        place: AnyPlace | None,
    ) -> Scores:
        """What the scores of labels are the weighted sums of.

        Returns:
            float64 of shape (labels, features), in the order of `LABEL_FEATURES`.
        """
        *gaps, cut = inside
        count = len(log_probabilities)
        return np.column_stack(
            [
                log_probabilities,
                self._log_shares[min(strokes, STROKE_COUNTS) - 1],
                np.zeros(count) if place is None else self._places.scores([place])[0],
                self._frequency,
                np.maximum(gaps - self._usual_gaps, 0.0),
                np.full(count, cut),
            ]
        )
