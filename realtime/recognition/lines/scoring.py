"""The score of each label of a group of pieces, from what the network, size, place and gaps say.

    score of a label    weighted: log P(label | ink), of which "none of these" takes its part,
                        log P(number of strokes | label), log P(label | size and place), how
                        frequent it is, and gaps that are wider than is usual for it

The log-probabilities of labels fall when "none of these" rises, so a wrong group is as unlikely as
the network finds it.
"""

import math
from collections.abc import Sequence

import msgspec

from realtime.recognition.lines.places import Place, PlaceScorer
from realtime.recognition.lines.weights import LabelWeights, LineWeights

# What a label's score is of, in the order of the weights.
LABEL_FEATURES = LabelWeights.__struct_fields__
# Of one stroke, two, three, and more.
STROKE_COUNTS = 4
_LEAST_PROBABILITY = 1e-6


class LabelScorer:
    """Scores the labels of groups; immutable."""

    def __init__(self, weights: LineWeights, labels: Sequence[str]) -> None:
        self._weights: tuple[float, ...] = msgspec.structs.astuple(weights.label)
        facts = weights.facts_of(labels)
        self._gaps = [one.gaps for one in facts]
        self._frequency = [one.frequency for one in facts]
        self._places = PlaceScorer([one.place for one in facts])
        self._log_shares = [
            [math.log(max(one.strokes[count], _LEAST_PROBABILITY)) for one in facts]
            for count in range(STROKE_COUNTS)
        ]
        # What depends on the number of strokes alone, weighted.
        _, of_strokes, _, of_frequency, *_ = self._weights
        self._constant = [
            [
                of_strokes * share + of_frequency * frequency
                for share, frequency in zip(shares, self._frequency, strict=True)
            ]
            for shares in self._log_shares
        ]

    def scores(
        self,
        log_probabilities: Sequence[float],
        strokes: int,
        inside: Sequence[float],
        place: Place | None,
    ) -> list[float]:
        """The score of each label.

        Args:
            log_probabilities: of each label, by the network.
            strokes: how many the group has.
            inside: what speaks against the group; see `geometry.inside`.
            place: its size and place; None where nothing is known of these.
        """
        of_network, _, of_place, _, of_joined, of_gap, of_aside, of_cut = self._weights
        constant = self._constant[min(strokes, STROKE_COUNTS) - 1]
        scores = [
            of_network * log_probability + rest
            for log_probability, rest in zip(log_probabilities, constant, strict=True)
        ]
        if place is not None:
            known = self._places.scores(place)
            scores = [score + of_place * one for score, one in zip(scores, known, strict=True)]
        joined, gap, aside, cut = inside
        if joined or gap or aside:
            scores = [
                score
                + of_joined * max(joined - usual_joined, 0.0)
                + of_gap * max(gap - usual_gap, 0.0)
                + of_aside * max(aside - usual_aside, 0.0)
                for score, (usual_joined, usual_gap, usual_aside) in zip(
                    scores, self._gaps, strict=True
                )
            ]
        return [score + of_cut * cut for score in scores] if cut else scores

    def features(
        self,
        label: int,
        log_probabilities: Sequence[float],
        strokes: int,
        inside: Sequence[float],
        place: Place | None,
    ) -> tuple[float, ...]:
        """What the score of one label is the weighted sum of, in the order of `LABEL_FEATURES`."""
        places = self._places.scores(place)
        *gaps, cut = inside
        return (
            log_probabilities[label],
            self._log_shares[min(strokes, STROKE_COUNTS) - 1][label],
            places[label],
            self._frequency[label],
            *[max(one - usual, 0.0) for one, usual in zip(gaps, self._gaps[label], strict=True)],
            cut,
        )
