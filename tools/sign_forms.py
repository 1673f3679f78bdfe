"""Writes the page's gallery of signs: `python -m tools.sign_forms`.

Each sign that the network of characters knows has up to three forms, drawn from the made-up ones
that the training has, or in plain print: nobody's handwriting is in it. A form is the data of an
SVG path, a polyline for each stroke in the order of writing.
"""

import json
from collections.abc import Sequence

import numpy as np

from realtime.ink.stroke import PointArray
from tests.support.files import ROOT
from tests.support.glyphs import GLYPHS
from tools.plain_signs import PLAIN_FORMS
from train.data import sign_allographs
from train.data.allographs import PATTERNS, Strokes, draw_between

FORMS_FILE = ROOT / "web" / "page" / "sign-forms.js"
MODEL_CARD = ROOT / "weights" / "characters" / "model_card.json"
# More would be hard to tell apart, and each costs the page some hundred bytes.
MOST = 3
# Of grid units: what is left out is less than the width of a line that shows it.
TOLERANCE = 0.7
SEED = 1

# What can be read, in the order in which people look for it.
GROUPS = (
    ("digits", "0123456789"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("lower", "abcdefghijklmnopqrstuvwxyz"),
    ("maths", "+-×÷=≠<>≤≥±/()[]{}|√∑∫∏π∞αβγθλμΔ→"),
    ("punctuation", ".,:;!?'\"%&@#$*_^~`\\"),
)


def forms_of(sign: str) -> list[str]:
    """Path data of up to `MOST` forms of a sign; none where nothing is known of it."""
    rng = np.random.default_rng([SEED, ord(sign)])
    patterns: list[tuple[Strokes, Strokes]] = [(form, form) for form in PLAIN_FORMS.get(sign, ())]
    if sign.isdigit():
        patterns += [(glyph, glyph) for name, glyph in GLYPHS.items() if name[0] == sign][:1]
        patterns += [(one, other) for digit, one, other in PATTERNS if str(digit) == sign]
    drawn = [draw_between(one, other, rng) for one, other in patterns if len(one) == len(other)]
    if sign in sign_allographs.labels():
        drawn += [sign_allographs.write(sign, rng) for _ in range(MOST - len(drawn))]
    return [_path(strokes) for strokes in drawn[:MOST]]


def _path(strokes: Sequence[PointArray]) -> str:
    """SVG path data in whole numbers, moved to the left edge of the grid."""
    left = min(float(stroke[:, 0].min()) for stroke in strokes)
    return "".join(_polyline(stroke - np.array([left, 0.0], np.float32)) for stroke in strokes)


def _polyline(points: PointArray) -> str:
    kept = _simplified(points.astype(float))
    words = [" ".join(str(round(value)) for value in point) for point in kept]
    return f"M{'L'.join(words)}"


def _simplified(points: np.ndarray) -> np.ndarray:
    """The fewest points (n, 2) of a line from which the others are no farther than `TOLERANCE`.

    This is the algorithm of Ramer, Douglas and Peucker.
    """
    if len(points) < 3:
        return points
    first, last = points[0], points[-1]
    chord = last - first
    length = np.hypot(*chord)
    away = points - first
    if length > 0:
        distances = np.abs(away[:, 0] * chord[1] - away[:, 1] * chord[0]) / length
    else:
        distances = np.hypot(*away.T)
    farthest = int(distances.argmax())
    if distances[farthest] <= TOLERANCE:
        return np.array([first, last])
    before = _simplified(points[: farthest + 1])
    return np.concatenate([before[:-1], _simplified(points[farthest:])])


def module() -> str:
    """The page's module of forms."""
    known = set(json.loads(MODEL_CARD.read_text())["labels"])
    groups = "".join(
        f'  ["{name}", [\n{_rows([sign for sign in signs if sign in known])}  ]],\n'
        for name, signs in GROUPS
    )
    return (
        "// Forms of the signs that can be read, made up by `python -m tools.sign_forms`: by\n"
        "// group and sign, SVG paths on a grid 100 high.\n\n"
        "/** @type {readonly (readonly [string, readonly (readonly [string, readonly string[]])[]])"
        "[]} */\n"
        f"export const SIGNS = [\n{groups}];\n"
    )


def _rows(signs: list[str]) -> str:
    rows = (json.dumps([sign, forms_of(sign)], ensure_ascii=False) for sign in signs)
    return "".join(f"    {row},\n" for row in rows)


def main() -> None:
    """Write the module."""
    FORMS_FILE.write_text(module())
    print(f"{FORMS_FILE.name}: {FORMS_FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
