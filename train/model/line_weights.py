"""`python -m train.model.line_weights`: fits the weights of a line's score, and writes `line.json`.

They are fitted with the network as it is, on strings of digits of the training writers and on lines
composed of one writer's digits.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.lines.group_scorer import GroupScorer, label_scorer_of
from realtime.recognition.lines.k_best import readings
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.lines.reading import log_likeness
from realtime.recognition.lines.scoring import LABEL_FEATURES
from realtime.recognition.lines.weights import LINE_WEIGHTS, LabelWeights, LineWeights, LinkWeights
from realtime.recognition.recognizer import Query
from train.data import line_characters
from train.data.composed_lines import compose, digits_only, numbers_and_sums
from train.data.folds import fold_of
from train.data.lines import LabelledLine, only_of, read_lines
from train.model import line_field
from train.model.fitted import fit_by_command, fitted_json, write_fitted
from train.model.line_field import LINK_FEATURES, LineFeatures, TargetLattice
from train.model.line_statistics import Statistics, count
from train.model.path_sums import Floats

SEED = 20261126
COMPOSED = 600
COMPOSED_SUMS = 1500  # in half of the real lines there is no sign
LONGEST = 8
# Composed lines of one digit: a digit alone must not fall apart.
ALONE = 600
# Of what follows what, each text of the real lines (578 differ) counts so many times, beside so
# many made-up ones of numbers and sums, and of digits alone, which have so many digits at most.
REAL_TEXTS = 4
TEXTS = 2000
DIGIT_TEXTS = 4000
LONGEST_TEXT = 10
FALSE_REJECTS = 0.02  # share of lines that may be rejected


def targets_of(
    lines: Iterable[LabelledLine], network: CharacterNetwork, statistics: Statistics
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
    start = weights_of(line_field.START, statistics, network=network)
    features = LineFeatures(label_scorer_of(start, list(statistics.labels)), statistics.follows)
    fitted, unreachable = line_field.fit(targets, features)
    if unreachable:
        print(f"  {unreachable} of {len(targets)} lines cannot be read as their label")
    return weights_of(fitted, statistics, network=network)


def weights_of(
    fitted: Floats, statistics: Statistics, *, network: str, reject_below: float = 0.0
) -> LineWeights:
    """The weights for serving, from those in the order of `line_field.START`."""
    rounded = [round(one, 4) for one in fitted.tolist()]
    of_label, of_link = rounded[: len(LABEL_FEATURES)], rounded[len(LABEL_FEATURES) :]
    return LineWeights(
        label=LabelWeights(**dict(zip(LABEL_FEATURES, of_label, strict=True))),
        link=LinkWeights(**dict(zip(LINK_FEATURES, of_link, strict=True))),
        labels=statistics.labels,
        kinds=statistics.kinds,
        follows=statistics.follows,
        reject_below=reject_below,
        network=network,
    )


class TrainingLines(NamedTuple):
    """Lines to fit weights to.

    Attributes:
        real: those of training writers; none where the folder has no lines.
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

    A folder without `lines/` has isolated characters only, of which lines are composed.

    Raises:
        OSError: there is no such data.
    """
    isolated = chain.from_iterable(line_characters.read_isolated(data).values())
    characters = [
        one for one in isolated if one.label in labels and fold_of(one.writer) != without_fold
    ]
    rng = np.random.default_rng(SEED)
    composed = compose(characters, COMPOSED, rng, digits_only(2, LONGEST))
    composed += compose(characters, COMPOSED_SUMS, rng, numbers_and_sums)
    composed += compose(characters, ALONE, rng, digits_only(1, 1))
    path = data / "lines" / "unipen-numbers.train.ndjson.gz"
    known = read_lines(path) if path.exists() else []
    lines = [line for line in known if fold_of(line.writer) != without_fold]
    real = only_of(lines, labels)
    # Each once: the same few prompts are most of them.
    texts = REAL_TEXTS * sorted({line.label for line in real})
    for some, many in ((numbers_and_sums, TEXTS), (digits_only(1, LONGEST_TEXT), DIGIT_TEXTS)):
        texts += [text for _ in range(many) if (text := some(rng, labels))]
    statistics = count(characters, [*lines, *composed], texts, labels)
    return TrainingLines(real, composed, statistics)


def main() -> None:
    """Fit, print, write."""
    weights = fit_by_command(
        "train.model.line_weights",
        "Fit the weights of a line's score to a network.",
        "weights/lines",
        write,
    )
    print(fitted_json(weights))


def write(folder: Path, data: Path, *, without_fold: int | None = None) -> LineWeights:
    """Fit the weights to the network in a folder, and write them beside it.

    Raises:
        OSError: there is no such data.
    """
    network = CharacterNetwork.load(folder)
    real, composed, statistics = training_lines(data, network.card.labels, without_fold)
    targets = targets_of([*real, *composed], network, statistics)
    served = network.card.files[network.card.served].sha256
    weights = fit(targets, statistics, network=served)
    weights = msgspec.structs.replace(
        weights, reject_below=reject_threshold(real or composed, network, weights)
    )
    write_fitted(folder / LINE_WEIGHTS, weights)
    return weights


def reject_threshold(
    lines: Sequence[LabelledLine], network: CharacterNetwork, weights: LineWeights
) -> float:
    """The `log_likeness` below which `FALSE_REJECTS` of these lines lie."""
    scorer = GroupScorer(network, weights)
    likenesses = []
    for line in lines:
        lattice = LineReader(scorer).lattice(FinishedInk.of_points(line.strokes), Query())
        if lattice is not None:
            likenesses.append(log_likeness(next(readings(lattice, most=1))))
    return round(float(np.quantile(likenesses, FALSE_REJECTS)), 4)


if __name__ == "__main__":
    main()
