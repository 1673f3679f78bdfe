"""Ink that is no line, or hardly one, by name."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.drawing import Point
from tests.support.line_ink import HEIGHT, written_points

Strokes = list[list[Point]]


@dataclass(frozen=True)
class BadLine:
    """Ink, and what has to be said of all of it.

    Attributes:
        strokes: in the order drawn.
        reasons: one of these is given; None stands for an answer with a text.
    """

    strokes: Strokes
    reasons: Sequence[str | None]


def _bars(count: int, gap: float) -> Strokes:
    return [[(gap * place, 0), (gap * place + 1, HEIGHT)] for place in range(count)]


def _dots(count: int) -> Strokes:
    return [[((37 * place) % 601, (91 * place) % 211)] for place in range(count)]


def _column(text: str) -> Strokes:
    return [
        stroke
        for place, label in enumerate(text)
        for stroke in written_points(label, y=1.4 * HEIGHT * place)
    ]


def _spiral(points: int) -> list[Point]:
    return [
        (200 + step / 20 * math.cos(step / 9), 200 + step / 20 * math.sin(step / 9))
        for step in range(points)
    ]


BAD_LINES = {
    "a thousand strokes": BadLine(_bars(1000, 30), ["too_many_strokes"]),
    "a hundred strokes side by side": BadLine(_bars(100, 10), [None, "pile"]),
    "strokes on top of each other": BadLine(_bars(90, 0), ["pile"]),
    "a digit over another": BadLine(written_points("8") + written_points("2"), ["pile", None]),
    "one stroke across all": BadLine(
        [*written_points("2075"), [(-20, 50), (200, 52), (500, 49)]], [None, "pile"]
    ),
    "nothing but dots": BadLine(_dots(100), ["rows", "pile", None]),
    "one dot a hundred times": BadLine([[(9, 9)]] * 100, ["pile"]),
    "two lines one under the other": BadLine(
        written_points("2075") + written_points("31", y=1.3 * HEIGHT), ["rows"]
    ),
    "a vertical line of digits": BadLine(_column("2075"), ["rows"]),
    "a spiral of ten thousand points": BadLine([_spiral(9_000)], [None]),
    "joined zeros without end": BadLine(
        [
            [
                (60 * zero + 25 - 25 * math.cos(step / 4), 50 - 50 * math.sin(step / 4))
                for zero in range(40)
                for step in range(26)
            ]
        ],
        [None],
    ),
}
