"""`python -m train.evaluation.rows`: measures the reading of rows of digits on pictures.

Rows are composed of MNIST's digits, spaced, close and touching, and each digit of MNIST is read
alone: it must not be taken for a row. All go the way of a picture that is sent to the service.
"""

import contextlib
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from realtime.errors import BlankImageError
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import Query
from realtime.recognition.rows.recognizer import PictureRowRecognizer
from train.command_line import weights_parser
from train.data.composed_rows import SPACINGS, LabelledRow, Spacing, compose_rows, found_ink
from train.data.dataset import DIGITS, Pictures, read_mnist

SEED = 23
ROWS = 1000
SHORTEST, LONGEST = 2, 6


@dataclass(frozen=True)
class ReadRow:
    """A row, and what was read.

    Attributes:
        row: the row.
        text: what was read, as a row or else as one digit.
        probability: of that text.
        rejected: whether the row was rejected, or taken for one digit.
        cpu_ms: CPU time that its reading took, once its ink was found.
    """

    row: LabelledRow
    text: str
    probability: float
    rejected: bool
    cpu_ms: float

    @property
    def right(self) -> bool:
        """Whether the text is right as a whole."""
        return self.text == self.row.label


def read_row(rows: PictureRowRecognizer, digits: CharacterRecognizer, row: LabelledRow) -> ReadRow:
    """Read a row as the service does."""
    try:
        ink = found_ink(row.picture)
    except BlankImageError:
        return ReadRow(row, "", 0.0, rejected=True, cpu_ms=0.0)
    started = time.process_time_ns()
    answer = rows.recognize_row(ink, Query())
    is_row = answer is not None
    if answer is None:
        answer = digits.recognize_picture(ink, Query())
    cpu_ms = (time.process_time_ns() - started) / 1e6
    certain = answer.alternatives[0].probability if answer.alternatives else 0.0
    return ReadRow(row, answer.text, certain, answer.rejected or not is_row, cpu_ms)


def share_read_as_rows(rows: PictureRowRecognizer, pictures: Pictures) -> float:
    """The share of single digits that are taken for a row."""
    taken = 0
    for picture in pictures.rasters:
        with contextlib.suppress(BlankImageError):
            taken += rows.recognize_row(found_ink(picture), Query()) is not None
    return taken / len(pictures.rasters)


def print_table(name: str, read: Mapping[Spacing, list[ReadRow]]) -> None:
    """Print what is right, by spacing."""
    print(f"\n| {name} | rows | right | as many digits | no row, or rejected | calibration", end="")
    print(" | CPU ms, six digits: median | 99 % |")
    print("|---|---|---|---|---|---|---|---|")
    for spacing, some in read.items():
        right = np.mean([one.right for one in some])
        as_many = np.mean([len(one.text) == len(one.row.label) for one in some])
        rejected = np.mean([one.rejected for one in some])
        apart = np.mean([one.probability for one in some]) - right
        middle, high = np.quantile(
            [one.cpu_ms for one in some if len(one.row.label) == LONGEST], (0.5, 0.99)
        )
        print(
            f"| {spacing} | {len(some)} | {right:.2%} | {as_many:.2%} | {rejected:.2%} "
            f"| {apart:+.2%} | {middle:.1f} | {high:.1f} |"
        )


def print_lengths(read: Mapping[Spacing, list[ReadRow]]) -> None:
    """Print what is right, by spacing and length."""
    lengths = range(SHORTEST, LONGEST + 1)
    print(f"\n| right, by length | {' | '.join(map(str, lengths))} |\n|---|{'---|' * len(lengths)}")
    for spacing, some in read.items():
        shares = [
            np.mean([one.right for one in some if len(one.row.label) == length])
            for length in lengths
        ]
        print(f"| {spacing} | {' | '.join(f'{share:.1%}' for share in shares)} |")


def main() -> None:
    """Measure, and print tables in Markdown."""
    parser = weights_parser(
        "train.evaluation.rows",
        "Measure the reading of rows of digits on pictures.",
        "weights/digits",
    )
    parser.add_argument(
        "--split",
        choices=("val", "test"),
        default="test",
        help="which of MNIST's digits (default: %(default)s)",
    )
    options = parser.parse_args()
    digits = CharacterRecognizer.load(options.weights)
    rows = PictureRowRecognizer.beside(digits.network, options.weights)
    if rows is None:
        sys.exit(f"no weights for rows in {options.weights}: python -m train.model.row_weights")
    try:
        _, validation, test = read_mnist(options.data)
    except OSError as error:
        sys.exit(str(error))
    pictures = test if options.split == "test" else validation
    rng = np.random.default_rng(SEED)
    read = {
        spacing: [
            read_row(rows, digits, row)
            for row in compose_rows(
                pictures, ROWS, rng, spacing, shortest=SHORTEST, longest=LONGEST
            )
        ]
        for spacing in SPACINGS
    }
    there = "".join([DIGITS[target] for target in np.unique(pictures.targets)])
    print(f"Rows of the digits {there}, of MNIST's {options.split} split.")
    print_table(f"MNIST {options.split}", read)
    print_lengths(read)
    share = share_read_as_rows(rows, pictures)
    print(f"\nOf its {len(pictures.targets)} digits alone {share:.2%} are taken for a row.")


if __name__ == "__main__":
    main()
