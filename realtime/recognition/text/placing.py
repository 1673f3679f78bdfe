"""The groups of a text in their places on its baseline; see `lines.placing.Places`."""

from collections.abc import Collection, Sequence
from itertools import accumulate
from operator import itemgetter

import numpy as np

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.lines.placing import besides
from realtime.recognition.text.letter_places import Floats, LineMetric
from realtime.recognition.text.line_metric import estimate
from realtime.recognition.text.scorer import Spacing, TextScorer, label_of
from realtime.recognition.text.word_shapes import CharacterClass

# How often each class of characters is met in lines of small letters, twice, and of capitals or
# digits; see `line_metric.BEGINNINGS`. Lines of small letters are as many times more frequent.
_SMALL_LETTERS = {
    CharacterClass.SMALL: 0.8,
    CharacterClass.CAPITAL: 0.1,
    CharacterClass.DIGIT: 0.05,
    CharacterClass.SIGN: 0.05,
}
_CAPITALS = {
    CharacterClass.SMALL: 0.05,
    CharacterClass.CAPITAL: 0.65,
    CharacterClass.DIGIT: 0.25,
    CharacterClass.SIGN: 0.05,
}
_LINES = (_SMALL_LETTERS, _SMALL_LETTERS, _CAPITALS)


class TextPlacing:
    """Places the groups of one text, time and again.

    Attributes:
        metric: of the groups that were placed last; None before that.
    """

    def __init__(self, scorer: TextScorer) -> None:
        self.metric: LineMetric | None = None
        self._scorer = scorer
        self._log_priors: Floats = np.log(
            [[of_line[CharacterClass(one)] for one in scorer.classes] for of_line in _LINES]
        )
        self._placed: dict[Group, tuple[Spacing, list[Group]]] = {}

    def clear(self) -> None:
        """Forget all groups."""
        self._placed.clear()
        self.metric = None

    def place(
        self,
        groups: Sequence[Group],
        pieces: Sequence[Piece],
        pinned: Sequence[Group],
        allowed: Collection[int] | None,
    ) -> list[Group]:
        """Groups in their places, as one label each; see `Places`."""
        if pinned:
            groups = besides(groups, pinned)
        metric = self._estimate([*pinned, *groups], allowed)
        if metric != self.metric:
            self._placed.clear()
        self.metric = metric
        clearance = _Clearance(pieces)
        known, self._placed = self._placed, {}
        moved: list[tuple[Group, Spacing]] = []
        for group in groups:
            spacing = self._scorer.spacing(clearance.before(group) / metric.x_height, metric)
            placed = known.get(group)
            if placed is None or placed[0] != spacing:
                moved.append((group, spacing))
                placed = spacing, []
            self._placed[group] = placed
        if moved:
            some = [group for group, _ in moved]
            places = [metric.place_of(group.box) for group in some]
            spacings = [spacing for _, spacing in moved]
            labelled = self._scorer.placed(some, places, spacings, allowed)
            for (group, spacing), of_labels in zip(moved, labelled, strict=True):
                self._placed[group] = spacing, of_labels
        found = [group for _, of_labels in self._placed.values() for group in of_labels]
        for group in pinned:
            spacing = self._scorer.spacing(clearance.before(group) / metric.x_height, metric)
            if spacing.none:
                found.append(group)
            if spacing.space:
                found.append(self._scorer.spaced(group))
        return found

    def _estimate(self, groups: Sequence[Group], allowed: Collection[int] | None) -> LineMetric:
        cover = _cover(groups)
        shares: Floats = np.array([group.own_scores for group in cover])
        if allowed is not None:
            among = [*allowed]
            only_allowed = np.full(shares.shape, -np.inf)
            only_allowed[:, among] = shares[:, among]
            shares = only_allowed
        for row, group in enumerate(cover):
            if group.free is not None:
                shares[row] = -1e3
                shares[row, label_of(group)] = 0.0
        shares = np.maximum(shares - shares.max(axis=1, keepdims=True), -1e3)
        return estimate(
            [group.box for group in cover], shares, self._scorer.spreads, self._log_priors
        )


def _cover(groups: Sequence[Group]) -> list[Group]:
    """Groups that share no piece, those before all others that gain most by being together.

    A way to share the ink among groups that is good enough to measure the line by.
    """
    alone = {group.ids[0]: group.score for group in groups if len(group.ids) == 1}
    gains = [
        (
            np.inf
            if group.free is not None
            else group.score - sum([alone.get(one, 0.0) for one in group.ids]),
            place,
            group,
        )
        for place, group in enumerate(groups)
    ]
    gains.sort(key=itemgetter(0), reverse=True)
    taken: set[int] = set()
    cover = []
    for _, _, group in gains:
        if taken.isdisjoint(group.ids):
            cover.append(group)
            taken.update(group.ids)
    return cover


class _Clearance:
    """How much room is before groups: from all that lies to their left."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = sorted(
            [(piece.box.left + piece.box.right, piece.id, piece.box.right) for piece in pieces]
        )
        self._at = {piece_id: place for place, (_, piece_id, _) in enumerate(self._pieces)}
        self._reached = list(accumulate([right for _, _, right in self._pieces], max))

    def before(self, group: Group) -> float:
        """The room before a group; below 0 where ink reaches over it, −∞ for the leftmost."""
        first = min([self._at[one] for one in group.ids])
        if not first:
            return -np.inf
        box: Box = group.box
        return box.left - self._reached[first - 1]
