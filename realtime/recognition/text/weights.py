"""The weights of a text's score: few, fitted on training writers, and kept beside the network.

`python -m train.model.text_weights` fits them, and writes `text.json` into the network's folder.
"""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from realtime.errors import WeightsError
from realtime.recognition.lines.weights import LabelWeights
from realtime.recognition.model_card import MODEL_CARD, ModelCard, read_fitted
from realtime.recognition.text.letter_places import LetterSpread
from realtime.recognition.text.word_shapes import check_follows

TEXT_WEIGHTS = "text.json"
TEXT_TASK = "text"


class LetterFacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was counted of a label in training writers' lines.

    Attributes:
        strokes, gaps: see `lines.weights.LabelFacts`.
        frequency: logarithm of its share among its class: letters are alike there, and digits are.
        place: where it is on a line.
    """

    strokes: tuple[float, float, float, float]
    gaps: tuple[float, float, float]
    frequency: float
    place: LetterSpread


class TextLinkWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks for one character following another, or against it.

    Attributes:
        overlap: see `geometry.between`.
        space: the log-probability that there is a space between them, or none.
        shape: the log-probability of the class of characters that comes next.
        letters: how much likelier the letter comes next than it is alone, by the letter model.
    """

    overlap: float
    space: float
    shape: float
    letters: float


class SpaceWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The log-odds of a space: a constant, and what the gap counts.

    Attributes:
        constant: with no gap at all.
        gap: for each x-height of the gap.
        beyond: for each x-height that it is wider than the line's usual one.
        usual: for each x-height of that.
    """

    constant: float
    gap: float
    beyond: float
    usual: float


class JoinedWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The log-odds of ink being joined letters; see `joined.features_of`."""

    constant: float
    score: float
    likeness: float
    width: float
    length: float
    turns: float


class TextWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each part of a text's score counts; the score is a logarithm of a probability.

    Attributes:
        label: of a group and a label.
        link: of a group and the next.
        space: of the gap between two groups.
        joined: of what speaks for joined letters.
        labels: facts of each label that texts have.
        shapes: for each shape of a word, and each class, the log-probability that it comes next.
        reject_below: a text is rejected where its ink looks like one by less; see
            `reading.log_likeness`.
        joined_above: the log-odds from which on letters are said to be joined.
        network: SHA-256 of the network's file that the weights were fitted with.
    """

    label: LabelWeights
    link: TextLinkWeights
    space: SpaceWeights
    joined: JoinedWeights
    labels: dict[str, LetterFacts]
    shapes: tuple[tuple[float, ...], ...]
    reject_below: float
    joined_above: float
    network: str

    def facts_of(self, labels: Sequence[str]) -> list[LetterFacts]:
        """The facts of labels.

        Raises:
            KeyError: nothing is known of one.
        """
        return [self.labels[label] for label in labels]


def find_text_weights(folder: Path, card: ModelCard) -> TextWeights | None:
    """The weights that lie in a network's folder, if there are any.

    Raises:
        WeightsError: see `read_fitted`; or they contradict themselves.
    """
    path = folder / TEXT_WEIGHTS
    if not path.exists():
        return None
    weights = read_fitted(path, TextWeights, card, "python -m train.model.text_weights")
    if weights.labels.keys() != set(card.labels_of(TEXT_TASK)):
        raise WeightsError(str(path), f"`labels` are not those of {MODEL_CARD}")
    check_follows(str(path), weights.shapes)
    return weights
