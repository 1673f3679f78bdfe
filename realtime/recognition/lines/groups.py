"""Groups of pieces as the network reads them: each is rasterized and read once, and scored.

    score of a group    log Σ over labels of exp(score of the label) − what speaks against it
    score of a label    weighted: log P(label | ink), of which "none of these" takes its part, and
                        log P(number of strokes | label)

The log-probabilities of labels fall when "none of these" rises, so a wrong group is as unlikely as
the network finds it.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence

import msgspec

from realtime.recognition.digits.box import Box, extent
from realtime.recognition.digits.group_raster import rasterize_group
from realtime.recognition.digits.network import DigitNetwork
from realtime.recognition.digits.rasterizer import Raster
from realtime.recognition.lines.geometry import between, inside
from realtime.recognition.lines.log_sum import log_sum
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.lines.placed_piece import AnyPiece, PlacedPiece
from realtime.recognition.lines.proximity import Candidate
from realtime.recognition.lines.weights import LineWeights

# Of one stroke, two, three, and more.
_STROKE_COUNTS = 4
_LEAST_PROBABILITY = 1e-6


class Group:
    """A group of pieces as the network reads it, and its scores once they are set.

    Attributes:
        ids: of its pieces.
        pieces: in the order drawn.
        box: around them.
        size: the longer side of the box.
        stroke_numbers: of the strokes that they are of, in the order drawn.
        inside: what speaks against it; see `geometry.inside`.
        log_probabilities: of each label; "none of these" has its share of the probability.
        none: the probability of "none of these".
        geometry: the score of its geometry.
        score: that of all its labels together, with the geometry.
        best_score: that of the best label, with the geometry.
        ranked_labels: the indices of the labels, the best first.
        ranked_scores: their scores.
    """

    __slots__ = (
        "_shares",
        "best_score",
        "box",
        "geometry",
        "ids",
        "inside",
        "log_probabilities",
        "none",
        "pieces",
        "ranked_labels",
        "ranked_scores",
        "score",
        "size",
        "stroke_numbers",
    )

    def __init__(self, candidate: Candidate[AnyPiece], logits: Sequence[float]) -> None:
        """Take what the network says of a candidate: the logits of a head."""
        self.ids = candidate.ids
        self.pieces: tuple[PlacedPiece, ...] = candidate.pieces
        boxes = [piece.box for piece in self.pieces]
        self.box = Box.around(boxes) if len(boxes) > 1 else boxes[0]
        self.size = extent(self.box)
        self.stroke_numbers = tuple(dict.fromkeys([piece.stroke for piece in self.pieces]))
        self.inside = inside(candidate, self.size)
        total = log_sum(logits)
        self.log_probabilities = [logit - total for logit in logits[:-1]]
        self.none = math.exp(logits[-1] - total)

    def set_scores(self, label_scores: Sequence[float], geometry: float) -> None:
        """Set the score of each label, −∞ for those not allowed, and of the geometry."""
        self.geometry = geometry
        self.score = geometry + log_sum(label_scores)
        self.ranked_labels = sorted(
            range(len(label_scores)), key=label_scores.__getitem__, reverse=True
        )
        self.ranked_scores = [label_scores[label] for label in self.ranked_labels]
        self.best_score = geometry + self.ranked_scores[0]
        self._shares: list[float] | None = None

    def shares(self) -> list[float]:
        """The probabilities of the ranked labels, if the group is a character."""
        if self._shares is None:
            total = self.score - self.geometry
            self._shares = [math.exp(score - total) for score in self.ranked_scores]
        return self._shares


class GroupScorer:
    """Reads candidates with a network, and scores them; one for the whole process."""

    def __init__(self, network: DigitNetwork, weights: LineWeights) -> None:
        self.network = network
        self.weights = weights
        self._inside = msgspec.structs.astuple(weights.inside)
        self._between: tuple[float, ...] = msgspec.structs.astuple(weights.between)
        self._log_shares = [
            [
                weights.strokes * math.log(max(shares[count], _LEAST_PROBABILITY))
                for shares in weights.shares_of(network.card.labels)
            ]
            for count in range(_STROKE_COUNTS)
        ]

    def read(
        self,
        candidate: Candidate[Piece],
        *,
        head: int,
        dot_size: float = 0.0,
        allowed: Collection[int] | None = None,
    ) -> Group:
        """Read and score a candidate.

        Args:
            candidate: the pieces.
            head: of the network, `FINAL` or `INTERIM`.
            dot_size: see `rasterize`.
            allowed: indices of the labels to choose among; None for all.

        Raises:
            RecognitionError: the network failed.
        """
        raster = self.rasterize(candidate.pieces, dot_size)
        group = Group(candidate, self.network.logits(raster)[head].tolist())
        self.score(group, allowed)
        return group

    @staticmethod
    def rasterize(pieces: Sequence[Piece], dot_size: float = 0.0) -> Raster:
        """The raster of a group's pieces; see `read`."""
        held = Counter([piece.stroke for piece in pieces])
        drawn = []
        for piece in pieces:
            if held[piece.stroke] < piece.of:
                drawn.append(piece.drawn)
            elif piece.place == 0:
                drawn.append(piece.whole)
        return rasterize_group(drawn, dot_size=dot_size)

    def score(self, group: Group, allowed: Collection[int] | None = None) -> None:
        """Set the scores of a group; see `read`."""
        weights = self.weights
        label_weight = weights.label
        log_shares = self._log_shares[min(len(group.stroke_numbers), _STROKE_COUNTS) - 1]
        scores = [
            label_weight * log_probability + log_share
            for log_probability, log_share in zip(group.log_probabilities, log_shares, strict=True)
        ]
        if allowed is not None:
            scores = [one if index in allowed else -math.inf for index, one in enumerate(scores)]
        group.set_scores(scores, sum(map(float.__mul__, self._inside, group.inside)))

    def link(self, one: Group, other: Group) -> float:
        """The score of one group being followed by another."""
        overlap, size, baseline = between(one.box, other.box)
        of_overlap, of_size, of_baseline = self._between
        return overlap * of_overlap + size * of_size + baseline * of_baseline
