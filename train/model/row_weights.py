"""`python -m train.model.row_weights`: fits the weights of a row's score, and writes `rows.json`.

They are fitted as those of lines are, on pictures: rows composed of MNIST's training digits, and
digits alone, which must not fall apart.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from realtime.errors import BlankImageError
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.lines.geometry import BETWEEN, between
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.k_best import readings
from realtime.recognition.lines.lattice import Lattice
from realtime.recognition.lines.layout import likeness
from realtime.recognition.rows.geometry import INSIDE
from realtime.recognition.rows.pieces import parts_of
from realtime.recognition.rows.reader import RowReader
from realtime.recognition.rows.scoring import PART_COUNTS, RowScorer
from realtime.recognition.rows.weights import (
    ROW_WEIGHTS,
    BetweenWeights,
    InsideWeights,
    RowWeights,
)
from train.data.composed_rows import SPACINGS, LabelledRow, compose_rows, found_ink
from train.data.dataset import Pictures, read_mnist
from train.model import line_field
from train.model.fitted import fit_by_command, fitted_json, write_fitted
from train.model.line_field import TargetLattice
from train.model.path_sums import Floats

SEED = 20261127
# Rows of each spacing, and digits alone. Most people leave paper between digits; with as many rows
# that touch, digits which are hard to read would be cut in two.
COMPOSED = {"spaced": 1600, "close": 400, "touching": 200}
ALONE = 2000
SHORTEST, LONGEST = 2, 6
FALSE_REJECTS = 0.01  # share of rows that may be rejected
# Added to the counts of parts: no number of parts is impossible.
UNSEEN = 0.3
# Where the fit begins: the label, its number of parts, then `INSIDE` and `BETWEEN`.
START = np.array([1.0, 0.5, *[0.0] * (len(INSIDE) + len(BETWEEN))])

Shares = dict[str, tuple[float, float, float, float]]


def training_rows(pictures: Pictures) -> tuple[list[LabelledRow], list[LabelledRow]]:
    """Rows of all spacings, and digits alone."""
    rng = np.random.default_rng(SEED)
    rows = [
        row
        for spacing in SPACINGS
        for row in compose_rows(
            pictures, COMPOSED[spacing], rng, spacing, shortest=SHORTEST, longest=LONGEST
        )
    ]
    digits = compose_rows(pictures, ALONE, rng, "spaced", shortest=1, longest=1)
    return list(filter(_has_ink, rows)), list(filter(_has_ink, digits))


def _has_ink(row: LabelledRow) -> bool:
    try:
        found_ink(row.picture)
    except BlankImageError:
        return False
    return True


def part_shares(digits: Iterable[LabelledRow], labels: Sequence[str]) -> Shares:
    """Of each label the shares of digits in one connected part, two, three, and more."""
    counts = {label: np.full(PART_COUNTS, UNSEEN) for label in labels}
    for digit in digits:
        parts = len(parts_of(found_ink(digit.picture)).pieces)
        counts[digit.label][min(parts, PART_COUNTS) - 1] += 1
    shares = {label: (count / count.sum()).round(5).tolist() for label, count in counts.items()}
    return {label: (one, two, three, more) for label, (one, two, three, more) in shares.items()}


def lattice_of(reader: RowReader, row: LabelledRow) -> Lattice:
    """All ways to read a row."""
    return reader.lattice(parts_of(found_ink(row.picture)))


class RowFeatures:
    """`Features` in the order of `START`."""

    def __init__(self, scorer: RowScorer) -> None:
        self._log_shares = scorer.log_shares

    def of_labels(self, group: Group, labels: Sequence[int]) -> Sequence[Sequence[float]]:
        """Of some labels of a group."""
        log_shares = self._log_shares[min(len(group.stroke_numbers), PART_COUNTS) - 1]
        return [
            (group.log_probabilities[label], log_shares[label], *group.inside) for label in labels
        ]

    def of_link(
        self,
        one: Group | None,
        other: Group | None,
        state: int,  # noqa: ARG002
    ) -> Sequence[float]:
        """Of one group followed by another; a row may begin and end with any."""
        if one is None or other is None:
            return (0.0,) * len(BETWEEN)
        return between(one.box, other.box)


def weights_of(
    fitted: Floats, shares: Shares, *, network: str = "", reject_below: float = 0.0
) -> RowWeights:
    """The weights for serving, from those in the order of `START`."""
    label, strokes, *rest = [round(one, 4) for one in fitted.tolist()]
    inside, of_pair = rest[: len(INSIDE)], rest[len(INSIDE) :]
    return RowWeights(
        label=label,
        strokes=strokes,
        inside=InsideWeights(**dict(zip(INSIDE, inside, strict=True))),
        between=BetweenWeights(**dict(zip(BETWEEN, of_pair, strict=True))),
        stroke_shares=shares,
        reject_below=reject_below,
        network=network,
    )


def fit_rows(
    network: CharacterNetwork, rows: Sequence[LabelledRow], digits: Sequence[LabelledRow]
) -> RowWeights:
    """Fit the weights to rows and digits alone."""
    labels = network.card.labels
    shares = part_shares(digits, labels)
    begin = weights_of(START, shares)
    reader = RowReader(network, begin)
    targets = [
        TargetLattice(lattice_of(reader, row), [labels.index(one) for one in row.label], None, "")
        for row in [*rows, *digits]
    ]
    fitted, unreachable = line_field.fit(targets, RowFeatures(RowScorer(begin, labels)), START)
    print(f"  {unreachable} of {len(targets)} rows cannot be read as their label")
    weights = weights_of(fitted, shares, network=network.card.files[network.card.served].sha256)
    reader = RowReader(network, weights)
    likenesses = [likeness(next(readings(lattice_of(reader, row), most=1)).groups) for row in rows]
    threshold = round(float(np.quantile(likenesses, FALSE_REJECTS)), 5)
    return msgspec.structs.replace(weights, reject_below=threshold)


def write(folder: Path, data: Path) -> RowWeights:
    """Fit the weights to the network in a folder, and write them beside it.

    Raises:
        OSError: there is no such data.
        WeightsError: there is no network.
    """
    network = CharacterNetwork.load(folder)
    pictures, _, _ = read_mnist(data)
    weights = fit_rows(network, *training_rows(pictures))
    write_fitted(folder / ROW_WEIGHTS, weights)
    return weights


def main() -> None:
    """Fit, print, write."""
    weights = fit_by_command(
        "train.model.row_weights",
        "Fit the weights of a row's score to a network.",
        "weights/digits",
        write,
    )
    print(fitted_json(weights))


if __name__ == "__main__":
    main()
