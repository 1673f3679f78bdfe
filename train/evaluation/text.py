"""`python -m train.evaluation.text`: measures the reading of texts, and writes docs/text.md.

UniPen's validation writers are few, so lines of training writers are read, too: those the network
has seen, and the weights were fitted to some of them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from realtime.recognition.recognizer import Query
from realtime.recognition.text.recognizer import TextRecognizer
from train.command_line import weights_parser
from train.data.lines import LabelledLine, read_lines
from train.evaluation.line_speed import took
from train.evaluation.page import write_between_markers
from train.evaluation.text_measures import (
    ReadText,
    character_error_rate,
    read_text,
    share_rejected,
    share_right,
    text_error,
)

SEED = 18
TRAINING_LINES = 250
CURSIVE = 500
WORST = 50
# Lines for the cost of a stroke, and the strokes whose answers are measured.
LONG = 15
STROKES = range(28, 33)
PAGE = Path("docs/text.md")

_Read = dict[str, list[ReadText]]


def main() -> None:
    """Measure, print, and write the page."""
    options = _parse_arguments()
    recognizer = TextRecognizer.load(options.weights)
    folder = options.data / "lines"
    try:
        words, lines, cursive = (
            read_lines(folder / f"unipen-{name}.val.ndjson.gz")
            for name in ("words", "lines", "cursive")
        )
        known = [
            line
            for name in ("words", "lines")
            for line in read_lines(folder / f"unipen-{name}.train.ndjson.gz")
        ]
    except OSError as error:
        sys.exit(str(error))
    rng = np.random.default_rng(SEED)
    some = [known[at] for at in rng.permutation(len(known))[:TRAINING_LINES]]
    sources = {
        "unipen-words val": words,
        "unipen-lines val": lines,
        "unipen-lines val, of several words": [line for line in lines if " " in line.text],
        "words and lines of training writers": some,
    }
    without = Query(language_model=False)
    alone: _Read = {name: _read(recognizer, part, without) for name, part in sources.items()}
    read: _Read = {name: _read(recognizer, part, Query()) for name, part in sources.items()}
    chosen = [cursive[at] for at in rng.permutation(len(cursive))[:CURSIVE]]
    joined = _read(recognizer, chosen, Query())
    parts = {
        "errors": error_table(alone, read),
        "rejection": rejection_table(read, joined),
        "cost": cost_table(recognizer, known),
        "worst": worst_table([*read["unipen-words val"], *read["unipen-lines val"]]),
    }
    print("\n\n".join(parts.values()))
    if options.page.exists():
        write_between_markers(options.page, parts)


def _read(
    recognizer: TextRecognizer, lines: Sequence[LabelledLine], query: Query
) -> list[ReadText]:
    return [read_text(recognizer.reader(), line, query) for line in lines]


def error_table(alone: _Read, read: _Read) -> str:
    """What is wrong, by source, without and with the model of letters."""
    rows = [
        "| source | texts | letters | CER | case folded | without spaces | texts right | ECE |",
        "|---|---:|---|---:|---:|---:|---:|---:|",
    ]
    for name in read:
        for kind, some in (("off", alone[name]), ("on", read[name])):
            cells = [
                character_error_rate(some),
                character_error_rate(some, folds_case=True),
                character_error_rate(some, with_spaces=False),
                share_right(some),
                text_error(some),
            ]
            shares = " | ".join(f"{one:.1%}" for one in cells)
            rows.append(f"| {name} | {len(some)} | {kind} | {shares} |")
    return "\n".join(rows)


def rejection_table(read: _Read, cursive: list[ReadText]) -> str:
    """How much is rejected, and how certain the reading of what is not was."""
    rows = [
        '| source | texts | rejected | "joined" | median p of the others |',
        "|---|---:|---:|---:|---:|",
    ]
    for name, some in ({"unipen-cursive val": cursive} | read).items():
        others = [one.probability for one in some if not one.answer.rejected]
        middle = float(np.median(others)) if others else float("nan")
        rows.append(
            f"| {name} | {len(some)} | {share_rejected(some):.1%} "
            f"| {share_rejected(some, 'joined'):.1%} | {middle:.2f} |"
        )
    return "\n".join(rows)


def cost_table(recognizer: TextRecognizer, lines: Sequence[LabelledLine]) -> str:
    """What the answer after a stroke costs once a line has about thirty."""
    long = [line for line in lines if len(line.strokes) >= STROKES.stop][:LONG]
    rows = [
        f"| strokes {STROKES.start}–{STROKES.stop - 1} of a line | median | 90 % | most |",
        "|---|---:|---:|---:|",
    ]
    for name, has_letters in (("on", True), ("off", False)):
        query = Query(language_model=has_letters)
        times = [
            microseconds / 1000
            for line in long
            for place, microseconds in enumerate(took(recognizer.reader(), line, query), 1)
            if place in STROKES
        ]
        middle, high, most = np.quantile(times, (0.5, 0.9, 1.0))
        rows.append(f"| CPU ms, letter model {name} | {middle:.1f} | {high:.1f} | {most:.1f} |")
    return "\n".join(rows)


def worst_table(read: Sequence[ReadText]) -> str:
    """The texts with most errors for their length."""
    # Some words are in the file of lines, too.
    different = {(one.line.text, one.line.writer, one.answer.text): one for one in read}
    wrong = [one for one in different.values() if not one.right]
    wrong.sort(key=lambda one: -one.errors() / len(one.line.text))
    rows = ["| written | read | p | source |", "|---|---|---:|---|"]
    for one in wrong[:WORST]:
        source = "/".join(one.line.source.split("/")[:2])
        said = f"`` {_cell(one.answer.text)} ``" if one.answer.text else f"({one.answer.reason})"
        rows.append(
            f"| `` {_cell(one.line.text)} `` | {said} | {one.probability:.2f} "
            f"| {source} {one.line.writer[:6]} |"
        )
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _parse_arguments() -> argparse.Namespace:
    parser = weights_parser(
        "train.evaluation.text", "Measure the reading of texts.", "weights/characters"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    main()
