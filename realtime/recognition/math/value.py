"""What a formula comes to where it is arithmetic: numbers, brackets, fractions, powers, roots, π.

    sum         product, then "+" or "-" and a product, any number of times
    product     factor, then × · ÷ / or : and a factor, or a factor right beside it
    factor      "-" at most once, then a power
    power       a number, π, a fraction, a root, or a sum in brackets, with its exponent

The value is exact as long as all is rational, and of so many digits else. There is one where the
formula ends with "=", or has a fraction, a power, a root or π, and no sign of relation anywhere.
Where people mean different things there is none: `2½` is no product, and `6÷2(1+2)` is two things.
"""

from decimal import DecimalException
from fractions import Fraction as Rational

from realtime.recognition.lines.arithmetic import MOST_CHARACTERS, decimal_of, number_of
from realtime.recognition.math.bounded_numbers import (
    PI,
    NoValueError,
    Number,
    add,
    divided,
    raised,
    shown,
    times,
)
from realtime.recognition.math.tree import Fraction, Item, Root, Row, Sign, signs_of

_DEEPEST = 20


def value_of(row: Row) -> str | None:
    """What a formula comes to, as a decimal number; None where it is no arithmetic.

    A value that does not end is cut off, and ends with "…". The work is bounded.
    """
    if sum(1 for _ in signs_of(row)) > MOST_CHARACTERS or not row:
        return None
    is_asked = _label(row[-1]) == "=" and not (row[-1].sub or row[-1].sup)
    if is_asked:
        row = row[:-1]
    if not row or not (_is_more_than_a_line(row) or (is_asked and _is_sum(row))):
        return None
    try:
        value = _Parser(row, 0).value()
        return decimal_of(value) if isinstance(value, Rational) else shown(value)
    except (NoValueError, ZeroDivisionError, DecimalException, ValueError):
        return None


def _is_more_than_a_line(row: Row) -> bool:
    return any(
        not isinstance(item.base, Sign) or item.sup or item.base.label == "π" for item in row
    )


def _is_sum(row: Row) -> bool:
    """Whether there is anything to work out: a number and its sign are not."""
    labels = [_label(item) for item in row]
    return any(label and label in "+-−×÷·/:(" for label in labels[1:]) or labels[0] == "("


class _Parser:
    """Reads a row from left to right, and works it out."""

    def __init__(self, row: Row, deep: int) -> None:
        if deep > _DEEPEST:
            raise NoValueError
        self._row = row
        self._at = 0
        self._deep = deep

    def value(self) -> Number:
        value = self._sum()
        if self._at < len(self._row):
            raise NoValueError
        return value

    def _sum(self) -> Number:
        value = self._product()
        while sign := self._take("+-"):
            other = self._product()
            value = add(value, other if sign == "+" else times(other, Rational(-1)))
        return value

    def _product(self) -> Number:
        value = self._factor()
        is_divided = False
        while self._at < len(self._row):
            if sign := self._take("×·÷/:"):
                other = self._factor()
                is_divided = is_divided or sign in "÷/:"
                value = times(value, other) if sign in "×·" else divided(value, other)
            elif self._is_beside():
                # Nobody can tell whether what is beside a divisor belongs to it.
                if is_divided:
                    raise NoValueError
                value = times(value, self._power())
            else:
                return value
        return value

    def _is_beside(self) -> bool:
        """Whether the next item is a factor that needs no sign before it."""
        base = self._row[self._at].base
        before = self._row[self._at - 1]
        if isinstance(base, Fraction):
            # 2½ is two and a half.
            return not (_label(before) or "x").isdigit()
        return isinstance(base, Root) or (isinstance(base, Sign) and base.label in "π(")

    def _factor(self) -> Number:
        if self._take("-"):
            return times(self._power(), Rational(-1))
        return self._power()

    def _power(self) -> Number:
        if self._at >= len(self._row):
            raise NoValueError
        item = self._row[self._at]
        base = item.base
        if isinstance(base, Fraction):
            self._at += 1
            value = divided(self._within(base.over), self._within(base.under))
        elif isinstance(base, Root):
            self._at += 1
            value = self._root(base)
        elif isinstance(base, Sign) and base.label == "π":
            self._at += 1
            value = PI
        elif self._take("("):
            value = self._sum()
            if self._at >= len(self._row):
                raise NoValueError
            item = self._row[self._at]
            if _label(item) != ")":
                raise NoValueError
            self._at += 1
        else:
            value, item = self._number()
        if item.sub:
            raise NoValueError
        return raised(value, self._within(item.sup)) if item.sup else value

    def _root(self, root: Root) -> Number:
        value = self._within(root.inside)
        degree = self._within(root.degree) if root.degree else Rational(2)
        if not isinstance(degree, Rational) or degree.denominator != 1 or not 2 <= degree <= 100:
            raise NoValueError
        if value < 0:
            if degree % 2 == 0:
                raise NoValueError
            return times(raised(times(value, Rational(-1)), 1 / degree), Rational(-1))
        return raised(value, 1 / degree)

    def _within(self, row: Row) -> Number:
        return _Parser(row, self._deep + 1).value()

    def _number(self) -> tuple[Number, Item]:
        token = ""
        while self._at < len(self._row):
            item = self._row[self._at]
            label = _label(item)
            if not label or label not in "0123456789.,":
                break
            token += label
            self._at += 1
            if item.sub or item.sup:
                break
        if not token:
            raise NoValueError
        number = number_of(token)
        if number is None:
            raise NoValueError
        return number, self._row[self._at - 1]

    def _take(self, signs: str) -> str:
        """The label of the next item, if it is a bare one of these signs."""
        if self._at < len(self._row):
            item = self._row[self._at]
            label = _label(item)
            if label and label in signs and not (item.sub or item.sup):
                self._at += 1
                return label
        return ""


def _label(item: Item) -> str:
    return item.base.label if isinstance(item.base, Sign) else ""
