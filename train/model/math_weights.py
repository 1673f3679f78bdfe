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
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.optimize import minimize_scalar

from realtime.ink.stroke import FinishedInk
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.lines.groups import Group
from realtime.recognition.math.formula_parser import FormulaParser
from realtime.recognition.math.notation import latex_of
from realtime.recognition.math.reader import MathReader, readings_of
from realtime.recognition.math.reading import Reading, likeness
from realtime.recognition.math.scoring import FEATURES, MathScorer
from realtime.recognition.math.signs import DOT
from realtime.recognition.math.tree import with_functions
from realtime.recognition.math.weights import (
    MATH_TASK,
    MATH_WEIGHTS,
    GroupWeights,
    MathWeights,
    ParseWeights,
)
from realtime.recognition.recognizer import Query, finish
from train.data import characters, line_characters
from train.data.composed_formulas import ComposedFormula, compose
from train.data.dataset import LabelledInk
from train.data.formula_texts import formula
from train.data.lines import LabelledLine, read_lines
from train.model import math_covers, math_statistics
from train.model.fitted import write_fitted

SEED = 20261126
TRAINED = 600  # composed formulas of training writers
TUNED = 240  # composed formulas of validation writers
ROUNDS = 1
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
# What each weight is tried at, as a factor or a difference.
FACTORS = {"network": 1.25, "place": 1.3, "geometry": 1.3, "language": 1.3, "cover": 1.3}
STEPS = {"sign": 0.5, "function": 1.0, "unmatched": 2.0, "script_relation": 2.0}
# Of what signs lose each adds this share: signs that fall apart are more frequent than such as are
# taken together, so that few signs are a little better than many.
_SHARE_OF_LOSS = 0.5
FALSE_REJECTS = 0.01
NO_FORMULAS = 0.005


class Target(NamedTuple):
    """A formula to be read: the groups that its strokes may be, and what is right."""

    groups: Sequence[Group]
    latex: str


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


def targets(
    composed: Sequence[ComposedFormula], weights: MathWeights, network: CharacterNetwork
) -> list[Target]:
    """Composed formulas as they are to be read, with groups that are scored by the weights."""
    scorer = MathScorer(network, weights)
    return [
        Target(
            MathReader(scorer).groups(FinishedInk.of_points(one.strokes), Query()),
            latex_of(with_functions(one.row)),
        )
        for one in composed
    ]


def _read(scorer: MathScorer, target: Target) -> list[Reading]:
    parser = FormulaParser(scorer)
    return finish(readings_of(target.groups, parser, scorer.weights.parse.cover))


def _objective(weights: MathWeights, network: CharacterNetwork, targets: Sequence[Target]) -> float:
    """How well formulas are read: those that are right, and a little for being nearly so."""
    scorer = MathScorer(network, weights)
    total = 0.0
    for target in targets:
        latex = [latex_of(one.row) for one in _read(scorer, target)[:5]]
        if target.latex in latex:
            total += 1.0 if latex[0] == target.latex else 0.3
    return total / len(targets)


def balanced(
    weights: MathWeights, network: CharacterNetwork, targets: Sequence[Target]
) -> MathWeights:
    """Let each sign add a share of what signs lose on average; see `_SHARE_OF_LOSS`."""
    scorer = MathScorer(network, weights)
    lost = []
    for target in targets:
        for one in _read(scorer, target):
            if latex_of(one.row) == target.latex:
                cover = weights.parse.cover * sum([group.score for group in one.groups])
                lost.append((one.score - cover) / len(one.groups))
    sign = round(-_SHARE_OF_LOSS * float(np.mean(lost)), 2) if lost else weights.parse.sign
    print(f"  each sign adds {sign}", flush=True)
    return msgspec.structs.replace(weights, parse=msgspec.structs.replace(weights.parse, sign=sign))


def tune(weights: MathWeights, network: CharacterNetwork, targets: Sequence[Target]) -> MathWeights:
    """Try each weight larger and smaller, and keep what reads more right."""
    best = _objective(weights, network, targets)
    print(f"  {best:.3f} as it begins", flush=True)
    for _ in range(ROUNDS):
        for name in [*FACTORS, *STEPS]:
            now = getattr(weights.parse, name)
            tried = (
                [now * FACTORS[name], now / FACTORS[name]]
                if name in FACTORS
                else [now + STEPS[name], now - STEPS[name]]
            )
            for value in tried:
                parse = msgspec.structs.replace(weights.parse, **{name: round(value, 3)})
                other = msgspec.structs.replace(weights, parse=parse)
                score = _objective(other, network, targets)
                if score > best + 0.001:
                    best, weights = score, other
                    print(f"  {best:.3f} with {name} {value:.3f}", flush=True)
                    break
    return weights


def calibrated(
    weights: MathWeights, network: CharacterNetwork, targets: Sequence[Target]
) -> MathWeights:
    """Fit the temperature, and below what ink is no formula."""
    scorer = MathScorer(network, weights)
    read = [_read(scorer, one) for one in targets]
    right = np.mean(
        [
            bool(readings) and latex_of(readings[0].row) == target.latex
            for target, readings in zip(targets, read, strict=True)
        ]
    )
    scores = [np.array([one.score - some[0].score for one in some]) for some in read if some]

    def off(temperature: float) -> float:
        """How far the best readings' mean probability is from how many of them are right."""
        sure = np.mean([1.0 / np.exp(one / temperature).sum() for one in scores])
        return float(abs(sure - right))

    temperature = float(minimize_scalar(off, bounds=(0.3, 12.0), method="bounded").x)
    best: list[Reading] = [readings[0] for readings in read if readings]
    reject = float(np.quantile([likeness(one) for one in best], FALSE_REJECTS))
    layout = float(np.quantile([one.score / len(one.groups) for one in best], NO_FORMULAS))
    print(f"  temperature {temperature:.2f}, rejects {reject:.2f}, layout {layout:.2f}")
    return msgspec.structs.replace(
        weights,
        parse=msgspec.structs.replace(weights.parse, temperature=round(temperature, 3)),
        reject_below=round(reject, 3),
        layout_below=round(layout - 1.0, 3),
    )


def _isolated(data: Path, split: str) -> list[LabelledInk]:
    return [one for some in characters.read_isolated(data, split).values() for one in some]


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="default: %(default)s")
    parser.add_argument("--weights", type=Path, default=Path("weights/characters"))
    parser.add_argument(
        "--tune", action="store_true", help="try other weights of the parts, which takes long"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
