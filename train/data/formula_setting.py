"""Sets formulas as in print, with the ink of a writer's characters.

Sizes are in heights of a capital letter.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from realtime.ink.stroke import PointArray
from realtime.recognition.math.signs import DOT
from realtime.recognition.math.tree import Fraction, Function, Ids, Item, Root, Row, Sign
from train.data.dataset import LabelledInk
from train.data.sign_places import place_of

SIZE_VARIATION = 0.14  # standard deviation of the logarithm of a sign's size
PLACE_VARIATION = 0.07
MIDDLE_GAP = 0.16
GAP_SPREAD = 0.5
SCRIPT_SIZE = (0.5, 0.85)
# How far the baseline of an exponent lies over that of its base, and of an index under it.
SUP = (0.45, 0.85)
SUB = (0.15, 0.45)
LIMIT_SIZE = (0.45, 0.75)
AXIS = 0.42

Samples = Mapping[str, Sequence[LabelledInk]]


class SetInk(NamedTuple):
    """What was set, relative to its own baseline's beginning: strokes by sign, and its extent."""

    drawn: dict[Ids, list[PointArray]]
    left: float
    top: float
    right: float
    bottom: float

    def moved(self, x: float, y: float) -> "SetInk":
        """The same at another place."""
        drawn = {
            ids: [stroke + np.array([x, y]) for stroke in strokes]
            for ids, strokes in self.drawn.items()
        }
        return SetInk(drawn, self.left + x, self.top + y, self.right + x, self.bottom + y)


class FormulaSetter:
    """Sets rows with one writer's hand.

    Args:
        own: the writer's characters by label.
        anyone: those of all, of which those are taken that the writer has none of.
        rng: how sizes, gaps and places vary.
    """

    def __init__(self, own: Samples, anyone: Samples, rng: np.random.Generator) -> None:
        self._own = own
        self._anyone = anyone
        self._rng = rng
        self._gap = float(np.exp(rng.normal(np.log(MIDDLE_GAP), GAP_SPREAD)))
        self._slope = float(rng.normal(0, 0.03))

    def row(self, row: Row, size: float) -> SetInk:
        """A row on its baseline, which begins at 0.

        Args:
            row: what is set.
            size: the height of its capital letters.

        Raises:
            KeyError: nobody has written one of its signs.
        """
        boxes: list[SetInk] = []
        x = 0.0
        for item in row:
            box = self._item(item, size)
            y = self._slope * x
            boxes.append(box.moved(x - box.left, y))
            x += (
                box.right
                - box.left
                + size * max(self._gap * (1 + float(self._rng.normal(0, 0.5))), -0.03)
            )
        return _joined(boxes)

    def _item(self, item: Item, size: float) -> SetInk:
        base = self._base(item, size)
        is_sum = isinstance(item.base, Sign) and item.base.label in "∑∏"
        is_lim = bool(item.sub) and isinstance(item.base, Sign) and item.base.label == "m"
        parts = [base]
        if (is_sum or is_lim) and self._rng.random() < 0.85:
            for row, is_over in ((item.sub, False), (item.sup, True)):
                if row:
                    parts.append(self._limit(base, row, size, is_over=is_over))
            return _joined(parts)
        for row, is_over in ((item.sub, False), (item.sup, True)):
            if not row:
                continue
            small = self.row(row, size * self._between(SCRIPT_SIZE))
            if is_over:
                y = min(-size * self._between(SUP), base.top + 0.35 * size * self._rng.random())
            else:
                y = max(size * self._between(SUB), base.bottom + size * self._between((0.0, 0.2)))
            gap = size * self._between((-0.03, 0.16))
            parts.append(small.moved(base.right + gap - small.left, y))
        return _joined(parts)

    def _limit(self, base: SetInk, row: Row, size: float, *, is_over: bool) -> SetInk:
        small = self.row(row, size * self._between(LIMIT_SIZE))
        gap = size * self._between((0.05, 0.3))
        middle = (base.left + base.right) / 2 + size * float(self._rng.normal(0, 0.1))
        x = middle - (small.left + small.right) / 2
        y = base.top - gap - small.bottom if is_over else base.bottom + gap - small.top
        return small.moved(x, y)

    def _base(self, item: Item, size: float) -> SetInk:
        base = item.base
        if isinstance(base, Fraction):
            return self._fraction(base, size)
        if isinstance(base, Root):
            return self._root(base, size)
        if isinstance(base, Function):
            raise KeyError(base.name)
        return self._sign(base, size)

    def _fraction(self, fraction: Fraction, size: float) -> SetInk:
        own = size * self._between((0.75, 1.0))
        over, under = self.row(fraction.over, own), self.row(fraction.under, own)
        width = max(over.right - over.left, under.right - under.left)
        width += size * self._between((0.0, 0.4))
        axis = -size * (AXIS + float(self._rng.normal(0, 0.05)))
        gaps = [size * self._between((0.06, 0.3)) for _ in range(2)]
        bar = self._stretched(fraction.bar, width, 0.0)
        parts = [bar.moved(-bar.left, axis - (bar.top + bar.bottom) / 2)]
        for box, y in (
            (over, parts[0].top - gaps[0] - over.bottom),
            (under, parts[0].bottom + gaps[1] - under.top),
        ):
            aside = (width - (box.right - box.left)) * self._between((0.3, 0.7))
            parts.append(box.moved(aside - box.left, y))
        # The bar is drawn after what is over it, now and then before.
        if self._rng.random() < 0.8:
            parts[0], parts[1] = parts[1], parts[0]
        return _joined(parts)

    def _root(self, root: Root, size: float) -> SetInk:
        inside = self.row(root.inside, size * self._between((0.8, 1.0)))
        height = inside.bottom - inside.top + size * self._between((0.1, 0.3))
        tick = height * self._between((0.3, 0.55))
        width = inside.right - inside.left + size * self._between((0.05, 0.3))
        sign = self._stretched(root.sign, width + tick, height, tick)
        top = inside.top - size * self._between((0.06, 0.2))
        placed = sign.moved(-sign.left, top - sign.top)
        parts = [placed, inside.moved(tick - inside.left, 0.0)]
        if root.degree:
            small = self.row(root.degree, size * 0.45)
            y = placed.top + 0.45 * height - small.bottom
            parts.insert(0, small.moved(tick * 0.35 - (small.left + small.right) / 2, y))
        return _joined(parts)

    def _sign(self, sign: Sign, size: float) -> SetInk:
        middle, longer, scale = place_of(sign.label)
        strokes = self._ink(sign.label)
        points = np.concatenate(strokes)
        low, extent = points.min(axis=0), np.ptp(points, axis=0)
        longest = max(float(extent.max()), 1.0)
        factor = size * longer * float(np.exp(self._rng.normal(0, scale))) / longest
        height = float(extent[1]) * factor
        y = -size * (middle + float(self._rng.normal(0, PLACE_VARIATION))) - height / 2
        drawn = [(stroke - low) * factor + np.array([0.0, y]) for stroke in strokes]
        return SetInk({sign.ids: drawn}, 0.0, y, float(extent[0]) * factor, y + height)

    def _stretched(self, sign: Sign, width: float, height: float, tick: float = 0.0) -> SetInk:
        """A bar or a root as wide, and as high, as what it stands over; a root's tick stays."""
        strokes = self._ink(sign.label)
        points = np.concatenate(strokes)
        low, extent = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1.0)
        scale_y = (height or float(extent[1]) * width / float(extent[0])) / float(extent[1])
        if not height:
            scale_y = min(scale_y, 0.2 * width / float(extent[1]))
        drawn = []
        # Where the roof begins: its first point that is high, from the left.
        is_high = points[:, 1] - low[1] < 0.25 * extent[1]
        begin = float(points[is_high, 0].min() - low[0]) if tick and is_high.any() else 0.0
        for stroke in strokes:
            x = stroke[:, 0] - low[0]
            if 0 < begin < 0.9 * extent[0]:
                roof = (x - begin) / (extent[0] - begin) * (width - tick) + tick
                x = np.where(x < begin, x / begin * tick, roof)
            else:
                x = x / extent[0] * width
            drawn.append(np.column_stack([x, (stroke[:, 1] - low[1]) * scale_y]))
        return SetInk({sign.ids: drawn}, 0.0, 0.0, width, float(extent[1]) * scale_y)

    def _ink(self, label: str) -> tuple[PointArray, ...]:
        # What is drawn is the same: place alone tells them apart.
        label = "." if label == DOT else label
        found = self._own.get(label) or self._anyone[label]
        if not found:
            raise KeyError(label)
        return found[int(self._rng.integers(len(found)))].strokes

    def _between(self, ends: tuple[float, float]) -> float:
        return float(self._rng.uniform(*ends))


def _joined(boxes: Sequence[SetInk]) -> SetInk:
    drawn = {ids: strokes for box in boxes for ids, strokes in box.drawn.items()}
    if not boxes:
        return SetInk({}, 0.0, 0.0, 0.0, 0.0)
    return SetInk(
        drawn,
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
