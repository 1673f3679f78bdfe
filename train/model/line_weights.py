"""`python -m train.model.line_weights`: fits the weights of a line's score, and writes `line.json`.

They are fitted with the network as it is, on strings of digits of the training writers and on lines
composed of one writer's digits.
"""

import argparse
import hashlib
import math
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.digits.box import Box
from realtime.recognition.digits.network import DigitNetwork
from realtime.recognition.lines.geometry import BETWEEN, INSIDE
from realtime.recognition.lines.groups import GroupScorer
from realtime.recognition.lines.k_best import readings
from realtime.recognition.lines.layout import likeness
from realtime.recognition.lines.pieces import MOST_CUTS, pieces_of
from realtime.recognition.lines.places import Place, PlaceSpread, Row
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.lines.weights import LINE_WEIGHTS, LineWeights
from realtime.recognition.recognizer import Query
from train.data import line_characters
from train.data.composed_lines import (
    SIGN_SIZE_VARIATION,
    SIGNS,
    compose,
    digits_only,
    numbers_and_sums,
)
from train.data.dataset import LabelledInk
from train.data.folds import fold_of
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
_UNSEEN = 0.3
_STROKE_COUNTS = 4
FALSE_REJECTS = 0.02  # share of lines that may be rejected

# Of the median distance from a label's usual size, and from its usual height: few samples, or
# composed ones, may seem to differ too little.
LEAST_SCALE = (0.12, 0.08)
# With fewer samples a label's is taken to be that with which lines are composed.
FEWEST_PLACES = 20
UNSURE_MIDDLE = 0.15

Shares = Mapping[str, tuple[float, float, float, float]]
Spreads = Mapping[str, PlaceSpread]


class Statistics(NamedTuple):
    """What is counted, and not fitted: stroke shares, and sizes and places, of each label."""

    shares: Shares
    places: Spreads


def stroke_shares(samples: Iterable[LabelledInk], labels: Sequence[str]) -> Shares:
    """Of each label the shares of writings with one, two, three, and more strokes."""
    counts = {label: np.full(_STROKE_COUNTS, _UNSEEN) for label in labels}
    for sample in samples:
        if sample.label in counts:
            counts[sample.label][min(len(sample.strokes), _STROKE_COUNTS) - 1] += 1
    return {
        label: tuple((count / count.sum()).round(5).tolist()) for label, count in counts.items()
    }


def place_spreads(lines: Iterable[LabelledLine], labels: Collection[str]) -> Spreads:
    """How large the characters of each label are and where they stand, of lines that say which."""
    places: dict[str, list[Place]] = {label: [] for label in labels}
    for line in lines:
        if not line.groups:
            continue
        pieces = [
            pieces_of(stroke, place * (MOST_CUTS + 1))
            for place, stroke in enumerate(FinishedInk.of_points(line.strokes).finished)
        ]
        row = Row(chain.from_iterable(pieces))
        for label, group in zip(line.group_labels, line.groups, strict=True):
            if label in places:
                held = [piece for at in group for piece in pieces[at]]
                box = Box.around([piece.box for piece in held])
                place = row.place([piece.id for piece in held], box)
                if place is not None:
                    places[label].append(place)
    return {label: _spread(label, some) for label, some in places.items()}


def _spread(label: str, places: Sequence[Place]) -> PlaceSpread:
    """Median, and the median of the distances from it as a standard deviation."""
    if len(places) < FEWEST_PLACES:
        size, lower = SIGNS.get(label, (1.0, 0.0))
        return PlaceSpread(round(math.log(size), 4), SIGN_SIZE_VARIATION, lower, UNSURE_MIDDLE)
    middle = np.median(places, axis=0)
    scale = np.maximum(1.4826 * np.median(abs(places - middle), axis=0), LEAST_SCALE)
    size, lower = middle.round(4).tolist()
    size_scale, lower_scale = scale.round(4).tolist()
    return PlaceSpread(size, size_scale, lower, lower_scale)


def targets_of(
    lines: Iterable[LabelledLine], network: DigitNetwork, statistics: Statistics
) -> list[TargetLattice]:
    """The lattices of lines that have only the network's labels, but for those not read at all."""
    labels = network.card.labels
    scorer = GroupScorer(network, weights_of(line_field.START, statistics, network=""))
    targets = []
    for line in lines:
        ink = FinishedInk.of_points(line.strokes)
        lattice = LineReader(scorer).lattice(ink, Query())
        if lattice is not None:
            indices = [labels.index(character) for character in line.label]
            targets.append(TargetLattice(lattice, indices, line.groups, line.writer))
    return targets


def fit(
    targets: Sequence[TargetLattice], statistics: Statistics, *, network: str = ""
) -> LineWeights:
    """Fit the weights to lines; nothing is rejected yet."""
    log_shares = np.log(np.array(list(statistics.shares.values())))
    fitted, unreachable = line_field.fit(targets, log_shares)
    if unreachable:
        print(f"  {unreachable} of {len(targets)} lines cannot be read as their label")
    return weights_of(fitted, statistics, network=network)


def weights_of(
    fitted: Floats, statistics: Statistics, *, network: str, reject_below: float = 0.0
) -> LineWeights:
    """The weights for serving, from those in the order of `line_field.START`."""
    label, strokes, place, *rest = [round(one, 4) for one in fitted.tolist()]
    inside, between = rest[: len(INSIDE)], rest[len(INSIDE) :]
    return msgspec.convert(
        {
            "label": label,
            "strokes": strokes,
            "place": place,
            "inside": dict(zip(INSIDE, inside, strict=True)),
            "between": dict(zip(BETWEEN, between, strict=True)),
            "stroke_shares": statistics.shares,
            "places": statistics.places,
            "reject_below": reject_below,
            "network": network,
        },
        LineWeights,
    )


class TrainingLines(NamedTuple):
    """Lines to fit weights to.

    Attributes:
        real: those of training writers.
        composed: of training writers' isolated characters.
        statistics: of both.
    """

    real: list[LabelledLine]
    composed: list[LabelledLine]
    statistics: Statistics


def training_lines(
    data: Path, labels: Sequence[str], without_fold: int | None = None
) -> TrainingLines:
    """Lines to fit weights to, but for those of the writers of one fold.

    Raises:
        OSError: there is no such data.
    """
    isolated = chain.from_iterable(line_characters.read_isolated(data).values())
    characters = [
        one for one in isolated if one.label in labels and fold_of(one.writer) != without_fold
    ]
    rng = np.random.default_rng(SEED)
    composed = compose(characters, COMPOSED, rng, digits_only(2, LONGEST))
    composed += compose(characters, COMPOSED, rng, numbers_and_sums)
    composed += compose(characters, ALONE, rng, digits_only(1, 1))
    lines = [
        line
        for line in read_lines(data / "lines" / "unipen-numbers.train.ndjson.gz")
        if fold_of(line.writer) != without_fold
    ]
    real = only_of(lines, labels)
    places = place_spreads([*lines, *composed], labels)
    return TrainingLines(real, composed, Statistics(stroke_shares(characters, labels), places))


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
        "--weights", type=Path, default=Path("weights/lines"), help="default: %(default)s"
    )
    options = parser.parse_args()
    network = DigitNetwork.load(options.weights)
    try:
        real, composed, statistics = training_lines(options.data, network.card.labels)
    except OSError as error:
        sys.exit(str(error))
    served = hashlib.sha256((options.weights / network.card.served).read_bytes()).hexdigest()
    targets = targets_of([*real, *composed], network, statistics)
    weights = fit(targets, statistics, network=served)
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
