"""Formulas as trees, for tests of what is made of them."""

from itertools import count

from realtime.recognition.math.tree import Fraction, Item, Root, Row, Sign

_ids = count()


def row(*parts: str | Item) -> Row:
    """A row of signs, given as texts, and of items."""
    items: list[Item] = []
    for part in parts:
        items += [Item(sign(label)) for label in part] if isinstance(part, str) else [part]
    return tuple(items)


def sign(label: str) -> Sign:
    return Sign(label, (next(_ids),))


def scripted(base: str | Item, sub: Row = (), sup: Row = ()) -> Item:
    """A base with an index and an exponent."""
    return Item(base.base if isinstance(base, Item) else sign(base), sub, sup)


def fraction(over: Row, under: Row) -> Item:
    return Item(Fraction(sign("-"), over, under))


def root(inside: Row, index: Row = ()) -> Item:
    return Item(Root(sign("√"), inside, index))
