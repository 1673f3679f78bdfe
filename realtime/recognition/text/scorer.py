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
from realtime.recognition.lines.sequence import END
from realtime.recognition.text.letter_places import LetterPlace, LetterPlaceScorer, LineMetric
from realtime.recognition.text.letters import BEGINNING, BOUNDARY, LetterModel, symbol_of
from realtime.recognition.text.weights import TEXT_TASK, SpaceWeights, TextWeights
from realtime.recognition.text.word_shapes import (
    SHAPES_AFTER,
    CharacterClass,
    WordShape,
    class_of,
)

# A label is left out that is e^5 times less likely than another for the same group, and all but so
# many: what the neighbours say does not make up for more.
_HOPELESS_LABEL = 5.0
MOST_LABELS = 5
# The log-odds of a space between which there may be one, or none.
_SPACE_ODDS = 9.0
_SHAPES = len(WordShape)
# What comes after the states of texts is remembered of so many; a long line asks for 3,000.
MOST_FOLLOWERS = 20_000


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


class Followers:
    """What comes after the states of texts, as far as no ink is asked; it remembers some of that.

    Args:
        scorer: whose weights count.
        has_letters: whether the letter model is asked.
    """

    def __init__(self, scorer: TextScorer, *, has_letters: bool) -> None:
        weights = scorer.weights
        self.has_letters = has_letters
        self._letters = scorer.letters
        self._letter_weight = weights.link.letters if has_letters else 0.0
        self._shapes = [[weights.link.shape * one for one in row] for row in weights.shapes]
        self._classes, self._symbols = scorer.classes, scorer.symbols
        self._kinds = 2 * len(scorer.names) + 1
        self._known: dict[int, tuple[float, int]] = {}

    def after(self, state: int, kind: int) -> tuple[float, int]:
        """The score of a kind of group, or the line's end, coming next, and the state after it."""
        key = state * self._kinds + kind
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_FOLLOWERS:
                self._known.clear()
            known = self._known[key] = self._find(state, kind)
        return known

    def _find(self, state: int, kind: int) -> tuple[float, int]:
        context, shape = divmod(state, _SHAPES)
        letters, weight = self._letters, self._letter_weight
        if kind == END:
            score = self._shapes[shape][CharacterClass.END]
            return score + weight * letters.score(context, BOUNDARY), state
        label, spaced = divmod(kind - 1, 2)
        symbol, of_class = self._symbols[label], self._classes[label]
        score = 0.0
        if spaced:
            score += self._shapes[shape][CharacterClass.SPACE]
            score += weight * letters.score(context, BOUNDARY)
            context, shape = BEGINNING, int(WordShape.WORD)
        score += self._shapes[shape][of_class] + weight * letters.score(context, symbol)
        context = letters.after(context, symbol) if self.has_letters else BEGINNING
        return score, context * _SHAPES + SHAPES_AFTER[shape][of_class]


class TextLinks:
    """The `Links` of one line.

    Args:
        scorer: of the line.
        metric: of the line.
        followers: what comes after the states of texts.
    """

    def __init__(self, scorer: TextScorer, metric: LineMetric, followers: Followers) -> None:
        self._scorer = scorer
        self._weights = scorer.weights.link
        self._space = scorer.weights.space
        self._metric = metric
        self._followers = followers
        # The same for all labels of two groups.
        self._known_gaps: dict[tuple[int, int], tuple[float, float]] = {}

    def state_after(self, state: int, group: Group) -> int:
        """The state of a text after one more group: context and shape; see `Links`."""
        return self._followers.after(state, group.kind)[1]

    def link(self, one: Group | None, other: Group | None, state: int) -> float:
        """The score of one group being followed by another; see `Links`."""
        if other is None:
            return self._followers.after(state, END)[0]
        score = self._followers.after(state, other.kind)[0]
        if one is None:
            return score
        key = id(one.box), id(other.box)
        of_gap = self._known_gaps.get(key)
        if of_gap is None:
            of_gap = self._known_gaps[key] = self._of_gap(one.box, other.box)
        return score + of_gap[(other.kind - 1) & 1]

    def features(self, one: Group | None, other: Group | None, state: int) -> tuple[float, ...]:
        """What the score of a link is the weighted sum of, in the order of `TextLinkWeights`."""
        scorer, shapes = self._scorer, self._scorer.weights.shapes
        context, shape = divmod(state, _SHAPES)
        letters = scorer.letters if self._followers.has_letters else None
        if other is None:
            of_letters = letters.score(context, BOUNDARY) if letters else 0.0
            return 0.0, 0.0, shapes[shape][CharacterClass.END], of_letters
        label, spaced = divmod(other.kind - 1, 2)
        apart = space = of_shapes = of_letters = 0.0
        if one is not None:
            apart = between(one.box, other.box)[0]
            space = self._space_shares(one.box, other.box)[spaced]
        if spaced:
            of_shapes += shapes[shape][CharacterClass.SPACE]
            of_letters += letters.score(context, BOUNDARY) if letters else 0.0
            context, shape = BEGINNING, int(WordShape.WORD)
        of_shapes += shapes[shape][scorer.classes[label]]
        of_letters += letters.score(context, scorer.symbols[label]) if letters else 0.0
        return apart, space, of_shapes, of_letters

    def _of_gap(self, one: Box, other: Box) -> tuple[float, float]:
        """The score of two groups beside each other without a space between, and with one."""
        overlap = self._weights.overlap * between(one, other)[0]
        none, space = self._space_shares(one, other)
        weight = self._weights.space
        return overlap + weight * none, overlap + weight * space

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
