"""Scores the groups of a text in their places.

A group is there once for each label that it may be, and once more for each where a space may be
before it: so the state of a text can hold which letters it ends with.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from realtime.recognition.characters.network import Network
from realtime.recognition.lines.group_reader import LabelReader
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.scoring import LabelScorer
from realtime.recognition.text.letter_places import LetterPlace, LetterPlaceScorer, LineMetric
from realtime.recognition.text.letters import LetterModel, symbol_of
from realtime.recognition.text.weights import TEXT_TASK, SpaceWeights, TextWeights
from realtime.recognition.text.word_shapes import class_of

# A label is left out that is e^5 times less likely than another for the same group, and all but so
# many: what the neighbours say does not make up for more.
_HOPELESS_LABEL = 5.0
MOST_LABELS = 5
# The log-odds of a space between which there may be one, or none.
_SPACE_ODDS = 9.0


class Spacing(NamedTuple):
    """Whether a space may come before a group, and whether none may."""

    space: bool
    none: bool


class TextScorer(LabelReader[LetterPlace]):
    """Reads candidates of texts, and scores them; one for the whole process.

    Args:
        network: that reads them.
        weights: of the scores.
        letters: the model of letters.
    """

    def __init__(self, network: Network, weights: TextWeights, letters: LetterModel) -> None:
        names = network.card.labels_of(TEXT_TASK)
        facts = weights.facts_of(names)
        self.spreads = [one.place for one in facts]
        scorer = LabelScorer(weights.label, facts, LetterPlaceScorer(self.spreads))
        super().__init__(network, names, scorer)
        self.weights = weights
        self.letters = letters
        self.classes = [int(class_of(name)) for name in names]
        self.symbols = [symbol_of(name) for name in names]

    def placed(
        self,
        groups: Sequence[Group],
        places: Sequence[LetterPlace],
        spacings: Sequence[Spacing],
        allowed: Collection[int] | None,
    ) -> list[list[Group]]:
        """Scored groups, at least one, in their places, as every label that they may be.

        Args:
            groups: stay as they are.
            places: of each.
            spacings: of each.
            allowed: see `read`.
        """
        scores = self._scores_in_place(groups, places, allowed)
        ranked = np.argsort(-scores, axis=1)[:, :MOST_LABELS].tolist()
        return [
            [
                _as_label(group, place, label, row[label], spaced)
                for label in labels
                if row[label] >= row[labels[0]] - _HOPELESS_LABEL
                for spaced in _spaced(spacing)
            ]
            for group, place, spacing, labels, row in zip(
                groups, places, spacings, ranked, scores.tolist(), strict=True
            )
        ]

    def pinned(self, free: Group, label: int) -> Group:
        """A group that is known to be this label; another one that is not stays as it is."""
        group = free.copy()
        group.free = free
        group.kind = kind_of(label, spaced=False)
        self.score(group, {label})
        return group

    def spaced(self, pinned: Group) -> Group:
        """A pinned group with a space before it."""
        group = pinned.copy()
        group.kind = kind_of(label_of(pinned), spaced=True)
        group.set_scores(pinned.ranked_labels, pinned.ranked_scores)
        return group

    def spacing(self, gap: float, metric: LineMetric) -> Spacing:
        """Whether a space may be in a gap, given in x-heights, and whether there may be none."""
        odds = space_odds(self.weights.space, gap, metric.gap)
        return Spacing(space=odds > -_SPACE_ODDS, none=odds < _SPACE_ODDS)


def kind_of(label: int, *, spaced: bool) -> int:
    """The kind of a group that is a label, with or without a space before it."""
    return 2 * label + spaced + 1


def label_of(group: Group) -> int:
    """The label that a group is taken to be."""
    return (group.kind - 1) // 2


def is_spaced(group: Group) -> bool:
    """Whether a space is before a group."""
    return bool((group.kind - 1) % 2)


def _spaced(spacing: Spacing) -> Iterable[bool]:
    return (False, True) if spacing.space and spacing.none else (spacing.space,)


def _as_label(group: Group, place: LetterPlace, label: int, score: float, spaced: bool) -> Group:
    one = group.copy()
    one.place = place
    one.kind = kind_of(label, spaced=spaced)
    one.set_scores([label], [score])
    return one


def space_odds(weights: SpaceWeights, gap: float, usual: float) -> float:
    """The log-odds of a space in a gap; that and the usual one are given in x-heights."""
    return (
        weights.constant
        + weights.gap * gap
        + weights.beyond * max(gap - usual, 0.0)
        + weights.usual * usual
    )
