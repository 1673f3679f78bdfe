"""`python -m train.model.line_weights`: fits the weights of a line's score, and writes `line.json`.

They are fitted with the network as it is, on strings of digits of the training writers and on lines
composed of one writer's digits.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.digits.network import DigitNetwork
from realtime.recognition.lines.geometry import BETWEEN, INSIDE
from realtime.recognition.lines.groups import GroupScorer
from realtime.recognition.lines.k_best import readings
from realtime.recognition.lines.layout import likeness
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.lines.weights import LINE_WEIGHTS, LineWeights
from realtime.recognition.recognizer import Query
from train.data import dataset
from train.data.composed_lines import compose
from train.data.dataset import LabelledInk
from train.data.lines import LabelledLine, only_of, read_lines
from train.model import line_field
from train.model.line_field import TargetLattice
from train.model.path_sums import Floats

SEED = 20261126
COMPOSED = 600
LONGEST = 8
# Composed lines of one digit: a digit alone must not fall apart.
ALONE = 600
# Added to the counts of strokes: no number of strokes is impossible.
UNSEEN = 0.3
_STROKE_COUNTS = 4
FALSE_REJECTS = 0.02  # share of lines that may be rejected

Weights = TypeVar("Weights", bound=LineWeights)
Shares = Mapping[str, tuple[float, float, float, float]]


def stroke_shares(samples: Iterable[LabelledInk], labels: Sequence[str]) -> Shares:
    """Of each label the shares of writings with one, two, three, and more strokes."""
    counts = {label: np.full(_STROKE_COUNTS, UNSEEN) for label in labels}
    for sample in samples:
        if sample.label in counts:
            counts[sample.label][min(len(sample.strokes), _STROKE_COUNTS) - 1] += 1
    return {
        label: tuple((count / count.sum()).round(5).tolist()) for label, count in counts.items()
    }


def targets_of(
    lines: Iterable[LabelledLine], network: DigitNetwork, shares: Shares
) -> list[TargetLattice]:
    """The lattices of lines that have only the network's labels, but for those not read at all."""
    labels = network.card.labels
    scorer = GroupScorer(network, weights_of(line_field.START, shares, network=""))
    targets = []
    for line in lines:
        ink = FinishedInk.of_points(line.strokes)
        lattice = LineReader(scorer).lattice(ink, Query())
        if lattice is not None:
            indices = [labels.index(character) for character in line.label]
            targets.append(TargetLattice(lattice, indices, line.groups, line.writer))
    return targets


def fit(targets: Sequence[TargetLattice], shares: Shares, *, network: str = "") -> LineWeights:
    """Fit the weights to lines; nothing is rejected yet."""
    log_shares = np.log(np.array(list(shares.values())))
    fitted, unreachable = line_field.fit(targets, log_shares)
    if unreachable:
        print(f"  {unreachable} of {len(targets)} lines cannot be read as their label")
    return weights_of(fitted, shares, network=network)


def weights_of(
    fitted: Floats, shares: Shares, *, network: str, reject_below: float = 0.0
) -> LineWeights:
    """The weights for serving, from those in the order of `line_field.start`."""
    return converted(fitted, shares, LineWeights, INSIDE, network, reject_below)


def converted(
    fitted: Floats,
    shares: Shares,
    kind: type[Weights],
    inside_names: Sequence[str],
    network: str,
    reject_below: float = 0.0,
) -> Weights:
    """Weights of some kind, from those in the order of `line_field.start`."""
    label, strokes, *rest = [round(one, 4) for one in fitted.tolist()]
    inside, between = rest[: len(inside_names)], rest[len(inside_names) :]
    return msgspec.convert(
        {
            "label": label,
            "strokes": strokes,
            "inside": dict(zip(inside_names, inside, strict=True)),
            "between": dict(zip(BETWEEN, between, strict=True)),
            "stroke_shares": shares,
            "reject_below": reject_below,
            "network": network,
        },
        kind,
    )


def training_lines(
    data: Path, labels: Sequence[str]
) -> tuple[list[LabelledLine], list[LabelledLine], Shares]:
    """Real lines of training writers, composed lines of others, and the labels' stroke shares.

    Raises:
        OSError: there is no such data.
    """
    samples = [one for some in dataset.read_training(data).values() for one in some]
    digits = [sample for sample in samples if sample.target != dataset.OTHER]
    rng = np.random.default_rng(SEED)
    composed = compose(digits, COMPOSED, rng, shortest=2, longest=LONGEST)
    composed += compose(digits, ALONE, rng, shortest=1, longest=1)
    real = only_of(read_lines(data / "lines" / "unipen-numbers.train.ndjson.gz"), labels)
    return real, composed, stroke_shares(digits, labels)


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m train.model.line_weights",
        description="Fit the weights of a line's score to a network.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        help="folder of handwriting (default: %(default)s)",
    )
    parser.add_argument(
        "--weights", type=Path, default=Path("weights/digits"), help="default: %(default)s"
    )
    options = parser.parse_args()
    network = DigitNetwork.load(options.weights)
    try:
        real, composed, shares = training_lines(options.data, network.card.labels)
    except OSError as error:
        sys.exit(str(error))
    served = hashlib.sha256((options.weights / network.card.served).read_bytes()).hexdigest()
    weights = fit(targets_of([*real, *composed], network, shares), shares, network=served)
    weights = msgspec.structs.replace(
        weights, reject_below=reject_threshold(real, network, weights)
    )
    content = msgspec.json.format(msgspec.json.encode(weights), indent=2)
    (options.weights / LINE_WEIGHTS).write_bytes(content + b"\n")
    print(content.decode())


def reject_threshold(
    lines: Sequence[LabelledLine], network: DigitNetwork, weights: LineWeights
) -> float:
    """The likeness below which `FALSE_REJECTS` of these lines lie."""
    scorer = GroupScorer(network, weights)
    likenesses = []
    for line in lines:
        lattice = LineReader(scorer).lattice(FinishedInk.of_points(line.strokes), Query())
        if lattice is not None:
            best = next(readings(lattice, most=1))
            likenesses.append(likeness(best.groups))
    return round(float(np.quantile(likenesses, FALSE_REJECTS)), 5)


if __name__ == "__main__":
    main()
