"""Compares lines with the nearest open peer: `python -m benchmarks.lines --peer PYTHON`.

Both read the same real lines, stroke by stroke: how many are right as a whole, and the CPU time of
an answer. The peer, mathnote-ocr, brings PyTorch along, so it is installed in an environment of its
own (`python -m venv peer && peer/bin/pip install mathnote-ocr==0.2.1`), whose Python is named.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from realtime.ink.drawing import Drawing
from realtime.recognition.recognizer import Query, Recognizer
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.recognition.tasks import LINE_TASK
from tests.support.files import DATA, WEIGHTS
from train.data.lines import LabelledLine, only_of, read_lines

FILES = ("lines/unipen-numbers.val.ndjson.gz", "test-only/crohme-nc-numbers.val.ndjson.gz")
COUNT = 80
PEER = Path(__file__).with_name("mathnote.py")
MISSING = "mathnote-ocr is left out: {}. It takes an environment of its own, see --help."


class Reading(NamedTuple):
    """What one line was read as.

    Attributes:
        text: the likeliest.
        took_ms: CPU time of the answer after each stroke.
    """

    text: str
    took_ms: list[float]


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.lines",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=DATA, help="folder of handwriting")
    parser.add_argument("--count", type=int, default=COUNT, help="lines of each file")
    parser.add_argument("--peer", help="the Python of the environment that has mathnote-ocr")
    options = parser.parse_args()
    recognizer = ModelRegistry.load(ModelSource(WEIGHTS)).by_task[LINE_TASK]
    reason = _why_missing(options.peer)
    if reason:
        print(MISSING.format(reason), file=sys.stderr)
    print("| lines | reader | right as a whole | CPU of an answer, median | 99 % |")
    print("|---|---|---|---|---|")
    for name in FILES:
        path = options.data / name
        if not path.exists():
            print(f"{path} is not there, and left out.", file=sys.stderr)
            continue
        lines = _some(only_of(read_lines(path), recognizer.model.labels), options.count)
        title = f"{name.partition('/')[2].partition('.')[0]}, {len(lines)}"
        _print_row(title, "this project", lines, [_read(recognizer, line) for line in lines])
        if not reason:
            _print_row(title, "mathnote-ocr", lines, list(_peer_readings(options.peer, lines)))


def _some(lines: Sequence[LabelledLine], count: int) -> list[LabelledLine]:
    """So many lines of several characters, evenly taken."""
    several = [line for line in lines if len(line.label) > 1]
    return list(several[:: max(1, len(several) // count)][:count])


def _why_missing(peer: str | None) -> str:
    """Why the peer cannot be run; empty if it can."""
    if not peer:
        return "no --peer was named"
    try:
        done = subprocess.run([peer, "-c", "import mathnote_ocr"], capture_output=True, text=True)
    except OSError as error:
        return f"{peer} cannot be run ({error.strerror})"
    return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""


def _read(recognizer: Recognizer, line: LabelledLine) -> Reading:
    reader, drawing = recognizer.reader(), Drawing(history_points=100_000)
    took_ms, text = [], ""
    for number, stroke in enumerate(line.strokes):
        drawing.extend(number, *stroke.T.tolist())
        drawing.finish()
        started = time.process_time()
        text = reader.recognize(drawing, Query()).text
        took_ms.append((time.process_time() - started) * 1000)
    return Reading(text, took_ms)


def _peer_readings(peer: str, lines: Sequence[LabelledLine]) -> Iterator[Reading]:
    strokes = [[stroke.tolist() for stroke in line.strokes] for line in lines]
    given = "".join(json.dumps(one) + "\n" for one in strokes)
    command = [peer, str(PEER)]
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        yield Reading(*json.loads(line))


def _print_row(
    title: str, reader: str, lines: Sequence[LabelledLine], readings: Sequence[Reading]
) -> None:
    right = [one.text == line.label for one, line in zip(readings, lines, strict=True)]
    took_ms = [took for one in readings for took in one.took_ms]
    median, most = np.percentile(took_ms, [50, 99])
    print(f"| {title} | {reader} | {np.mean(right):.1%} | {median:.2f} ms | {most:.2f} ms |")


if __name__ == "__main__":
    main()
