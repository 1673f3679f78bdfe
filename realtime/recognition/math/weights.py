"""What was fitted for formulas: kept beside the network of characters, in `math.json`.

`python -m train.model.math_weights` fits it.
"""

from pathlib import Path

from msgspec import Struct

from realtime.errors import WeightsError
from realtime.recognition.math.signs import KIND_NAMES
from realtime.recognition.model_card import MODEL_CARD, ModelCard, read_fitted

MATH_WEIGHTS = "math.json"
MATH_TASK = "math"
# How an item stands to the one before it.
RIGHT, SUB, SUP = RELATIONS = (0, 1, 2)


class GroupWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a group's score counts; see `scoring.FEATURES`."""

    some: float
    label: float
    more: float
    touching: float
    gap: float
    aside: float
    joined_some: float
    joined_label: float
    delayed: float


class SignFacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was counted and measured of a label.

    Attributes:
        strokes: the shares of writings with one, two, three, and more strokes.
        gaps: the widest gap that is usual between its strokes, and that sideways, as shares of its
            size; see `lines.geometry.inside`.
        middle: how high its middle stands over the baseline, in heights of a capital letter.
        middle_scale: how much that differs, in the same unit.
        size: logarithm of its longer side, in the same unit.
        size_scale: how much that differs.
        frequency: logarithms of its share among the labels of its kind: on a row, and as the first
            of an index and of an exponent.
    """

    strokes: tuple[float, float, float, float]
    gaps: tuple[float, float]
    middle: float
    middle_scale: float
    size: float
    size_scale: float
    frequency: tuple[float, float, float]


class ParseWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the parts of a reading's score count against each other.

    Attributes:
        network: the network's log-probability of a label.
        place: the log-density of size and place, whatever the label is.
        geometry: how much larger it is for the label.
        language: the log-probability of signs beside each other.
        function: what the name of a function adds.
        sign: what each sign adds.
        cover: how the strokes are shared among groups.
        unmatched: what a bracket adds that closes none, or is never closed.
        script_relation: what a sign of relation adds in an exponent or an index.
        temperature: divides the scores of whole readings, to make them probabilities.
    """

    network: float
    place: float
    geometry: float
    language: float
    function: float
    sign: float
    cover: float
    unmatched: float
    script_relation: float
    temperature: float


class MathWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that was fitted.

    Attributes:
        group: of a group's score.
        parse: of a reading's score.
        labels: facts of each label.
        follows: for each kind of sign, in the order of `KIND_NAMES`, and a row's beginning after
            them, the log-probabilities of what comes next: for each relation each kind, and last
            the row's end.
        pairs: for a label and the label to its right, how much likelier they are together than by
            themselves, as a logarithm.
        dot: how frequent `·` is, which is drawn as a full stop; see `SignFacts.frequency`.
        plain: as `follows`, of rows without letters.
        plain_share: of rows that have no letters.
        reject_below: ink is rejected that looks like a formula by less; see `reader.likeness`.
        layout_below: signs make no formula whose places are less likely on average.
        network: SHA-256 of the network's file that it was fitted with.
    """

    group: GroupWeights
    parse: ParseWeights
    labels: dict[str, SignFacts]
    follows: tuple[tuple[float, ...], ...]
    pairs: dict[str, float]
    dot: tuple[float, float, float]
    plain: tuple[tuple[float, ...], ...]
    plain_share: float
    reject_below: float
    layout_below: float
    network: str


def find_math_weights(folder: Path, card: ModelCard) -> MathWeights | None:
    """Read the weights that lie in a network's folder; None where there are none.

    Raises:
        WeightsError: see `read_fitted`; or they contradict themselves.
    """
    path = folder / MATH_WEIGHTS
    if not path.exists():
        return None
    weights = read_fitted(path, MathWeights, card, "python -m train.model.math_weights")
    rows = len(KIND_NAMES) + 1
    columns = len(RELATIONS) * len(KIND_NAMES) + 1
    if (
        weights.labels.keys() != set(card.labels_of(MATH_TASK))
        or [len(row) for row in weights.follows] != [columns] * rows
    ):
        reason = f"its fields contradict each other or {MODEL_CARD} (labels, follows)"
        raise WeightsError(str(path), reason)
    return weights
