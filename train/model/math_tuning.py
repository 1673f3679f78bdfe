"""Fits what network, place and language count against each other in formulas, and their certainty.

It is done on formulas whose groups are scored already.
"""

from collections.abc import Sequence
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
from realtime.recognition.math.scoring import MathScorer
from realtime.recognition.math.tree import with_functions
from realtime.recognition.math.weights import MathWeights
from realtime.recognition.recognizer import Query, finish
from train.data.composed_formulas import ComposedFormula

ROUNDS = 1
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
