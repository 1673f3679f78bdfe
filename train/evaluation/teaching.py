"""`python -m train.evaluation.teaching`: measures what is read of a hand before and after teaching.

Each validation writer's digits are drawn in random order, several times. It writes `TEACHING.md`
and a picture beside the weights.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from realtime.errors import WeightsError
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.model_card import MODEL_CARD, ModelCard
from train.data import dataset
from train.data.dataset import OTHER
from train.evaluation import measures, teaching_card
from train.evaluation.hands import (
    Hand,
    Ink,
    Teaches,
    corrections,
    first_of_each,
    hands_of,
    known,
    only,
)
from train.evaluation.made_up import made_up_ink
from train.evaluation.teaching_results import Curve, NoDigits, Results, Taught

# Random orders in which each writer's samples are drawn.
ORDERS = 5
ALL = sys.maxsize
# Of each digit, by a writer who shows their hand first.
SHOWN = 3
# Of one digit, by a writer who teaches no other.
OF_ONE_DIGIT = 20
# Corrections, and digits of each kind, up to which the picture goes.
CORRECTIONS = (0, 1, 2, 3, 5, 8)
SHOWN_AT_MOST = 5


def measure(data: Path, weights: Path) -> Results:
    """Measure the weights with the data in a folder.

    Raises:
        FileNotFoundError: there is no data.
        WeightsError: the weights cannot be loaded, or not be taught.
    """
    network = CharacterNetwork.load(weights)
    teaching = network.card.teaching
    if teaching is None or not network.feature_count:
        raise WeightsError(str(weights / MODEL_CARD), "is of a network that cannot be taught")
    validation = dataset.read_split(data, "val")
    pens = {
        name: samples
        for name, samples in validation.items()
        if all(sample.target != OTHER for sample in samples)
    }
    sources = {name: list(hands_of(network, some, teaching)) for name, some in pens.items()}
    everyone = [hand for hands in sources.values() for hand in hands]
    made_up = [one for inks in made_up_ink(pens).values() for one in inks]
    letters = [one for name, some in validation.items() if name not in pens for one in some]
    rasters = np.stack([measures.served_raster(one.strokes) for one in letters])
    rasters = np.concatenate([rasters, [measures.served_raster(one) for one in made_up]])
    none = Ink.read(network, rasters, np.full(len(rasters), OTHER))
    return Results(
        network.card,
        corrected={name: [correct(hand) for hand in hands] for name, hands in sources.items()},
        shown={name: [show(hand, SHOWN) for hand in hands] for name, hands in sources.items()},
        one_digit={name: [teach_one(hand) for hand in hands] for name, hands in sources.items()},
        no_digits={
            "after corrections": _accepted(none, everyone, lambda: corrections(ALL), network.card),
            f"after {SHOWN} of each digit": _accepted(
                none, everyone, lambda: first_of_each(SHOWN), network.card
            ),
        },
        over_corrections={
            name: Curve(
                [*map(str, CORRECTIONS), "all"],
                [sum(correct(hand, most).after for hand in hands) for most in (*CORRECTIONS, ALL)],
            )
            for name, hands in sources.items()
        },
        over_shown={
            name: Curve(
                [str(count) for count in range(SHOWN_AT_MOST + 1)],
                [
                    sum(show(hand, count, SHOWN_AT_MOST).after for hand in hands)
                    for count in range(SHOWN_AT_MOST + 1)
                ],
            )
            for name, hands in sources.items()
        },
    )


def correct(hand: Hand, most: int = ALL) -> Taught:
    """A writer who corrects what is read wrongly, so often at most."""
    return Taught(hand.writer, [hand.replay(corrections(most), seed)[0] for seed in range(ORDERS)])


def show(hand: Hand, count: int, unmeasured: int | None = None) -> Taught:
    """A writer who shows a few of each digit, and teaches nothing else.

    Args:
        hand: the writer's.
        count: how many of each are shown.
        unmeasured: how many of each are not measured; if it is not said, those that are shown.
    """
    replays = []
    for seed in range(ORDERS):
        replayed, _ = hand.replay(first_of_each(count), seed)
        left_out = replayed
        if unmeasured is not None:
            left_out, _ = hand.replay(first_of_each(unmeasured), seed)
        replays.append(replayed.select(~left_out.is_example))
    return Taught(hand.writer, replays)


def teach_one(hand: Hand) -> Taught:
    """A writer who teaches many of one digit and none of the others: each of the ten in turn."""
    replays = [hand.replay(only(digit, OF_ONE_DIGIT), digit)[0] for digit in range(OTHER)]
    return Taught(hand.writer, [one.select(~one.is_example) for one in replays])


def _accepted(
    none: Ink, hands: Sequence[Hand], teaches: Callable[[], Teaches], card: ModelCard
) -> NoDigits:
    """What is accepted that is no digit, after each writer who taught anything."""
    rejected = (
        measures.Measured(none.logits, none.targets).rejection() > card.final.reject_threshold
    )
    taught = [hand.replay(teaches(), 0)[1] for hand in hands]
    after = [rejected & ~known(none, examples) for examples in taught if examples]
    return NoDigits(
        len(none.targets),
        before=float((~rejected).mean()),
        after=float(np.mean([(~one).mean() for one in after])) if after else 0.0,
        writers=len(after),
    )


def main() -> None:
    """Measure, write, and print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluation.teaching",
        description="Measure what is read of each validation writer before and after teaching.",
    )
    parser.add_argument(
        "--data", type=Path, default=Path("data"), help="folder of pen strokes (default: data)"
    )
    parser.add_argument(
        "--weights", type=Path, default=Path("weights/digits"), help="default: %(default)s"
    )
    options = parser.parse_args()
    try:
        results = measure(options.data, options.weights)
    except (FileNotFoundError, WeightsError) as error:
        sys.exit(str(error))
    teaching_card.write(results, options.weights)
    print(teaching_card.figures(results))


if __name__ == "__main__":
    main()
