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
from realtime.recognition.lines.proximity import Candidate
from realtime.recognition.lines.weights import LineWeights

# Of one stroke, two, three, and more.
_STROKE_COUNTS = 4
_LEAST_PROBABILITY = 1e-6


class Group:
    """A group of pieces, read and scored."""

    __slots__ = (
        "box",
        "geometry",
        "inside",
        "is_kept",
        "label_scores",
        "links",
        "log_probabilities",
        "none",
        "pieces",
        "score",
        "size",
        "strokes",
    )

    def __init__(self, candidate: Candidate, logits: Sequence[float]) -> None:
        """Take what the network says of a candidate; `GroupScorer` scores it."""
        self.pieces = candidate.pieces
        boxes = [piece.box for piece in self.pieces]
        self.box = Box.around(boxes) if len(boxes) > 1 else boxes[0]
        self.size = extent(self.box)
        self.strokes = len({piece.stroke for piece in self.pieces})
        self.inside = inside(candidate, self.size)
        total = log_sum(logits)
        # Of the labels; "none of these" comes after them.
        self.log_probabilities = [logit - total for logit in logits[:-1]]
        self.none = math.exp(logits[-1] - total)
        self.label_scores: list[float] = []
        self.geometry = 0.0
        self.score = 0.0
        # Whether it will be met again: one that holds the moving stroke will not.
        self.is_kept = True
        # Scores of this group and the next, by the next one.
        self.links: dict[Group, float] = {}

    @property
    def stroke_numbers(self) -> list[int]:
        """The numbers of its strokes."""
        return list(dict.fromkeys([piece.stroke for piece in self.pieces]))


class GroupScorer:
    """Reads candidates with a network, and scores them; one for the whole process."""

    def __init__(self, network: DigitNetwork, weights: LineWeights) -> None:
        self.network = network
        self.weights = weights
        self._inside = msgspec.structs.astuple(weights.inside)
        self._between = msgspec.structs.astuple(weights.between)
        self._log_shares = [
            [
                weights.strokes * math.log(max(shares[count], _LEAST_PROBABILITY))
                for shares in weights.shares_of(network.card.labels)
            ]
            for count in range(_STROKE_COUNTS)
        ]

    def read(
        self,
        candidate: Candidate,
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
        log_shares = self._log_shares[min(group.strokes, _STROKE_COUNTS) - 1]
        scores = [
            label_weight * log_probability + log_share
            for log_probability, log_share in zip(group.log_probabilities, log_shares, strict=True)
        ]
        if allowed is not None:
            scores = [one if index in allowed else -math.inf for index, one in enumerate(scores)]
        group.label_scores = scores
        group.geometry = sum(map(float.__mul__, self._inside, group.inside))
        group.score = group.geometry + log_sum(scores)

    def link(self, one: Group, other: Group) -> float:
        """The score of one group being followed by another."""
        found = one.links.get(other)
        if found is None:
            first, second, third = between(one.box, other.box)
            overlap, size, baseline = self._between
            found = first * overlap + second * size + third * baseline
            if other.is_kept:
                one.links[other] = found
        return found
