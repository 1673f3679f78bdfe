"""The shapes on a page that Chromium has printed to PDF."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

Matrix = tuple[float, float, float, float, float, float]

# A page's content; fonts and images have more entries.
CONTENT = re.compile(rb"<</Filter /FlateDecode\s+/Length (\d+)>>\s+stream\n")
# PDF measures in points, CSS in pixels of 1/96 inch.
POINTS_A_PX = 72 / 96


@dataclass(frozen=True)
class PrintedShape:
    """A filled path: its colour, 0 to 255, and its size on paper in CSS px."""

    colour: tuple[int, int, int]
    width: float
    height: float


def printed_shapes(pdf: bytes) -> Iterator[PrintedShape]:
    """The filled paths of all pages, in the order of painting.

    Only operators that Chromium writes are understood: https://pdfa.org/resource/pdf-cheat-sheets/.
    """
    for content in _page_contents(pdf):
        matrix: Matrix = (1, 0, 0, 1, 0, 0)
        colour = (0, 0, 0)
        saved: list[tuple[Matrix, tuple[int, int, int]]] = []
        points: list[tuple[float, float]] = []
        operands: list[float] = []
        for word in content.split():
            if re.fullmatch(r"[-+]?[\d.]+", word):
                operands.append(float(word))
                continue
            if word == "q":
                saved.append((matrix, colour))
            elif word == "Q":
                matrix, colour = saved.pop()
            elif word == "cm":
                matrix = _product(operands, matrix)
            elif word == "rg":
                red, green, blue = (round(255 * share) for share in operands[-3:])
                colour = (red, green, blue)
            elif word in ("m", "l", "c"):
                ends = zip(operands[::2], operands[1::2], strict=True)
                points += [_place(matrix, x, y) for x, y in ends]
            elif word in ("f", "f*") and points:
                xs, ys = zip(*points, strict=True)
                yield PrintedShape(colour, max(xs) - min(xs), max(ys) - min(ys))
            if word in ("f", "f*", "n", "S"):
                points = []
            operands = []


def _page_contents(pdf: bytes) -> Iterator[str]:
    for found in CONTENT.finditer(pdf):
        plain = zlib.decompress(pdf[found.end() : found.end() + int(found[1])])
        if plain.startswith(b"."):
            yield plain.decode("latin-1")


def _product(operands: list[float], outer: Matrix) -> Matrix:
    a, b, c, d, e, f = operands
    (x, y), (p, q), (u, v) = (_turn(outer, *pair) for pair in ((a, b), (c, d), (e, f)))
    return (x, y, p, q, u + outer[4], v + outer[5])


def _turn(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, _, _ = matrix
    return (x * a + y * c, x * b + y * d)


def _place(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    turned = _turn(matrix, x, y)
    return ((turned[0] + matrix[4]) / POINTS_A_PX, (turned[1] + matrix[5]) / POINTS_A_PX)
