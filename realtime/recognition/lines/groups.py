"""Groups of pieces as the network reads them: each is rasterized and read once, and scored."""

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Any, Generic

import numpy as np

from realtime.recognition.characters.box import Box, extent
from realtime.recognition.characters.group_raster import rasterize_group
from realtime.recognition.characters.network import Network
from realtime.recognition.characters.rasterizer import Raster
from realtime.recognition.lines.geometry import between, inside
from realtime.recognition.lines.log_sum import log_sum
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.lines.placed_piece import AnyPiece, PlacedPiece
from realtime.recognition.lines.places import Place, PlaceScorer
from realtime.recognition.lines.proximity import Candidate
from realtime.recognition.lines.scoring import AnyPlace, LabelScorer, Scores
from realtime.recognition.lines.sequence import END, Contexts
from realtime.recognition.lines.weights import LineWeights

# A kind of characters is left out that is e^7 times less likely than another for the same group.
_HOPELESS_KIND = 7.0


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


class GroupReader(Generic[AnyPlace]):
    """Reads candidates with a network, and scores the labels of each by itself.

    Args:
        network: that reads them.
        names: the labels to read, some of the network's or all of them.
        labels: scores these, in their order.
    """

    def __init__(
        self, network: Network, names: Sequence[str], labels: LabelScorer[AnyPlace]
    ) -> None:
        self.network = network
        self.names = names
        self.labels = labels
        self._every = range(len(names))
        card = network.card
        # Of the network's logits, where it has more labels than these.
        self._columns = None
        if list(names) != card.labels:
            self._columns = [*map(card.labels.index, names), card.other]

    def read(
        self,
        candidates: Sequence[Candidate[Piece]],
        *,
        head: int,
        dot_size: float = 0.0,
        allowed: Collection[int] | None = None,
        is_final: bool = True,
    ) -> list[Group]:
        """Read and score candidates, at least one, together.

        Args:
            candidates: the pieces of each.
            head: of the network, `FINAL` or `INTERIM`.
            dot_size: see `rasterize`.
            allowed: indices of the labels to choose among; None for all.
            is_final: whether a person waits for the answer; see `Network`.

        Raises:
            RecognitionError: the network failed.
        """
        rasters = [self.rasterize(candidate.pieces, dot_size) for candidate in candidates]
        logits = self.network.infer(rasters, is_final=is_final).logits[:, head]
        if self._columns is not None:
            logits = logits[:, self._columns]
        groups = [Group(*one) for one in zip(candidates, logits.tolist(), strict=True)]
        for group in groups:
            self.score(group, allowed)
        return groups

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
        group.own_scores = self.labels.scores(
            group.log_probabilities, len(group.stroke_numbers), group.inside
        )
        scores = group.own_scores.tolist()
        labels: Collection[int] = self._every if allowed is None else allowed
        group.set_scores([*labels], [scores[label] for label in labels])


def label_scorer_of(weights: LineWeights, labels: Sequence[str]) -> LabelScorer[Place]:
    """What scores labels by these weights.

    Raises:
        KeyError: nothing is known of one.
    """
    facts = weights.facts_of(labels)
    return LabelScorer(weights.label, facts, PlaceScorer([one.place for one in facts]))


class PinningReader(GroupReader[AnyPlace], ABC):
    """A `GroupReader` that knows what a group is that a person has named."""

    @abstractmethod
    def pinned(self, free: Group, label: int) -> Group:
        """A group that is known to be this label; another one that is not stays as it is."""


class GroupScorer(PinningReader[Place]):
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
        scores = self.labels.scores_in_place([group.own_scores for group in groups], places)
        if allowed is not None:
            among = [*allowed]
            only_allowed = np.full(scores.shape, -np.inf)
            only_allowed[:, among] = scores[:, among]
            scores = only_allowed
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
        """The score of one group being followed by another; see `lattice.Links`."""
        follows = self._follows[state][other.kind if other else END]
        if one is None or other is None:
            return follows
        overlap, size, baseline = between(one.box, other.box)
        weights = self._link
        return (
            overlap * weights.overlap + size * weights.size + baseline * weights.baseline + follows
        )
