"""Synthetic handwriting of whole lines: glyphs side by side on a board without end."""

from collections.abc import Sequence
from dataclasses import replace

from tests.support.glyphs import SYMBOLS
from tests.support.letter_glyphs import LETTERS
from tests.support.pens import PenPoint, PenStroke, WritingStyle, write_glyph

# An everyday form of each digit.
DIGIT_GLYPHS = {
    "0": "0-oval",
    "1": "1-stick",
    "2": "2-angled",
    "3": "3-round",
    "4": "4-open",
    "5": "5-hat",
    "6": "6-open",
    "7": "7-plain",
    "8": "8-from-right",
    "9": "9-straight",
}
# Of a line: the height of a digit, and where the first begins, canvas units; the space between
# characters, and what a space adds to it, as shares of that height.
LINE_HEIGHT = 130.0
LINE_LEFT = 36.0
GAP = 0.3
SPACE = 0.7
# Glyphs that `write_glyph` centres, and that have heights of their own on a line.
_PLACED = SYMBOLS | LETTERS


def write_text(text: str, style: WritingStyle, seed: str) -> tuple[PenStroke, ...]:
    """The strokes of a line in a style, whose height and place are those of lines."""
    sized = replace(style, height=LINE_HEIGHT, place=(0.5, 0.5), tilt=0.0)
    written: list[PenStroke] = []
    left = LINE_LEFT
    for i, character in enumerate(text):
        if character == " ":
            left += SPACE * LINE_HEIGHT
            continue
        glyph = DIGIT_GLYPHS.get(character, character)
        strokes = write_glyph(glyph, sized, f"{seed} {i}")
        points = [point for stroke in strokes for point in stroke.points]
        right = left - min(point.x for point in points)
        down = (_middle(_PLACED[glyph]) - 0.5) * LINE_HEIGHT if glyph in _PLACED else 0.0
        moved = [_moved(stroke, right, down) for stroke in strokes]
        written += moved
        left = max(point.x for stroke in moved for point in stroke.points) + GAP * LINE_HEIGHT
    return tuple(written)


def _middle(strokes: Sequence[str]) -> float:
    """The height of a glyph's middle, as a share of the grid: `write_glyph` centres it."""
    heights = [float(word.rstrip("!").split(",")[1]) for one in strokes for word in one.split()]
    return (min(heights) + max(heights)) / 200


def _moved(stroke: PenStroke, right: float, down: float) -> PenStroke:
    points = (PenPoint(x + right, y + down, t_ms, p) for x, y, t_ms, p in stroke.points)
    return PenStroke(tuple(points))
