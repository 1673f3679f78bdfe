"""`python -m train.model.math_weights`: fits what formulas are read with, and writes `math.json`.

Counted are letters and digits of training writers, and made-up formulas. Fitted with the network as
it is: how strokes are shared among groups, on composed formulas of the training writers and on
those of mathnote; what the network, place, and language count against each other, and how sure the
reader may be, on composed formulas of the validation writers.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.math.reader import MathReader
from realtime.recognition.math.scoring import FEATURES, MathScorer
from realtime.recognition.math.signs import DOT
from realtime.recognition.math.weights import (
    MATH_TASK,
    MATH_WEIGHTS,
    GroupWeights,
    MathWeights,
    ParseWeights,
)
from realtime.recognition.recognizer import Query
from train.command_line import weights_parser
from train.data import characters, line_characters
from train.data.composed_formulas import ComposedFormula, compose
from train.data.dataset import LabelledInk
from train.data.formula_texts import formula
from train.data.lines import LabelledLine, read_lines
from train.model import math_covers, math_statistics
from train.model.fitted import write_fitted
from train.model.math_tuning import balanced, calibrated, targets, tune

SEED = 20261126
TRAINED = 600  # composed formulas of training writers
TUNED = 240  # composed formulas of validation writers
# Between what composed formulas of validation writers ask for, which stand more regularly than
# people write (geometry 0.8), and what ink2tex's and mathnote's do (network 1.4, geometry 0.35).
START = ParseWeights(
    network=1.15,
    place=0.75,
    geometry=0.45,
    language=1.0,
    function=3.0,
    sign=0.0,
    cover=1.2,
    unmatched=-4.0,
    script_relation=-2.0,
    temperature=1.0,
)


def main() -> None:
    """Fit, and write."""
    options = _parse_arguments()
    network = CharacterNetwork.load(options.weights)
    try:
        known = {split: _isolated(options.data, split) for split in ("train", "val")}
        lines = line_characters.lines_with_known_strokes(options.data)
        real = read_lines(options.data / "lines" / "mathnote-expressions.train.ndjson.gz")
    except OSError as error:
        sys.exit(str(error))
    rng = np.random.default_rng(SEED)
    rows = [formula(rng) for _ in range(math_statistics.TEXTS)]
    labels = network.card.labels_of(MATH_TASK)
    facts, language = math_statistics.count(labels, known["train"], lines, rows)
    weights = MathWeights(
        group=GroupWeights(**dict(zip(FEATURES, math_covers.START, strict=True))),
        parse=START,
        labels=facts,
        follows=language.follows,
        pairs=language.pairs,
        dot=language.frequencies[DOT],
        plain=language.plain,
        plain_share=language.plain_share,
        reject_below=-1e9,
        layout_below=-1e9,
        network=network.card.files[network.card.served].sha256,
    )
    composed = compose(known["train"], TRAINED, SEED)
    weights = fit_groups(weights, network, composed, [line for line in real if line.groups])
    # Signs that the validation writers have none of are those of the training data.
    missing = {one.label for one in known["train"]} - {one.label for one in known["val"]}
    others = [one for one in known["train"] if one.label in missing]
    tuned = targets(compose([*known["val"], *others], TUNED, SEED + 1), weights, network)
    weights = balanced(weights, network, tuned)
    if options.tune:
        weights = tune(weights, network, tuned)
    weights = calibrated(weights, network, tuned)
    path = options.weights / MATH_WEIGHTS
    write_fitted(path, weights)
    print(f"wrote {path}")


def fit_groups(
    weights: MathWeights,
    network: CharacterNetwork,
    composed: Sequence[ComposedFormula],
    real: Sequence[LabelledLine],
) -> MathWeights:
    """Fit the score of groups."""
    scorer = MathScorer(network, weights)
    found, unreachable = [], 0
    inks = [(one.strokes, set(one.groups.values())) for one in composed]
    inks += [(line.strokes, set(line.groups or ())) for line in real]
    for strokes, truth in inks:
        groups = MathReader(scorer).groups(FinishedInk.of_points(strokes), Query())
        some, wrong = math_covers.choices(groups, truth, scorer)
        found += some
        unreachable += wrong
    fitted = math_covers.fit(found)
    print(f"  {len(found)} choices of groups, {unreachable} that cannot be right: {fitted}")
    return msgspec.structs.replace(weights, group=GroupWeights(**fitted))


def _isolated(data: Path, split: str) -> list[LabelledInk]:
    return [one for some in characters.read_isolated(data, split).values() for one in some]


def _parse_arguments() -> argparse.Namespace:
    parser = weights_parser(
        "train.model.math_weights",
        "Fit what formulas are read with to a network.",
        "weights/characters",
    )
    parser.add_argument(
        "--tune", action="store_true", help="try other weights of the parts, which takes long"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
