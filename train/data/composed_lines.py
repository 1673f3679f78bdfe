"""Lines composed of one writer's isolated characters, with sizes and gaps as on real lines.

Of 414 lines whose characters' strokes are known the middle gap is 0.42 of a character's height (a
tenth of the lines below 0.16, a tenth above 0.9), gaps within a line differ by 0.1 to 0.2, heights
by 15 % and baselines by 10 %. Composed lines are set a little closer: close ones are the hard ones.
Signs are as large and stand as high as the median of theirs beside digits and capital letters.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

import numpy as np

from realtime.ink.stroke import PointArray
from train.data.dataset import DIGITS, LabelledInk
from train.data.lines import LabelledLine, StrokePlaces

MIDDLE_GAP = 0.3  # heights
GAP_SPREAD = 0.7  # standard deviation of the logarithm of a line's gap
GAP_VARIATION = 0.12  # standard deviation of gaps within a line whose gap is half a height
LEAST_GAP = -0.05
SIZE_VARIATION = 0.13  # standard deviation of the logarithm of a character's height
BASELINE_VARIATION = 0.07
SLOPE = 0.03  # standard deviation
# A 0 or 4 may be wider than high; what is wider than this many heights is made smaller.
WIDEST = 1.7
UNIT = 1000.0  # a character's height
# Of a sign the longer side, in heights of a digit, and how far its middle lies below a digit's. Of
# × and ÷ there are too few: they are taken to be as a +.
SIGNS = {
    ".": (0.08, 0.40),
    ",": (0.47, 0.61),
    "-": (0.56, 0.03),
    "+": (0.69, 0.05),
    "×": (0.65, 0.05),
    "÷": (0.70, 0.03),
    "/": (1.55, -0.05),
    "=": (0.62, 0.03),
    "(": (1.39, -0.07),
    ")": (1.49, -0.10),
    "%": (1.33, -0.03),
    "<": (0.97, 0.05),
    ">": (1.08, 0.04),
    ":": (0.69, 0.00),
    "$": (1.47, -0.08),
    "x": (0.70, 0.19),
}
SIGN_SIZE_VARIATION = 0.25
SIGN_PLACE_VARIATION = 0.10
# Writers of whom fewer different digits are there are left out.
FEWEST_LABELS = 6
# Texts that are tried for a writer who lacks a sign.
_TRIES = 30

# A text to write, given the labels that there are.
Texts = Callable[[np.random.Generator, Collection[str]], str | None]


def compose(
    samples: Iterable[LabelledInk],
    count: int,
    rng: np.random.Generator,
    texts: Texts,
) -> list[LabelledLine]:
    """Compose lines.

    Args:
        samples: isolated characters; what is no digit and no sign is left out.
        count: of lines.
        rng: a random generator.
        texts: makes up what is written, or None where it needs other labels.
    """
    writers: dict[str, dict[str, list[LabelledInk]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        if sample.label in DIGITS or sample.label in SIGNS:
            writers[sample.writer][sample.label].append(sample)
    names = sorted(
        name for name, known in writers.items() if len(known.keys() & set(DIGITS)) >= FEWEST_LABELS
    )
    lines = list[LabelledLine]()
    while len(lines) < count:
        name = names[rng.integers(len(names))]
        known = writers[name]
        for _ in range(_TRIES):
            if text := texts(rng, known):
                chosen = [known[label][rng.integers(len(known[label]))] for label in text]
                lines.append(_line(name, chosen, rng))
                break
    return lines


def digits_only(shortest: int, longest: int) -> Texts:
    """Texts of so many random digits."""

    def text(rng: np.random.Generator, known: Collection[str]) -> str:
        count = int(rng.integers(shortest, longest + 1))
        return "".join(rng.choice(sorted(set(DIGITS) & set(known)), count).tolist())

    return text


# In these 0 stands for any digit, and 9 for one to three of them.
FORMS = (
    *("$9.00", "$9", "9,000", "9.00", "9,00", "9.9", "9,9", "9%", "0.0%", "9.0,"),
    *("0/00", "00/00/00", "0/0/00", "00-00-00", "0:00", "00:00", "00:00:00", "9/9"),
    *("(000)000-0000", "000-0000", "0-0000", "1-000-0000"),
    *("9+9", "9-9", "9×9", "9÷9", "9+9=", "9+9=9", "9-9=9", "9×9=9", "9÷9=", "9/9=", "9/9=9"),
    *("-9", "+9", "=9", "-0.0", "9=", "(9)", "(9+9)×9=", "9-(9÷9)", "(0)(0)(0)", "x=9", "0x+9"),
    *("(9,9)", "(0,0,0)=9", "(9-9)×(9+9)=9", "((9+9)÷9)-9=9", "9+(9/9)=-9.9", "9/(9-9)=9"),
    *("9<9", "9>9", "<9+9>", "0:0", "9:9", "9.0×9=9.0", "9+9+9=", "9-9+9", "9%-9%", "9×9="),
)


def numbers_and_sums(rng: np.random.Generator, known: Collection[str]) -> str | None:
    """A random text in one of `FORMS`."""
    form, digits = FORMS[rng.integers(len(FORMS))], sorted(set(DIGITS) & set(known))
    text = ""
    for character in form:
        count = {"0": 1, "9": int(rng.integers(1, 4))}.get(character, 0)
        text += "".join(rng.choice(digits, count).tolist()) if count else character
    return text if set(text) <= set(known) else None


def _line(writer: str, characters: list[LabelledInk], rng: np.random.Generator) -> LabelledLine:
    middle = float(np.exp(rng.normal(np.log(MIDDLE_GAP), GAP_SPREAD)))
    slope = rng.normal(0, SLOPE)
    strokes, groups = list[PointArray](), list[StrokePlaces]()
    x = 0.0
    for character in characters:
        points = np.concatenate(character.strokes)
        low = points.min(axis=0)
        width, height = np.ptp(points, axis=0).tolist()
        scale, y = _size_and_top(character.label, width, height, rng)
        if strokes:
            x += max(float(rng.normal(middle, GAP_VARIATION * (0.5 + middle))), LEAST_GAP)
        y += slope * x
        groups.append(tuple(range(len(strokes), len(strokes) + len(character.strokes))))
        strokes += [
            (((stroke - low) * scale + [x, y]) * UNIT).astype(np.float32)
            for stroke in character.strokes
        ]
        x += width * scale
    labels = tuple(character.label for character in characters)
    return LabelledLine("".join(labels), writer, "composed", tuple(strokes), tuple(groups), labels)


def _size_and_top(
    label: str, width: float, height: float, rng: np.random.Generator
) -> tuple[float, float]:
    """What a character is multiplied by, and where its top is, in heights of a digit."""
    if label in SIGNS:
        size, middle = SIGNS[label]
        size *= float(np.exp(rng.normal(0, SIGN_SIZE_VARIATION)))
        scale = size / max(width, height, 1.0)
        return scale, 0.5 + middle + rng.normal(0, SIGN_PLACE_VARIATION) - height * scale / 2
    scale = float(np.exp(rng.normal(0, SIZE_VARIATION))) / max(height, width / WIDEST, 1.0)
    return scale, 1 - height * scale + rng.normal(0, BASELINE_VARIATION)
