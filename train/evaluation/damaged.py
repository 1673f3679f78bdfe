"""`python -m train.evaluation.damaged`: measures what mending gives for damaged ink.

Digits are read whole, with a stray tap, with gaps, and with both; each as it is and mended. What is
no digit is read too, since a mended letter may look like one.
"""

import sys
from collections.abc import Callable, Sequence

import numpy as np

from realtime.ink.stroke import FinishedInk, PointArray
from realtime.recognition.characters.mending import mend
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.rasterizer import LiveRaster
from train.command_line import weights_parser
from train.data import dataset
from train.data.damage import gap, stray_tap
from train.data.dataset import OTHER, LabelledInk
from train.evaluation import measures

SEED = 1
Damage = Callable[[tuple[PointArray, ...], np.random.Generator], tuple[PointArray, ...]]


def _whole(strokes: tuple[PointArray, ...], _: np.random.Generator) -> tuple[PointArray, ...]:
    return strokes


def _both(strokes: tuple[PointArray, ...], rng: np.random.Generator) -> tuple[PointArray, ...]:
    return stray_tap(gap(strokes, rng), rng)


DAMAGES: dict[str, Damage] = {
    "whole": _whole,
    "a stray tap": stray_tap,
    "three points missing": gap,
    "both": _both,
}


def measure(
    network: CharacterNetwork, samples: Sequence[LabelledInk], damage: Damage, *, mended: bool
) -> tuple[float, float]:
    """The shares of samples that are accepted and wrong, and that are rejected.

    What is no digit is wrong when it is accepted.
    """
    rng = np.random.default_rng(SEED)
    inks = [FinishedInk.of_points(damage(sample.strokes, rng)) for sample in samples]
    rasters = np.stack([LiveRaster().draw(mend(ink) if mended else ink) for ink in inks])
    measured = measures.measure(network, rasters, measures.targets_of(samples))
    is_rejected = measured.rejection() > network.card.final.reject_threshold
    return float((~measured.right & ~is_rejected).mean()), float(is_rejected.mean())


def main() -> None:
    """Measure, and print a table."""
    options = weights_parser(
        "train.evaluation.damaged", "Measure what mending gives for damaged ink.", "weights/digits"
    ).parse_args()
    network = CharacterNetwork.load(options.weights)
    try:
        validation = dataset.read_split(options.data, "val")
    except FileNotFoundError as error:
        sys.exit(str(error))
    print(
        "| source | ink | wrong | rejected | mended: wrong | rejected |\n|---|---|---|---|---|---|"
    )
    for name, samples in validation.items():
        is_digits = all(sample.target != OTHER for sample in samples)
        others = [sample for sample in samples if sample.target == OTHER]
        for kind in DAMAGES if is_digits else ("whole",):
            figures = [
                measure(network, samples if is_digits else others, DAMAGES[kind], mended=mended)
                for mended in (False, True)
            ]
            cells = " | ".join(f"{share:.2%}" for pair in figures for share in pair)
            print(f"| {name} | {kind} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
