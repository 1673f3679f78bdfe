"""What stands over, under and inside of signs: which groups a bar, a root or a sum takes to itself.

Geometry alone decides it, from the widest to the narrowest, so that a bar over all of a fraction
takes the bars of those in it. What is left are the signs of one row, and what is written at them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from realtime.recognition.characters.box import Box
from realtime.recognition.lines.groups import Group

# A bar of a fraction is so many times wider than high, and reaches beyond the middles of what is
# over and under it by this share of its width.
_BAR_WIDTH = 2.2
_BAR_BEYOND = 0.06
# In shares of a root's height, and of its width, what is in it may stand out; and its index stands
# at the tick, higher than its middle, and is smaller than it.
_ROOT_OUT = 0.12
_ROOT_BESIDE = 0.06
_TICK = 0.28
_INDEX_SIZE = 0.55
# What is under a sum has its middle within so many of its widths from its edges, and begins below
# this share of its height over its bottom; so what is over it. Signs beside it belong to it that
# are this near, in its heights, and as high.
_SUM_BESIDE = 0.35
_SUM_OVERLAP = 0.18
_CHAIN_GAP = 0.45
# An integral is narrow, and what is at its ends stands beside it as a rule.
_INTEGRAL_BESIDE = 0.1
# The letters of a name are apart by at most this share of their height.
_NAME_GAP = 0.9


class Region(NamedTuple):
    """A sign, and the groups that it takes to itself.

    Attributes:
        sign: the bar, the root, or the sum; of `lim` the last letter.
        over: what is over it; of a root its index.
        under: what is under it; of a root what is in it.
    """

    sign: Group
    over: tuple[Group, ...]
    under: tuple[Group, ...]


def may_be(group: Group, label: int, loss: float = 1.0) -> bool:
    """Whether a label is among the best of a group: it may be e^loss times less likely."""
    ranked, scores = group.ranked_labels, group.ranked_scores
    return label in ranked and scores[ranked.index(label)] >= scores[0] - loss


def fraction_at(bar: Group, groups: Iterable[Group]) -> Region | None:
    """The fraction whose bar a group is; None where it is none."""
    left, top, right, bottom = bar.box
    width = right - left
    if width < _BAR_WIDTH * (bottom - top):
        return None
    left, right = left - _BAR_BEYOND * width, right + _BAR_BEYOND * width
    height = (top + bottom) / 2
    over, under = list[Group](), list[Group]()
    for group in groups:
        x, y = _middle(group.box)
        if group is not bar and left <= x <= right:
            (over if y < height else under).append(group)
    return Region(bar, tuple(over), tuple(under)) if over and under else None


def root_at(root: Group, groups: Iterable[Group]) -> Region | None:
    """The root whose sign a group is; None where nothing is in it."""
    left, top, right, bottom = root.box
    width, height = right - left, bottom - top
    inside, index = list[Group](), list[Group]()
    for group in groups:
        if group is root:
            continue
        x, y = _middle(group.box)
        tick = left + min(_TICK * height, 0.5 * width)
        if (
            tick <= x <= right + _ROOT_BESIDE * width
            and top - _ROOT_OUT * height <= y <= bottom + _ROOT_OUT * height
        ):
            inside.append(group)
        elif (
            left - _TICK * height <= x < tick
            and top - height / 2 <= y <= (top + bottom) / 2
            and group.size <= _INDEX_SIZE * height
        ):
            index.append(group)
    return Region(root, tuple(index), tuple(inside)) if inside else None


def limits_at(
    sign: Group, box: Box, groups: Sequence[Group], *, is_integral: bool = False
) -> Region | None:
    """What is written over and under a sum, or under a name.

    Args:
        sign: of the sum.
        box: around all of it.
        groups: those that may be.
        is_integral: whether it is one, whose limits stand beside it more often than not.
    """
    left, top, right, bottom = box
    beside = (_INTEGRAL_BESIDE if is_integral else _SUM_BESIDE) * (right - left)
    lap = _SUM_OVERLAP * (bottom - top)
    over, under = list[Group](), list[Group]()
    for group in groups:
        x, _ = _middle(group.box)
        if group is not sign and left - beside <= x <= right + beside:
            if group.box.bottom <= top + lap:
                over.append(group)
            elif group.box.top >= bottom - lap:
                under.append(group)
    if not over and not under:
        return None
    others = [group for group in groups if group is not sign]
    _grow(over, [one for one in others if _middle(one.box)[1] < top])
    _grow(under, [one for one in others if _middle(one.box)[1] > bottom])
    return Region(sign, tuple(over), tuple(under))


def _grow(row: list[Group], others: Sequence[Group]) -> None:
    """Add to a row what is beside it on the same height, one after the other."""
    if not row:
        return
    waiting = [one for one in others if one not in row]
    while True:
        box = Box.around([one.box for one in row])
        height = box.bottom - box.top
        room = _CHAIN_GAP * max(height, min([one.size for one in row]))
        near = [
            one
            for one in waiting
            if max(one.box.left - box.right, box.left - one.box.right) <= room
            and box.top - height / 2 <= _middle(one.box)[1] <= box.bottom + height / 2
        ]
        if not near:
            return
        row += near
        waiting = [one for one in waiting if one not in near]


def name_at(last: Group, groups: Sequence[Group], letters: Sequence[int]) -> list[Group] | None:
    """The groups before a name's last letter that may spell it; None where there are none.

    Args:
        last: may be the last letter.
        groups: those that may be.
        letters: the labels' indices, the last one's included.
    """
    found = [last]
    for letter in letters[-2::-1]:
        box = found[0].box
        height = max(last.size, 1e-9)
        before = [
            one
            for one in groups
            if one not in found
            and letter in one.ranked_labels
            and one.box.left < box.left
            and box.left - one.box.right <= _NAME_GAP * height
            and abs(one.box.bottom - last.box.bottom) <= height / 2
        ]
        if not before:
            return None
        found.insert(0, max(before, key=lambda one: one.box.right))
    return found


def _middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2
