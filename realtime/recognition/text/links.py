"""Scores how the groups of a text follow each other.

    link    overlap, space or none by the gap, the class of character that comes next, and, unless
            that is switched off, the letter
    state   of a text: the context of the letter model, and the shape of the word

What depends on the states alone is remembered from stroke to stroke.
"""

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.geometry import between
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.log_sum import log_add
from realtime.recognition.lines.sequence import END
from realtime.recognition.text.letter_places import LineMetric
from realtime.recognition.text.letters import BEGINNING, BOUNDARY
from realtime.recognition.text.scorer import TextScorer, space_odds
from realtime.recognition.text.word_shapes import SHAPES_AFTER, CharacterClass, WordShape

_SHAPES = len(WordShape)
# What comes after the states of texts is remembered of so many; a long line asks for 3,000.
MOST_FOLLOWERS = 20_000


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
        odds = space_odds(self._space, gap, self._metric.gap)
        return -log_add(0.0, odds), -log_add(0.0, -odds)
