"""The cost of lines: composed of recorded digits, and written by one reader or a hundred people."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from benchmarks.service.servers import on_the_servers_cores
from realtime.ink.stroke import PointArray
from realtime.protocol import messages
from realtime.protocol.client_messages import Points
from realtime.protocol.session_file import Entry, Recording
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from train.data.lines import LabelledLine
from train.evaluation import line_speed

# What a client asks for that writes lines.
CONFIG = {"recognize": "line", "top": 5}
# Of a line: about thirty digits.
STROKES = 40
PLACES = ((1, 10), (11, 20), (21, 30), (31, 40))
LINES = 30
# Lines with which people begin, each somewhere within one.
DRAWINGS = 60
# All digits are as high, and apart by a third of that.
_HEIGHT = 100.0
_GAP = _HEIGHT / 3
_PAUSE_MS = 250.0
_POINTS_A_MESSAGE = 3
_POINT_MS = 17.0


@dataclass(frozen=True)
class Digit:
    """The strokes of a recorded digit, and its label."""

    label: str
    strokes: Sequence[PointArray]


def digits_of(recordings: Sequence[Recording]) -> list[Digit]:
    """The digits of recordings in which nothing was taken back, all of one height."""
    digits = []
    for recording in recordings:
        drawn = [messages.decode(text) for _, text in recording.sent]
        points = [one for one in drawn if isinstance(one, Points)]
        if not isinstance(recording.label, str) or len(points) < len(drawn) - 1:
            continue
        columns: dict[int, list[list[float]]] = {}
        for one in points:
            x, y = columns.setdefault(one.stroke, [[], []])
            x += one.x
            y += one.y
        strokes = [np.array(both, np.float32).T for both in columns.values()]
        together = np.concatenate(strokes)
        corner, size = together.min(axis=0), np.ptp(together, axis=0)
        digits.append(
            Digit(recording.label, [(one - corner) * (_HEIGHT / size[1]) for one in strokes])
        )
    return digits


def compose(digits: Sequence[Digit], rng: random.Random) -> LabelledLine:
    """A line of digits beside each other that has `STROKES` strokes."""
    strokes: list[PointArray] = []
    label, x = "", 0.0
    while len(strokes) < STROKES:
        digit = rng.choice(digits)
        strokes += [(one + np.array((x, 0))).astype(np.float32) for one in digit.strokes]
        label += digit.label
        x = max(float(one[:, 0].max()) for one in strokes) + _GAP
    return LabelledLine(label, "", "", tuple(strokes[:STROKES]))


@on_the_servers_cores()
def measure(
    lines: LineRecognizer, board: CharacterRecognizer, digits: Sequence[Digit], *, seed: int
) -> dict[str, float]:
    """What an answer costs after each stroke of a line, in passes and in answers to a digit."""
    rng = random.Random(seed)
    alone = [LabelledLine(one.label, "", "", tuple(one.strokes)) for one in digits]
    composed = [compose(digits, rng) for _ in range(LINES)]
    costs = line_speed.measure(lines, composed, board, rng.choices(alone, k=40 * LINES))
    figures = {"line_most_passes": float(costs.passes.max()), "board_us": costs.board_us}
    for first, last in PLACES:
        part = costs.between(first, last)
        figures |= {
            f"line_{first}_passes": float(part.passes.mean()),
            f"line_{first}_us": float(np.median(part.microseconds)),
            f"line_{first}_mean_us": float(part.microseconds.mean()),
        }
    return figures


def drawings(digits: Sequence[Digit], *, seed: int) -> list[Recording]:
    """Lines as they are drawn; some of each is there from the beginning, so that people differ."""
    rng = random.Random(seed)
    return [_drawing(compose(digits, rng), rng.randrange(STROKES - 8)) for _ in range(DRAWINGS)]


def _drawing(line: LabelledLine, begun: int) -> Recording:
    """The recording of a line of which the first strokes come at once."""
    columns = [
        {
            "x": [round(x, 1) for x in stroke[:, 0].tolist()],
            "y": [round(y, 1) for y in stroke[:, 1].tolist()],
            "t": [round(_POINT_MS * place) for place in range(len(stroke))],
        }
        for stroke in line.strokes
    ]
    entries = [_entry(0.0, {"type": "ink", "strokes": columns[:begun]})]
    at = _PAUSE_MS
    for number, stroke in enumerate(columns[begun:], begun):
        count = len(stroke["x"])
        for start in range(0, count, _POINTS_A_MESSAGE):
            part = {
                name: column[start : start + _POINTS_A_MESSAGE] for name, column in stroke.items()
            }
            end = start + _POINTS_A_MESSAGE >= count
            entries.append(_entry(at, {"type": "points", "stroke": number, **part, "end": end}))
            at += _POINT_MS * _POINTS_A_MESSAGE
        at += _PAUSE_MS
    return Recording(format="ink-session", v=1, messages=entries)


def _entry(at: float, message: dict[str, object]) -> Entry:
    return Entry(at, send=msgspec.Raw(msgspec.json.encode(message)))
