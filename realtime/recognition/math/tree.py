"""The tree of a formula: rows of items, each of which may have an index and an exponent.

    row        items from left to right
    item       a base, and the rows under and over it, or at its lower and upper right
    base       a sign, a fraction of two rows, a root of a row, or the name of a function

A tree knows which groups of strokes its signs were drawn with, and nothing of where they are.
"""

from collections.abc import Iterator
from typing import NamedTuple

from realtime.recognition.math.signs import FUNCTIONS

_INITIALS = frozenset([name[0] for name in FUNCTIONS])
# Letters of names, as what they may be read as where they stand alone.
_LOOKS_LIKE = {
    "S": "s",
    "5": "s",
    "C": "c",
    "O": "o",
    "0": "o",
    "T": "t",
    "N": "n",
    "M": "m",
    "1": "l",
    "I": "l",
    "|": "l",
    "9": "g",
    "q": "g",
}
# Of a sign: the pieces of its group, by which it is known.
Ids = tuple[int, ...]


class Sign(NamedTuple):
    """One sign as it was read."""

    label: str
    ids: Ids


class Function(NamedTuple):
    """The name of a function, and the signs that spell it."""

    name: str
    signs: tuple[Sign, ...]


class Item(NamedTuple):
    """A base with what is written at it.

    Attributes:
        base: what it is.
        sub: the index, or what is written under a sum; empty where there is none.
        sup: the exponent, or what is written over a sum.
    """

    base: "Base"
    sub: "Row" = ()
    sup: "Row" = ()


class Fraction(NamedTuple):
    """One row over another."""

    bar: Sign
    over: "Row"
    under: "Row"


class Root(NamedTuple):
    """A root; `degree` is empty for a square root."""

    sign: Sign
    inside: "Row"
    degree: "Row" = ()


Base = Sign | Fraction | Root | Function
Row = tuple[Item, ...]


def signs_of(row: Row) -> Iterator[Sign]:
    """All signs of a row and of what is in it, as LaTeX names them one after the other."""
    for item in row:
        base = item.base
        if isinstance(base, Sign):
            yield base
        elif isinstance(base, Function):
            yield from base.signs
        elif isinstance(base, Fraction):
            yield base.bar
            yield from signs_of(base.over)
            yield from signs_of(base.under)
        else:
            yield base.sign
            yield from signs_of(base.degree)
            yield from signs_of(base.inside)
        yield from signs_of(item.sub)
        yield from signs_of(item.sup)


def with_functions(row: Row) -> Row:
    """The row with letters that spell the name of a function put together, everywhere in it."""
    items: list[Item] = []
    place = 0
    while place < len(row):
        name = _function_at(row, place)
        if name:
            spelt = row[place : place + len(name)]
            last = spelt[-1]
            letters = zip(name, signs_of(tuple([Item(one.base) for one in spelt])), strict=True)
            base: Base = Function(name, tuple([Sign(letter, one.ids) for letter, one in letters]))
            place += len(name)
            items.append(Item(base, with_functions(last.sub), with_functions(last.sup)))
            continue
        base, sub, sup = row[place]
        if isinstance(base, Fraction):
            base = Fraction(base.bar, with_functions(base.over), with_functions(base.under))
        elif isinstance(base, Root):
            base = Root(base.sign, with_functions(base.inside), with_functions(base.degree))
        items.append(Item(base, with_functions(sub), with_functions(sup)))
        place += 1
    return tuple(items)


def _function_at(row: Row, place: int) -> str:
    """The name that the items from a place on spell; empty where they spell none."""
    base = row[place].base
    if not isinstance(base, Sign) or _letter(base.label) not in _INITIALS:
        return ""
    for name in FUNCTIONS:
        spelt = row[place : place + len(name)]
        if len(spelt) == len(name) and all(
            isinstance(item.base, Sign)
            # Of two letters one that looks alike may as well be meant.
            and letter == (_letter(item.base.label) if len(name) > 2 else item.base.label)
            and (at == len(name) - 1 or not (item.sub or item.sup))
            for at, (item, letter) in enumerate(zip(spelt, name, strict=True))
        ):
            letters = [
                one for one in spelt if isinstance(one.base, Sign) and one.base.label.isalpha()
            ]
            # 109 is a number.
            return name if len(letters) >= len(name) - 1 else ""
    return ""


def _letter(label: str) -> str:
    return _LOOKS_LIKE.get(label, label)
