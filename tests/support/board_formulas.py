"""Formulas as ink: digits and signs of lines, placed over and beside each other on the board."""

from collections.abc import Callable

from tests.support.drawing import Point
from tests.support.line_ink import digit, sign

# Every so many points are drawn, as the browser takes in one a frame.
STRIDE = 5
Strokes = list[list[Point]]


def written(label: str, left: float, top: float, height: float) -> Strokes:
    """A digit or a sign of a line, whose line is so high, in canvas units."""
    scale = height / 100
    strokes = digit(label) if label.isdigit() else sign(label)
    return [
        [
            (left + scale * float(x), top + scale * float(y))
            for x, y in (*stroke[:-1:STRIDE], stroke[-1])
        ]
        for stroke in strokes
    ]


def fraction() -> Strokes:
    """Three over four, and an equals sign: (3/4)=."""
    return [
        *written("3", 70, 60, 100),
        [(50, 195), (110, 193), (175, 195)],
        *written("4", 70, 225, 100),
        *written("=", 220, 140, 100),
    ]


def power() -> Strokes:
    """An x squared: x^2."""
    return [
        [(60, 155), (80, 180), (100, 205), (120, 230)],
        [(120, 155), (100, 180), (80, 205), (60, 230)],
        *written("2", 128, 130, 60),
    ]


def square() -> Strokes:
    """Three squared, and an equals sign: 3^2=."""
    return [
        *written("3", 60, 140, 130),
        *written("2", 150, 90, 50),
        *written("=", 240, 140, 130),
    ]


def root() -> Strokes:
    """The root of nine, and an equals sign: √(9)=."""
    return [
        [(40, 200), (52, 190), (80, 285), (110, 110), (230, 105)],
        *written("9", 140, 140, 120),
        *written("=", 265, 150, 120),
    ]


def root_and_fraction() -> Strokes:
    """The root of nine, plus two over four, and an equals sign: √(9)+(2/4)=."""
    return [
        [(40, 200), (52, 190), (80, 285), (110, 110), (215, 105)],
        *written("9", 140, 140, 120),
        *written("+", 250, 140, 110),
        *written("2", 370, 70, 100),
        [(345, 200), (400, 199), (460, 200)],
        *written("4", 365, 230, 100),
        *written("=", 500, 140, 110),
    ]


def row(text: str) -> Strokes:
    """Digits and signs in one line."""
    strokes: Strokes = []
    left = 50.0
    for label in text:
        drawn = written(label, left, 130, 120)
        strokes += drawn
        left = max(x for stroke in drawn for x, _ in stroke) + 45
    return strokes


# By what they are read as in one line, and what they come to.
FORMULAS: dict[str, tuple[Callable[[], Strokes], str | None]] = {
    "(3/4)=": (fraction, "0.75"),
    "x^2": (power, None),
    "3^2=": (square, "9"),
    "√(9)=": (root, "3"),
    "√(9)+(2/4)=": (root_and_fraction, "3.5"),
    "7×6=": (lambda: row("7×6="), "42"),
}
