"""Scores the groups of a text in their places, and how they follow each other.

group in its place  once for each label that it may be, and once more for each where a space may
be before it: so the state of a text can hold which letters it ends with
link                overlap, space or none by the gap, the class of character that comes next,
and, unless it is switched off, the letter
"""

import math
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from realtime.recognition.characters.box import Box
from realtime.recognition.characters.network import Network
from realtime.recognition.lines.geometry import between
from realtime.recognition.lines.groups import Group, PinningReader
from realtime.recognition.lines.scoring import LabelScorer
from realtime.recognition.text.letter_places import LetterPlace, LetterPlaceScorer, LineMetric
from realtime.recognition.text.letters import BEGINNING, BOUNDARY, LetterModel, symbol_of
from realtime.recognition.text.weights import TEXT_TASK, SpaceWeights, TextWeights
from realtime.recognition.text.word_shapes import (
    SHAPES_AFTER,
    CharacterClass,
    WordShape,
    class_of,
)

# A label is left out that is e^7 times less likely than another for the same group, and all but so
# many: what the neighbours say does not make up for more.
_HOPELESS_LABEL = 7.0
MOST_LABELS = 6
# The log-odds of a space between which there may be one, or none.
_SPACE_ODDS = 9.0
_SHAPES = len(WordShape)


class Spacing(NamedTuple):
    """Whether a space may come before a group, and whether none may."""

    space: bool
    none: bool


class TextScorer(PinningReader[LetterPlace]):
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
        scores = self.labels.scores_in_place([group.own_scores for group in groups], places)
        if allowed is not None:
            among = [*allowed]
            only_allowed = np.full(scores.shape, -np.inf)
            only_allowed[:, among] = scores[:, among]
            scores = only_allowed
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
        odds = _space_odds(self.weights.space, gap, metric.gap)
        return Spacing(space=odds > -_SPACE_ODDS, none=odds < _SPACE_ODDS)


class TextLinks:
    """The `Links` of one line.

    Args:
        scorer: of the line.
        metric: of the line.
        has_letters: whether the letter model is asked.
    """

    def __init__(self, scorer: TextScorer, metric: LineMetric, *, has_letters: bool) -> None:
        weights = scorer.weights
        self._weights = weights.link
        self._space = weights.space
        self._metric = metric
        self._letters = scorer.letters if has_letters else None
        self._letter_weight = weights.link.letters
        self._classes, self._symbols = scorer.classes, scorer.symbols
        self._shapes = [[weights.link.shape * one for one in row] for row in weights.shapes]
        # The same for all labels of two groups.
        self._known_gaps: dict[tuple[int, int], tuple[float, float]] = {}

    def state_after(self, state: int, group: Group) -> int:
        """The state of a text after one more group: context and shape; see `Links`."""
        label, is_spaced = divmod(group.kind - 1, 2)
        context, shape = divmod(state, _SHAPES)
        if is_spaced:
            context, shape = BEGINNING, int(WordShape.WORD)
        shape = SHAPES_AFTER[shape][self._classes[label]]
        if self._letters is None:
            return shape
        return self._letters.after(context, self._symbols[label]) * _SHAPES + shape

    def link(self, one: Group | None, other: Group | None, state: int) -> float:
        """The score of one group being followed by another; see `Links`."""
        context, shape = divmod(state, _SHAPES)
        if other is None:
            score = self._shapes[shape][CharacterClass.END]
            if self._letters is not None:
                score += self._letter_weight * self._letters.score(context, BOUNDARY)
            return score
        label, is_spaced = divmod(other.kind - 1, 2)
        score = 0.0
        if one is not None:
            score = self._of_gap(one.box, other.box)[is_spaced]
        letters, symbol = self._letters, self._symbols[label]
        if is_spaced:
            score += self._shapes[shape][CharacterClass.SPACE]
            shape = WordShape.WORD
            if letters is not None:
                score += self._letter_weight * letters.score(context, BOUNDARY)
            context = BEGINNING
        score += self._shapes[shape][self._classes[label]]
        if letters is not None:
            score += self._letter_weight * letters.score(context, symbol)
        return score

    def features(self, one: Group | None, other: Group | None, state: int) -> tuple[float, ...]:
        """What the score of a link is the weighted sum of, in the order of `TextLinkWeights`."""
        apart = letters = 0.0
        space = 0.0
        context, shape = divmod(state, _SHAPES)
        ask = self._letters
        if other is None:
            classes = self._follow(shape, CharacterClass.END)
            return 0.0, 0.0, classes, ask.score(context, BOUNDARY) if ask else 0.0
        label, is_spaced = divmod(other.kind - 1, 2)
        classes = 0.0
        if one is not None:
            apart = between(one.box, other.box)[0]
            space = self._space_shares(one.box, other.box)[is_spaced]
        if is_spaced:
            classes += self._follow(shape, CharacterClass.SPACE)
            shape = WordShape.WORD
            letters += ask.score(context, BOUNDARY) if ask else 0.0
            context = BEGINNING
        classes += self._follow(shape, self._classes[label])
        letters += ask.score(context, self._symbols[label]) if ask else 0.0
        return apart, space, classes, letters

    def _follow(self, shape: int, character: int) -> float:
        weight = self._weights.shape
        return self._shapes[shape][character] / weight if weight else 0.0

    def _of_gap(self, one: Box, other: Box) -> tuple[float, float]:
        """The score of two groups beside each other without a space between, and with one."""
        key = id(one), id(other)
        known = self._known_gaps.get(key)
        if known is None:
            overlap = self._weights.overlap * between(one, other)[0]
            none, space = self._space_shares(one, other)
            weight = self._weights.space
            known = overlap + weight * none, overlap + weight * space
            self._known_gaps[key] = known
        return known

    def _space_shares(self, one: Box, other: Box) -> tuple[float, float]:
        """The log-probabilities of no space in a gap, and of one."""
        gap = (other.left - one.right) / self._metric.x_height
        odds = _space_odds(self._space, gap, self._metric.gap)
        return -_softplus(odds), -_softplus(-odds)


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


def _space_odds(weights: SpaceWeights, gap: float, usual: float) -> float:
    return (
        weights.constant
        + weights.gap * gap
        + weights.beyond * max(gap - usual, 0.0)
        + weights.usual * usual
    )


def _softplus(number: float) -> float:
    """The logarithm of 1 + exp(number)."""
    return number + math.log1p(math.exp(-number)) if number > 0 else math.log1p(math.exp(number))
