"""`python -m train.evaluation.text_rows`: measures the reading of texts on pictures.

Words and lines in print of UniPen's validation writers are drawn as pictures, and go the way of a
picture that is sent to the service. It prints a table, and writes it into docs/pictures.md.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from realtime.errors import BlankImageError
from realtime.recognition.recognizer import Query
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.recognition.rows.text_recognizer import PictureTextRecognizer
from realtime.recognition.text.weights import TEXT_TASK
from train.command_line import weights_parser
from train.data.lines import read_lines
from train.data.picture_texts import LabelledPicture, drawn, found_ink
from train.evaluation.page import write_between_markers
from train.evaluation.text_measures import edit_distance

SEED = 27
PAGE = Path("docs/pictures.md")
TABLE = "texts"


class ReadPicture(NamedTuple):
    """A picture, and what was read.

    Attributes:
        text: that is on it.
        read: what was read; empty where nothing was.
        rejected: whether it was rejected, or not read at all.
        cpu_ms: CPU time that its reading took, once its ink was found.
    """

    text: str
    read: str
    rejected: bool
    cpu_ms: float


def read(recognizer: PictureTextRecognizer, one: LabelledPicture, query: Query) -> ReadPicture:
    """Read a picture as the service does."""
    try:
        ink = found_ink(one.picture)
    except BlankImageError:
        return ReadPicture(one.text, "", rejected=True, cpu_ms=0.0)
    started = time.process_time_ns()
    answer = recognizer.recognize_row(ink, query)
    cpu_ms = (time.process_time_ns() - started) / 1e6
    if answer is None:
        return ReadPicture(one.text, "", rejected=True, cpu_ms=cpu_ms)
    return ReadPicture(one.text, answer.text, answer.rejected, cpu_ms)


def row_of(name: str, letters: str, some: Sequence[ReadPicture]) -> str:
    """A row of the table."""
    characters = sum([len(one.text) for one in some])
    wrong = sum([edit_distance(one.read, one.text) for one in some]) / characters
    folded = sum([edit_distance(one.read.lower(), one.text.lower()) for one in some]) / characters
    right = np.mean([one.read == one.text for one in some])
    rejected = np.mean([one.rejected for one in some])
    median, most = np.quantile([one.cpu_ms for one in some], (0.5, 0.99))
    return (
        f"| {name} | {len(some)} | {letters} | {wrong:.1%} | {folded:.1%} | {right:.1%} "
        f"| {rejected:.1%} | {median:.0f} ms | {most:.0f} ms |"
    )


def main() -> None:
    """Measure, print, and write the page."""
    parser = weights_parser(
        "train.evaluation.text_rows", "Measure the reading of texts on pictures.", "weights"
    )
    parser.add_argument("--most", type=int, help="texts of each file, evenly taken (default: all)")
    options = parser.parse_args()
    rows = ModelRegistry.load(ModelSource(options.weights)).rows
    recognizer = rows.get(TEXT_TASK)
    if not isinstance(recognizer, PictureTextRecognizer):
        sys.exit("fit texts on pictures before: python -m train.model.text_row_weights")
    table = [
        "| drawn | texts | letters | CER | case folded | texts right | rejected | CPU | 99 % |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    labels = set(recognizer.reader.scorer.names)
    for name in ("words", "lines"):
        rng = np.random.default_rng(SEED)
        try:
            lines = read_lines(options.data / "lines" / f"unipen-{name}.val.ndjson.gz")
        except OSError as error:
            sys.exit(str(error))
        known = [line for line in lines if set(line.label) <= labels]
        step = max(1, len(known) // options.most) if options.most else 1
        pictures = [drawn(line, rng) for line in known[::step][: options.most]]
        for letters, query in (("off", Query(language_model=False)), ("on", Query())):
            some = [read(recognizer, one, query) for one in pictures]
            table.append(row_of(f"unipen-{name} val", letters, some))
            print(table[-1], flush=True)
    if PAGE.exists():
        write_between_markers(PAGE, {TABLE: "\n".join(table)})


if __name__ == "__main__":
    main()
