"""`python -m train.evaluation.lines`: measures the reading of lines, as strings of characters.

UniPen's strings are measured by fivefold cross-validation over all of its writers: each fold is
read by a network and with weights that know none of its writers (`python -m train.lines
--without-fold`), where there are such; else the network is the served one, and only the weights do
not know them. CROHME's are only measured. Composed lines are of the validation writers.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import LineWeights
from realtime.recognition.recognizer import Query
from train.command_line import weights_parser
from train.data import line_characters
from train.data.composed_lines import compose, digits_only, numbers_and_sums
from train.data.dataset import DIGITS, LabelledInk
from train.data.folds import FOLDS, fold_of
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

SEED = 17
COMPOSED = 400
LONG = 20  # lines for the cost a stroke
WORDS = 400
WORST = 20
LENGTHS = ((1, 1), (2, 2), (3, 4), (5, 5), (6, 9), (10, 10), (11, 20))


def main() -> None:
    """Measure, and print tables in Markdown."""
    options = _parse_arguments()
    recognizer = LineRecognizer.load(options.weights)
    network = recognizer.scorer.network.local
    labels = network.card.labels
    try:
        numbers = [
            line
            for split in ("train", "val")
            for line in read_lines(options.data / "lines" / f"unipen-numbers.{split}.ndjson.gz")
        ]
        isolated = line_characters.read_isolated(options.data, "val")
    except OSError as error:
        sys.exit(str(error))
    strings = only_of(numbers, labels)
    print(f"UniPen: {len(strings)} of {len(numbers)} strings have only the network's labels.")
    networks = [network] * FOLDS
    if options.folds:
        networks = [CharacterNetwork.load(options.folds / f"fold-{fold}") for fold in range(FOLDS)]
    crossed = cross_validate(strings, options.data, networks)
    read = _by_kind("unipen-numbers, crossed", crossed)
    test_only = options.data / "test-only" / "crohme-nc-numbers.val.ndjson.gz"
    if test_only.exists():
        others = read_lines(test_only)
        chosen = only_of(others, labels)
        print(f"CROHME: {len(chosen)} of {len(others)} strings have only the network's labels.")
        read |= _by_kind("crohme-nc-numbers val", _read(recognizer, chosen))
    characters = [one for some in isolated.values() for one in some if one.label in labels]
    digits = [one for one in characters if one.label in DIGITS]
    rng = np.random.default_rng(SEED)
    for name, texts in (("digits", digits_only(2, 10)), ("numbers and sums", numbers_and_sums)):
        composed = compose(characters, COMPOSED, rng, texts)
        read[f"composed {name}"] = _read(recognizer, composed)
        late = [permuted(line, rng) for line in composed]
        read[f"composed {name}, strokes in random order"] = _read(recognizer, late)
    alone = [_alone(sample) for sample in digits]
    read["digits alone, validation"] = _read(recognizer, alone)
    print()
    print_table(read)
    board = CharacterRecognizer(CharacterNetwork.load(options.board))
    print(f"\nDigits alone on the board: {_board_right(board, alone):.2%} right.")
    print_lengths(read)
    print_rejection(recognizer, options.data, labels)
    print_costs(recognizer, board, digits, alone)
    print_worst([*crossed, *read.get("crohme-nc-numbers val, all", [])])


def _by_kind(name: str, read: list[ReadLine]) -> dict[str, list[ReadLine]]:
    """Lines of digits alone, those with signs, and all of them."""
    digits = [one for one in read if set(one.line.label) <= set(DIGITS)]
    signs = [one for one in read if not set(one.line.label) <= set(DIGITS)]
    return {f"{name}, digits": digits, f"{name}, with signs": signs, f"{name}, all": read}


def cross_validate(
    lines: Sequence[LabelledLine], data: Path, networks: Sequence[CharacterNetwork]
) -> list[ReadLine]:
    """Read the lines of each fold's writers with its network, and weights fitted without them."""
    read = []
    for fold, network in enumerate(networks):
        real, composed, statistics = training_lines(data, network.card.labels, fold)
        weights = fit(targets_of([*real, *composed], network, statistics), statistics)
        threshold = reject_threshold(real, network, weights)
        weights = msgspec.structs.replace(weights, reject_below=threshold)
        print(f"  fold {fold + 1}: {_summary(weights)}", flush=True)
        unseen = [line for line in lines if fold_of(line.writer) == fold]
        read += _read(LineRecognizer(network, weights), unseen)
    return read


def _read(recognizer: LineRecognizer, lines: Sequence[LabelledLine]) -> list[ReadLine]:
    return [read_line(recognizer.reader(), line) for line in lines]


def _summary(weights: LineWeights) -> str:
    parts = msgspec.structs.asdict(weights.label) | msgspec.structs.asdict(weights.link)
    return ", ".join(f"{name} {value:.2f}" for name, value in parts.items())


def _alone(sample: LabelledInk) -> LabelledLine:
    groups = (tuple(range(len(sample.strokes))),)
    return LabelledLine(sample.label, sample.writer, "alone", sample.strokes, groups)


def _board_right(board: CharacterRecognizer, lines: Sequence[LabelledLine]) -> float:
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
    print("\n| no line of numbers | lines | rejected |\n|---|---|---|")
    for name in ("unipen-words", "unipen-cursive", "unipen-lines"):
        path = data / "lines" / f"{name}.val.ndjson.gz"
        words = none_of(read_lines(path), labels)[:WORDS]
        print(f"| {name} | {len(words)} | {share_rejected(_read(recognizer, words)):.1%} |")


def print_costs(
    recognizer: LineRecognizer,
    board: CharacterRecognizer,
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
    parser = weights_parser(
        "train.evaluation.lines", "Measure the reading of lines.", "weights/lines"
    )
    parser.add_argument(
        "--board",
        type=Path,
        default=Path("weights/digits"),
        help="the network of single digits, to compare with (default: %(default)s)",
    )
    parser.add_argument(
        "--folds", type=Path, help="folder of networks fold-0, fold-1, … of `train.lines`"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
