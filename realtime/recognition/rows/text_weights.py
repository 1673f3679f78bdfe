"""The weights of the score of a text on a picture, fitted on lines in print drawn as pictures.

`python -m train.model.text_row_weights` fits them, and writes `rows.json` into the network's
folder. What is the same of strokes and of pictures (where letters are on their line, how words
look) is in the weights of texts.
"""

from pathlib import Path

import msgspec
from msgspec import Struct

from realtime.errors import WeightsError
from realtime.recognition.lines.weights import LabelWeights
from realtime.recognition.model_card import MODEL_CARD, ModelCard, read_fitted
from realtime.recognition.rows.weights import ROW_WEIGHTS
from realtime.recognition.text.weights import TEXT_TASK, TextLinkWeights, TextWeights


class CutWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks against cuts; named as the last of `geometry.INSIDE`."""

    crossed: float
    narrow: float
    wide: float


class TextRowWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each part of the score of a text on a picture counts.

    Attributes:
        label: of a group and a label.
        cuts: of a group whatever it is.
        link: of a group and the next.
        part_shares: of a label the shares of characters in one connected part, two, three, and
            more.
        reject_below: a text is rejected where its ink looks like one by less; see
            `lines.reading.log_likeness`.
        network: SHA-256 of the network's file that the weights were fitted with.
    """

    label: LabelWeights
    cuts: CutWeights
    link: TextLinkWeights
    part_shares: dict[str, tuple[float, float, float, float]]
    reject_below: float
    network: str

    def of_text(self, weights: TextWeights) -> TextWeights:
        """The weights of texts, as they are for a picture.

        Raises:
            KeyError: the shares of a label are not known.
        """
        labels = {
            label: msgspec.structs.replace(facts, strokes=self.part_shares[label])
            for label, facts in weights.labels.items()
        }
        return msgspec.structs.replace(weights, label=self.label, link=self.link, labels=labels)


def find_text_row_weights(folder: Path, card: ModelCard) -> TextRowWeights | None:
    """Read the weights in a network's folder, if there are any.

    Raises:
        WeightsError: see `read_fitted`; or they contradict themselves.
    """
    path = folder / ROW_WEIGHTS
    if not path.exists():
        return None
    weights = read_fitted(path, TextRowWeights, card, "python -m train.model.text_row_weights")
    if weights.part_shares.keys() != set(card.labels_of(TEXT_TASK)):
        reason = f"its fields contradict {MODEL_CARD} (part_shares, labels_of_tasks)"
        raise WeightsError(str(path), reason)
    return weights
