"""`python -m train.evaluation.lines`: measures the reading of lines, as strings of digits.

UniPen's strings are measured by fivefold cross-validation over all of its writers: each fold's
weights are fitted on the others. CROHME's are only measured. Composed lines are of the validation
writers.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.digits.network import DigitNetwork
from realtime.recognition.digits.recognizer import DigitRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import LineWeights, read_line_weights
from realtime.recognition.recognizer import Query
from train.data import dataset
from train.data.composed_lines import compose, digits_only
from train.data.dataset import LabelledInk
from train.data.lines import LabelledLine, none_of, only_of, permuted, read_lines
from train.evaluation import line_speed
from train.evaluation.line_measures import (
    ReadLine,
    character_error,
    group_score,
    read_line,
    share_rejected,
    share_right,
    string_error,
)
from train.model.line_weights import fit, reject_threshold, targets_of, training_lines

FOLDS = 5
SEED = 17
COMPOSED = 400
LONG = 20  # lines for the cost a stroke
WORDS = 400
WORST = 20
LENGTHS = ((1, 1), (2, 2), (3, 4), (5, 5), (6, 9), (10, 10), (11, 20))


def main() -> None:
    """Measure, and print tables in Markdown."""
    options = _parse_arguments()
    network = DigitNetwork.load(options.weights)
    labels = network.card.labels
    recognizer = LineRecognizer(network, read_line_weights(options.weights, network.card))
    try:
        numbers = [
            line
            for split in ("train", "val")
            for line in read_lines(options.data / "lines" / f"unipen-numbers.{split}.ndjson.gz")
        ]
        validation = dataset.read_split(options.data, "val")
        seen = _writers(dataset.read_split(options.data, "train"))
    except OSError as error:
        sys.exit(str(error))
    strings = only_of(numbers, labels)
    print(f"UniPen: {len(strings)} of {len(numbers)} strings have only the network's labels.")
    crossed = cross_validate(strings, options.data, network)
    read = {
        "unipen-numbers, crossed": crossed,
        "… writers whose digits the network knows": [
            one for one in crossed if one.line.writer in seen
        ],
        "… writers it never saw": [one for one in crossed if one.line.writer not in seen],
    }
    test_only = options.data / "test-only" / "crohme-nc-numbers.val.ndjson.gz"
    if test_only.exists():
        others = read_lines(test_only)
        chosen = only_of(others, labels)
        print(f"CROHME: {len(chosen)} of {len(others)} strings have only the network's labels.")
        read["crohme-nc-numbers val"] = _read(recognizer, chosen)
    digits = [one for some in validation.values() for one in some if one.target != dataset.OTHER]
    rng = np.random.default_rng(SEED)
    composed = compose(digits, COMPOSED, rng, digits_only(2, 10))
    read["composed of validation digits"] = _read(recognizer, composed)
    late = [permuted(line, rng) for line in composed]
    read["… strokes in random order"] = _read(recognizer, late)
    alone = [_alone(sample) for sample in digits]
    read["digits alone, validation"] = _read(recognizer, alone)
    print()
    print_table(read)
    board = DigitRecognizer(network)
    print(f"\nDigits alone on the board: {_board_right(board, alone):.2%} right.")
    print_lengths(read)
    print_rejection(recognizer, options.data, labels)
    print_costs(recognizer, board, digits, alone)
    print_worst([*crossed, *read.get("crohme-nc-numbers val", [])])


def cross_validate(
    lines: Sequence[LabelledLine], data: Path, network: DigitNetwork
) -> list[ReadLine]:
    """Read each line with weights fitted without its writer."""
    _, composed, shares = training_lines(data, network.card.labels)
    writers = sorted({line.writer for line in lines})
    np.random.default_rng(SEED).shuffle(writers)
    targets = targets_of([*lines, *composed], network, shares)
    read = []
    for fold in range(FOLDS):
        held_out = set(writers[fold::FOLDS])
        known = [target for target in targets if target.writer not in held_out]
        weights = fit(known, shares)
        threshold = reject_threshold(
            [line for line in lines if line.writer not in held_out], network, weights
        )
        weights = msgspec.structs.replace(weights, reject_below=threshold)
        print(f"  fold {fold + 1}: {_summary(weights)}", flush=True)
        unseen = [line for line in lines if line.writer in held_out]
        read += _read(LineRecognizer(network, weights), unseen)
    return read


def _read(recognizer: LineRecognizer, lines: Sequence[LabelledLine]) -> list[ReadLine]:
    return [read_line(recognizer.reader(), line) for line in lines]


def _summary(weights: LineWeights) -> str:
    parts = msgspec.structs.asdict(weights.label) | msgspec.structs.asdict(weights.link)
    return ", ".join(f"{name} {value:.2f}" for name, value in parts.items())


def _writers(samples: dict[str, list[LabelledInk]]) -> set[str]:
    return {one.writer for some in samples.values() for one in some if one.target != dataset.OTHER}


def _alone(sample: LabelledInk) -> LabelledLine:
    groups = (tuple(range(len(sample.strokes))),)
    return LabelledLine(sample.label, sample.writer, "alone", sample.strokes, groups)


def _board_right(board: DigitRecognizer, lines: Sequence[LabelledLine]) -> float:
    """The share of single digits that the digit recognizer reads right."""
    right = [
        board.reader().recognize(FinishedInk.of_points(line.strokes), Query()).text == line.label
        for line in lines
    ]
    return float(np.mean(right))


def print_table(read: dict[str, list[ReadLine]]) -> None:
    """Print what is right, by source."""
    print("| source | strings | right | groups F | ECE strings | ECE characters | rejected |")
    print("|---|---|---|---|---|---|---|")
    for name, some in read.items():
        print(
            f"| {name} | {len(some)} | {share_right(some):.2%} | {group_score(some):.2%} "
            f"| {string_error(some):.2%} | {character_error(some):.2%} "
            f"| {share_rejected(some):.2%} |"
        )


def print_lengths(read: dict[str, list[ReadLine]]) -> None:
    """Print what is right, by source and length."""
    ranges = [f"{first}" if first == last else f"{first}–{last}" for first, last in LENGTHS]
    print(f"\n| source, by length | {' | '.join(ranges)} |\n|---|{'---|' * len(ranges)}")
    for name, some in read.items():
        cells = []
        for first, last in LENGTHS:
            part = [one for one in some if first <= len(one.line.label) <= last]
            cells.append(f"{share_right(part):.1%} of {len(part)}" if part else "")
        print(f"| {name} | {' | '.join(cells)} |")


def print_rejection(recognizer: LineRecognizer, data: Path, labels: Sequence[str]) -> None:
    """Print how much of what is no line of these characters is rejected."""
    print("\n| no line of digits | lines | rejected |\n|---|---|---|")
    for name in ("unipen-words", "unipen-cursive", "unipen-lines"):
        path = data / "lines" / f"{name}.val.ndjson.gz"
        words = none_of(read_lines(path), labels)[:WORDS]
        print(f"| {name} | {len(words)} | {share_rejected(_read(recognizer, words)):.1%} |")


def print_costs(
    recognizer: LineRecognizer,
    board: DigitRecognizer,
    digits: Sequence[LabelledInk],
    alone: Sequence[LabelledLine],
) -> None:
    """Print what a stroke costs, over the length of a line."""
    rng = np.random.default_rng(SEED)
    long = compose(digits, LONG, rng, digits_only(40, 40))
    others = [alone[index] for index in rng.permutation(len(alone))]
    costs = line_speed.measure(recognizer, long, board, others)
    one = costs.board_us
    print(f"\nAn answer to a digit on the board takes {one:.0f} µs of CPU time.")
    print(
        "\n| strokes of a line | passes, mean | most | CPU µs, median | 99 % | answers to a digit |"
    )
    print("|---|---|---|---|---|---|")
    for first in range(1, 50, 10):
        part = costs.between(first, first + 9)
        middle, high = np.quantile(part.microseconds, (0.5, 0.99))
        print(
            f"| {first}–{first + 9} | {part.passes.mean():.2f} | {part.passes.max()} "
            f"| {middle:.0f} | {high:.0f} | {middle / one:.1f} |"
        )


def print_worst(read: Sequence[ReadLine]) -> None:
    """Print the wrong answers that were most certain, and how many there are of each fault."""
    wrong = sorted([one for one in read if not one.right], key=lambda one: -one.probability)
    faults = [one.fault for one in wrong]
    counts = ", ".join(f"{faults.count(fault)} {fault}" for fault in sorted(set(faults)))
    print(f"\n{len(wrong)} strings are wrong: {counts}.")
    print("\n| written | read | probability | source | wrong |\n|---|---|---|---|---|")
    for one in wrong[:WORST]:
        source = "/".join(one.line.source.split("/")[:2])
        print(
            f"| {one.line.label} | {one.answer.text} | {one.probability:.2f} "
            f"| {source} {one.line.writer} | {one.fault} |"
        )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluation.lines", description="Measure the reading of lines."
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="default: %(default)s")
    parser.add_argument(
        "--weights", type=Path, default=Path("weights/digits"), help="default: %(default)s"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
