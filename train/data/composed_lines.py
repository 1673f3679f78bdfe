"""Lines composed of one writer's isolated digits, with sizes and gaps as measured on real lines.

Of 414 lines whose characters' strokes are known the middle gap is 0.42 of a character's height (a
tenth of the lines below 0.16, a tenth above 0.9), gaps within a line differ by 0.1 to 0.2, heights
by 15 % and baselines by 10 %. Composed lines are set a little closer: close ones are the hard ones.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from realtime.ink.stroke import PointArray
from train.data.dataset import OTHER, LabelledInk
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
# Writers of whom fewer different digits are there are left out.
FEWEST_LABELS = 6


def compose(
    samples: Iterable[LabelledInk],
    count: int,
    rng: np.random.Generator,
    *,
    shortest: int,
    longest: int,
) -> list[LabelledLine]:
    """Compose lines of random digits.

    Args:
        samples: isolated digits; what is no digit is left out.
        count: of lines.
        rng: a random generator.
        shortest: least number of digits in a line.
        longest: greatest number of digits.
    """
    writers: dict[str, dict[str, list[LabelledInk]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        if sample.target != OTHER:
            writers[sample.writer][sample.label].append(sample)
    names = sorted(name for name, digits in writers.items() if len(digits) >= FEWEST_LABELS)
    lines = []
    for _ in range(count):
        name = names[rng.integers(len(names))]
        digits = writers[name]
        labels = rng.choice(sorted(digits), int(rng.integers(shortest, longest + 1))).tolist()
        chosen = [digits[label][rng.integers(len(digits[label]))] for label in labels]
        lines.append(_line(name, chosen, rng))
    return lines


def _line(writer: str, digits: list[LabelledInk], rng: np.random.Generator) -> LabelledLine:
    middle = float(np.exp(rng.normal(np.log(MIDDLE_GAP), GAP_SPREAD)))
    slope = rng.normal(0, SLOPE)
    strokes, groups = list[PointArray](), list[StrokePlaces]()
    x = 0.0
    for digit in digits:
        points = np.concatenate(digit.strokes)
        low = points.min(axis=0)
        width, height = np.ptp(points, axis=0).tolist()
        scale = float(np.exp(rng.normal(0, SIZE_VARIATION))) / max(height, width / WIDEST, 1.0)
        if strokes:
            x += max(float(rng.normal(middle, GAP_VARIATION * (0.5 + middle))), LEAST_GAP)
        y = 1 - height * scale + rng.normal(0, BASELINE_VARIATION) + slope * x
        groups.append(tuple(range(len(strokes), len(strokes) + len(digit.strokes))))
        strokes += [
            (((stroke - low) * scale + [x, y]) * UNIT).astype(np.float32)
            for stroke in digit.strokes
        ]
        x += width * scale
    label = "".join([digit.label for digit in digits])
    return LabelledLine(label, writer, "composed", tuple(strokes), tuple(groups))
