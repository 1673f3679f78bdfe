"""The weights of a row's score, fitted on rows composed of MNIST's digits.

`python -m train.model.row_weights` fits them, and writes `rows.json` into the network's folder.
"""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from realtime.recognition.model_card import ModelCard, read_fitted

ROW_WEIGHTS = "rows.json"


class InsideWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks against a group; named as in `geometry.INSIDE`."""

    joined: float
    gap: float
    aside: float
    cut: float
    crossed: float
    narrow: float
    wide: float


class BetweenWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks against two neighbours; named as in `lines.geometry.BETWEEN`."""

    overlap: float
    size: float
    baseline: float


class RowWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each part of a row's score counts; the score is a logarithm of a probability.

    Attributes:
        label: the network's log-probability of a label, that of "none of these" left to the rest.
        strokes: the log-probability of a label's number of connected parts.
        inside: of a group alone.
        between: of a group and the next.
        stroke_shares: of a label the shares of digits in one part, two, three, and more.
        reject_below: a row is rejected where its ink looks like digits by less; see
            `lines.layout.likeness`.
        network: SHA-256 of the network's file that the weights were fitted with.
    """

    label: float
    strokes: float
    inside: InsideWeights
    between: BetweenWeights
    stroke_shares: dict[str, tuple[float, float, float, float]]
    reject_below: float
    network: str

    def shares_of(self, labels: Sequence[str]) -> list[tuple[float, float, float, float]]:
        """The shares of labels; all the same for those that are not known."""
        unknown = (0.25, 0.25, 0.25, 0.25)
        return [self.stroke_shares.get(label, unknown) for label in labels]


def find_row_weights(folder: Path, card: ModelCard) -> RowWeights | None:
    """Read the weights in a network's folder, if there are any.

    Raises:
        WeightsError: see `read_fitted`.
    """
    return read_row_weights(folder, card) if (folder / ROW_WEIGHTS).exists() else None


def read_row_weights(folder: Path, card: ModelCard) -> RowWeights:
    """Read the weights that lie in a network's folder.

    Raises:
        WeightsError: see `read_fitted`.
    """
    return read_fitted(folder / ROW_WEIGHTS, RowWeights, card, "python -m train.model.row_weights")
