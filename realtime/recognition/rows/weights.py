"""The weights of a row's score: those of a line, and of what speaks against cuts.

`python -m train.model.row_weights` fits them, and writes `rows.json` into the network's folder.
"""

from pathlib import Path

from realtime.recognition.lines.weights import InsideWeights, LineWeights, read_weights

ROW_WEIGHTS = "rows.json"


class RowInsideWeights(InsideWeights, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks against a group; named as in `geometry.INSIDE`."""

    crossed: float
    narrow: float
    wide: float


class RowWeights(LineWeights, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each part of a row's score counts; connected parts take the place of strokes."""

    inside: RowInsideWeights


def read_row_weights(folder: Path) -> RowWeights:
    """Read the weights that lie in a network's folder.

    Raises:
        WeightsError: they cannot be read.
    """
    return read_weights(folder / ROW_WEIGHTS, RowWeights)
