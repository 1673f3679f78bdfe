"""Readers of groups: candidates are rasterized, read by the network together, and scored.

What a group scores depends on what is read: lines, texts and formulas have a reader each.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Generic

import numpy as np

from realtime.recognition.characters.group_raster import rasterize_group
from realtime.recognition.characters.network import Network
from realtime.recognition.characters.rasterizer import Raster
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.lines.proximity import Candidate
from realtime.recognition.lines.scoring import AnyPlace, LabelScorer, Scores


class GroupReader(ABC):
    """Reads candidates with a network, and scores them.

    Args:
        network: that reads them.
        names: the labels to read, some of the network's or all of them.
    """

    def __init__(self, network: Network, names: Sequence[str]) -> None:
        self.network = network
        self.names = names
        card = network.card
        # Of the network's logits, where it has more labels than these.
        self._columns = None
        if list(names) != card.labels:
            self._columns = [*map(card.labels.index, names), card.other]

    @abstractmethod
    def score(self, group: Group, allowed: Collection[int] | None = None) -> None:
        """Set the scores of a group; see `read`."""

    @abstractmethod
    def pinned(self, free: Group, label: int) -> Group:
        """A group that is known to be this label; another one that is not stays as it is."""

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


class LabelReader(GroupReader, Generic[AnyPlace]):
    """A `GroupReader` that scores each label of a group, by itself and in its place.

    Args:
        network: that reads the groups.
        names: the labels to read.
        labels: scores these, in their order.
    """

    def __init__(
        self, network: Network, names: Sequence[str], labels: LabelScorer[AnyPlace]
    ) -> None:
        super().__init__(network, names)
        self.labels = labels
        self._every = range(len(names))

    def score(self, group: Group, allowed: Collection[int] | None = None) -> None:
        """Set the scores of a group by itself; see `read`."""
        group.own_scores = self._own_scores(group)
        scores = group.own_scores.tolist()
        labels: Collection[int] = self._every if allowed is None else allowed
        group.set_scores([*labels], [scores[label] for label in labels])

    def _own_scores(self, group: Group) -> Scores:
        """The score of each label of a group, whatever its place, float64 of shape (labels,)."""
        return self.labels.scores(group.log_probabilities, len(group.stroke_numbers), group.inside)

    def _scores_in_place(
        self,
        groups: Sequence[Group],
        places: Sequence[AnyPlace | None],
        allowed: Collection[int] | None,
    ) -> Scores:
        """The scores of scored groups in their places, float64 of shape (groups, labels).

        Those of labels that are not allowed are `-inf`.
        """
        scores = self.labels.scores_in_place([group.own_scores for group in groups], places)
        if allowed is None:
            return scores
        among = [*allowed]
        only_allowed = np.full(scores.shape, -np.inf)
        only_allowed[:, among] = scores[:, among]
        return only_allowed
