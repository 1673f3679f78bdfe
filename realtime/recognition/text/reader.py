"""The reader of one text in print letters: the answer to it as it is now, while it grows.

    stroke ── cut ──> pieces ── proximity ──> groups ── network, once each ──> scores
    groups ── what they may be ──> baseline and x-height ──> groups in their places, a label each
    groups in their places ── lattice, with gaps, shapes of words and letters ──> texts

Joined letters are read like any others, and rejected by what is seen of them then.
"""

from collections.abc import Sequence

from realtime.recognition.answer import Alternative, Answer, LineFault
from realtime.recognition.lines.beam import Beam
from realtime.recognition.lines.grouped_reader import GroupedAnswer
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.lattice import Lattice
from realtime.recognition.lines.proximity_rules import DotReach, rules_with_dots
from realtime.recognition.lines.reader import LatticeReader
from realtime.recognition.lines.reading import likeliest_texts, log_likeness, segments_of
from realtime.recognition.recognizer import Query
from realtime.recognition.text.joined import features_of, odds_of
from realtime.recognition.text.letter_places import LineMetric
from realtime.recognition.text.links import Followers, TextLinks
from realtime.recognition.text.placing import TextPlacing
from realtime.recognition.text.reading import pieces_of_group, placed_in_text, spell
from realtime.recognition.text.scorer import TextScorer

# Those that cover the same are more than in lines of numbers, as their states hold letters. With 8
# and e^5 a tenth more characters were wrong; e^8 cost twice as much, and nothing was read better.
BEAM = Beam(nodes=8000, sets=8, followed=12, hopeless=6.0)


# The dot of an i or j: of training writers' 1 in 50 was further away than other strokes may be.
RULES = rules_with_dots(DotReach(size=0.45, above=1.0, aside=0.6))
# The dots of a short word are drawn as strokes by some, half as high as its letters.
ROW_HEIGHT = 0.65


class TextReader(LatticeReader):
    """An `InkReader` of texts."""

    def __init__(self, scorer: TextScorer) -> None:
        self._scorer = scorer
        self._placing = TextPlacing(scorer)
        # What the lattice was built with.
        self._built_with: LineMetric | None = None
        self._followers = Followers(scorer, has_letters=True)
        super().__init__(scorer, self._placing, beam=BEAM, rules=RULES, row_height=ROW_HEIGHT)

    def links(self, query: Query) -> TextLinks:
        """The links of the groups that were placed last; see `LatticeReader`."""
        metric = self._metric
        if self._built_with != metric:
            self._built_with, self._lattice = metric, None
        if self._followers.has_letters != query.language_model:
            self._followers = Followers(self._scorer, has_letters=query.language_model)
            self._lattice = None
        return TextLinks(self._scorer, metric, self._followers)

    def _answer(self, whole: Lattice, query: Query) -> GroupedAnswer | LineFault:
        names, weights = self._scorer.names, self._scorer.weights
        texts, best = likeliest_texts(
            whole, names, query.top, spell=lambda reading: spell(reading, names)
        )
        is_joined = self.joined_odds(best.groups) > weights.joined_above
        is_unlike = log_likeness(best) < weights.reject_below
        segments = segments_of(best, whole.probabilities(), names, query.top)
        answer = Answer(
            tuple([Alternative(*one) for one in texts]),
            rejected=is_joined or is_unlike,
            is_line=True,
            segments=placed_in_text(segments, best.groups),
            reason="joined" if is_joined else None,
        )
        return GroupedAnswer(answer, best.groups)

    @property
    def _metric(self) -> LineMetric:
        """Of the groups that were placed last, which there are once a lattice is built."""
        if self._placing.metric is None:
            raise RuntimeError("nothing was placed yet")
        return self._placing.metric

    def joined_odds(self, groups: Sequence[Group]) -> float:
        """The log-odds that the ink of some groups, those of a reading, is joined letters."""
        features = self.joined_features(groups)
        return odds_of(features, self._scorer.weights.joined) if features else float("-inf")

    def joined_features(self, groups: Sequence[Group]) -> tuple[float, ...]:
        """What speaks for joined letters; nothing where a person has named all characters."""
        asked = [group for group in groups if group.free is None]
        if not asked:
            return ()
        pieces = [piece for group in asked for piece in pieces_of_group(group)]
        return features_of(asked, pieces, self._metric)
