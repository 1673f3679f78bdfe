"""A group of pieces as the network reads it, and its scores."""

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from realtime.recognition.characters.box import Box, extent
from realtime.recognition.lines.geometry import inside
from realtime.recognition.lines.log_sum import log_sum
from realtime.recognition.lines.placed_piece import AnyPiece, PlacedPiece
from realtime.recognition.lines.proximity import Candidate
from realtime.recognition.lines.scoring import Scores


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
        place: its size and place on the line; None where that is not known.
        own_scores: of each label, whatever its size and place; there once it is scored.
        kind: of its labels, from 1; 0 where they are of all kinds.
        score: that of all its labels together.
        ranked_labels: the indices of the labels, the best first.
        ranked_scores: their scores.
        free: of a group that was pinned to a label the same group without the pin, else None.
    """

    __slots__ = (
        "_shares",
        "box",
        "free",
        "ids",
        "inside",
        "kind",
        "log_probabilities",
        "none",
        "own_scores",
        "pieces",
        "place",
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
        self.log_probabilities = np.array(logits[:-1]) - total
        self.none = math.exp(logits[-1] - total)
        self.own_scores: Scores
        self.place: Any = None
        self.kind = 0
        self.free: Group | None = None

    def copy(self) -> "Group":
        """Another group of the same pieces, as the network reads it."""
        other = object.__new__(Group)
        for name in _READ:
            setattr(other, name, getattr(self, name))
        return other

    def set_scores(self, labels: Sequence[int], scores: Sequence[float]) -> None:
        """Set the labels that it may have, at least one, and the score of each."""
        ranked = sorted(zip(scores, labels, strict=True), key=itemgetter(0), reverse=True)
        self.ranked_labels = [label for _, label in ranked]
        self.ranked_scores = [score for score, _ in ranked]
        self.score = log_sum(self.ranked_scores)
        self._shares: list[float] | None = None

    def shares(self) -> list[float]:
        """The probabilities of the ranked labels, if the group is one of these."""
        if self._shares is None:
            self._shares = [math.exp(score - self.score) for score in self.ranked_scores]
        return self._shares


# What is the same of a group and its copies.
_READ = (
    *("ids", "pieces", "box", "size", "stroke_numbers", "inside", "log_probabilities", "none"),
    *("own_scores", "place", "kind", "free"),
)
