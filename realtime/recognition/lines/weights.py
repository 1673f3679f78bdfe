"""The weights of a line's score: few, fitted on training writers, and kept beside the network.

`python -m train.model.line_weights` fits them, and writes `line.json` into the network's folder.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from realtime.errors import WeightsError

LINE_WEIGHTS = "line.json"


class InsideWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks against a group; named as in `geometry.INSIDE`."""

    joined: float
    gap: float
    aside: float
    cut: float


class BetweenWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks against two neighbours; named as in `geometry.BETWEEN`."""

    overlap: float
    size: float
    baseline: float


class LineWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each part of a line's score counts; the score is a logarithm of a probability.

    Attributes:
        label: the network's log-probability of a label, that of "none of these" left to the rest.
        strokes: the log-probability of a label's number of strokes.
        inside: of a group alone; see `geometry.inside`.
        between: of a group and the next; see `geometry.between`.
        stroke_shares: of a label the shares of writings with one, two, three, and more strokes.
        reject_below: a line is rejected where its ink looks like characters by less; see
            `layout.likeness`.
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
        """The stroke shares of labels; all the same for those that are not known."""
        unknown = (0.25, 0.25, 0.25, 0.25)
        return [self.stroke_shares.get(label, unknown) for label in labels]


_Weights = TypeVar("_Weights", bound=LineWeights)


def read_line_weights(folder: Path) -> LineWeights:
    """Read the weights that lie in a network's folder.

    Raises:
        WeightsError: they cannot be read.
    """
    return read_weights(folder / LINE_WEIGHTS, LineWeights)


def read_weights(path: Path, kind: type[_Weights]) -> _Weights:
    """Read a file of weights of some kind.

    Raises:
        WeightsError: it cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise WeightsError(str(path), f"cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise WeightsError(str(path), f"is no file of line weights: {error}") from error
