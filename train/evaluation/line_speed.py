"""What a stroke costs, over the length of a line: passes of the network, and CPU time."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from realtime.ink.drawing import Drawing
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.recognizer import InkReader, Query
from train.data.lines import LabelledLine

_QUERY = Query()
# Digits on the board after each line.
_DIGITS = 40


@dataclass(frozen=True)
class StrokeCosts:
    """What the answers after strokes cost; arrays of one length, one entry for each answer.

    Attributes:
        places: which stroke of its line it was, from 1.
        passes: of the network.
        microseconds: of CPU time of the thread.
        board_us: the median CPU time of an answer to a single digit on the board, measured in turn
            with the lines.
    """

    places: np.ndarray
    passes: np.ndarray
    microseconds: np.ndarray
    board_us: float

    def between(self, first: int, last: int) -> "StrokeCosts":
        """The answers after these strokes of a line."""
        chosen = (self.places >= first) & (self.places <= last)
        return StrokeCosts(
            self.places[chosen], self.passes[chosen], self.microseconds[chosen], self.board_us
        )


def measure(
    recognizer: LineRecognizer,
    lines: Sequence[LabelledLine],
    board: CharacterRecognizer,
    digits: Sequence[LabelledLine],
) -> StrokeCosts:
    """Write lines stroke by stroke, and read them after each; and digits on the board in turn."""
    rows, board_times = list[tuple[int, int, float]](), list[float]()
    for number, line in enumerate(lines):
        reader = recognizer.reader()
        before = 0
        for place, microseconds in enumerate(took(reader, line), 1):
            rows.append((place, reader.passes - before, microseconds))
            before = reader.passes
        for digit in digits[number * _DIGITS : (number + 1) * _DIGITS]:
            board_times += took(board.reader(), digit)
    columns = np.array(rows, float).T
    return StrokeCosts(
        columns[0].astype(int), columns[1].astype(int), columns[2], float(np.median(board_times))
    )


def took(reader: InkReader, line: LabelledLine, query: Query = _QUERY) -> Iterator[float]:
    """Write a line stroke by stroke; the CPU time of the answer after each, µs."""
    drawing = Drawing(history_points=100_000)
    for number, stroke in enumerate(line.strokes):
        drawing.extend(number, *stroke.T.tolist())
        drawing.finish()
        started = time.thread_time_ns()
        reader.recognize(drawing, query)
        yield (time.thread_time_ns() - started) / 1000
