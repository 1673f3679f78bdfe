"""Reads the characters beside each other on a picture as a text, as texts of strokes are read.

groups ── what they may be ──> baseline and x-height ──> groups in their places
groups in their places ── lattice, with gaps, shapes of words and letters ──> texts
"""

from collections.abc import Generator
from typing import NamedTuple

import msgspec
import numpy as np

from realtime.recognition.characters.network import Network
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.lattice import Lattice
from realtime.recognition.lines.scoring import Scores
from realtime.recognition.recognizer import finish
from realtime.recognition.rows.picture_groups import PictureGroupReader
from realtime.recognition.rows.pieces import InkPieces
from realtime.recognition.rows.seams import LETTERS
from realtime.recognition.rows.text_weights import TextRowWeights
from realtime.recognition.text.letters import LetterModel
from realtime.recognition.text.links import Followers, TextLinks
from realtime.recognition.text.placing import TextPlacing
from realtime.recognition.text.reader import BEAM, RULES
from realtime.recognition.text.scorer import TextScorer
from realtime.recognition.text.weights import TextWeights

# Of the letters, m, w and W are the widest: hardly one is wider than so many heights.
WIDEST_LETTER = 1.7


class FittedTexts(NamedTuple):
    """What was fitted for texts on pictures.

    Attributes:
        texts: the weights of texts of strokes.
        rows: what is other on pictures.
        letters: the model of letters.
    """

    texts: TextWeights
    rows: TextRowWeights
    letters: LetterModel


class PictureTextScorer(TextScorer):
    """A `TextScorer` of groups on pictures, which may be cut through ink; immutable."""

    def __init__(self, network: Network, fitted: FittedTexts) -> None:
        super().__init__(network, fitted.rows.of_text(fitted.texts), fitted.letters)
        self._cuts = np.array(msgspec.structs.astuple(fitted.rows.cuts))

    def _own_scores(self, group: Group) -> Scores:
        """The score of each label of a group, whatever its place; see `LabelReader`."""
        own = len(group.inside) - len(self._cuts)
        scores = self.labels.scores(
            group.log_probabilities, len(group.stroke_numbers), group.inside[:own]
        )
        scores += self._cuts @ group.inside[own:]
        return scores


class ReadText(NamedTuple):
    """The ways to read a picture's ink as a text.

    Attributes:
        lattice: of all of them.
        links: of its groups.
    """

    lattice: Lattice
    links: TextLinks


class TextRowReader:
    """Makes the lattice of a picture's ink; one for the whole process."""

    def __init__(self, network: Network, fitted: FittedTexts) -> None:
        self.scorer = PictureTextScorer(network, fitted)
        self._followers = {
            asked: Followers(self.scorer, has_letters=asked) for asked in (False, True)
        }
        names = self.scorer.names
        card = network.card
        columns = [*map(card.labels.index, names), card.other]
        self._reader = PictureGroupReader(
            network, range(len(names)), columns, RULES, WIDEST_LETTER, LETTERS
        )

    def read(self, parts: InkPieces, *, has_letters: bool = True) -> ReadText:
        """The lattice of a picture, without a break; see `steps`."""
        return finish(self.steps(parts, has_letters=has_letters))

    def steps(self, parts: InkPieces, *, has_letters: bool) -> Generator[None, None, ReadText]:
        """The lattice of all ways to read the parts of a picture, at least one, in steps.

        Args:
            parts: of the picture.
            has_letters: whether the model of letters is asked.

        Raises:
            TooManyWaysError: there are more than is worth looking at.
            RecognitionError: the network failed.
        """
        pieces, groups = self._reader.read(parts)
        yield
        for group in groups:
            self.scorer.score(group)
        placing = TextPlacing(self.scorer)
        placed = placing.place(groups, pieces.pieces, (), None)
        if placing.metric is None:
            raise RuntimeError("nothing was placed")
        links = TextLinks(self.scorer, placing.metric, self._followers[has_letters])
        lattice = yield from Lattice.build(pieces.pieces, placed, links, None, BEAM)
        return ReadText(lattice, links)
