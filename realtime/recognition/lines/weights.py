"""The weights of a line's score: few, fitted on training writers, and kept beside the network.

`python -m train.model.line_weights` fits them, and writes `line.json` into the network's folder.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from realtime.errors import WeightsError
from realtime.recognition.lines.places import PlaceSpread
from realtime.recognition.lines.sequence import Contexts
from realtime.recognition.model_card import MODEL_CARD, ModelCard, read_fitted

LINE_WEIGHTS = "line.json"


class LabelWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks for a label of a group, or against it.

    Attributes:
        network: the network's log-probability, that of "none of these" left to the rest.
        strokes: the log-probability of the number of strokes.
        place: the log-probability given size and place alone.
        frequency: the logarithm of how frequent the label is.
        joined, gap, aside, cut: what speaks against the group; see `geometry.inside`.
    """

    network: float
    strokes: float
    place: float
    frequency: float
    joined: float
    gap: float
    aside: float
    cut: float


class LinkWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights of what speaks for one character following another, or against it.

    Attributes:
        overlap, size, baseline: see `geometry.between`.
        sequence: of how much likelier a kind of character comes next than it stands anywhere, as a
            logarithm.
    """

    overlap: float
    size: float
    baseline: float
    sequence: float


class OwnFacts(Protocol):
    """What is known of a label wherever it stands; see `LabelFacts`."""

    @property
    def strokes(self) -> tuple[float, float, float, float]: ...  # noqa: D102
    @property
    def gaps(self) -> tuple[float, float, float]: ...  # noqa: D102
    @property
    def frequency(self) -> float: ...  # noqa: D102


class LabelFacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was counted of a label in training writers' lines.

    Attributes:
        strokes: the shares of writings with one, two, three, and more strokes.
        gaps: what is usual within a group: how many strokes are joined to the first, and the widest
            gaps; see `geometry.inside`.
        frequency: logarithm of how much more frequent than the average of all labels it is.
        place: its size and place.
    """

    strokes: tuple[float, float, float, float]
    gaps: tuple[float, float, float]
    frequency: float
    place: PlaceSpread


class LineWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each part of a line's score counts; the score is a logarithm of a probability.

    Attributes:
        label: of a group and a label.
        link: of a group and the next.
        labels: facts of each label, in the network's order.
        kinds: labels that are alike in what they stand beside; each label is in one.
        follows: for each state of a text, as `sequence.Contexts` numbers them, how likely the
            line's end, and each kind, comes next; see `LinkWeights.sequence`.
        reject_below: a line is rejected where its ink looks like one by less; see
            `reading.log_likeness`.
        network: SHA-256 of the network's file that the weights were fitted with.
    """

    label: LabelWeights
    link: LinkWeights
    labels: dict[str, LabelFacts]
    kinds: tuple[str, ...]
    follows: tuple[tuple[float, ...], ...]
    reject_below: float
    network: str

    def facts_of(self, labels: Sequence[str]) -> list[LabelFacts]:
        """The facts of labels.

        Raises:
            KeyError: nothing is known of one.
        """
        return [self.labels[label] for label in labels]


def read_line_weights(folder: Path, card: ModelCard) -> LineWeights:
    """Read the weights that lie in a network's folder.

    Args:
        folder: the network's.
        card: its model card.

    Raises:
        WeightsError: see `read_fitted`; or they contradict themselves.
    """
    path = folder / LINE_WEIGHTS
    weights = read_fitted(path, LineWeights, card, "python -m train.model.line_weights")
    states = len(Contexts(weights.kinds).every)
    if (
        sorted("".join(weights.kinds)) != sorted(card.labels)
        or weights.labels.keys() != set(card.labels)
        or [len(row) for row in weights.follows] != [len(weights.kinds) + 1] * states
    ):
        reason = f"its fields contradict each other or {MODEL_CARD} (labels, kinds, follows)"
        raise WeightsError(str(path), reason)
    return weights
