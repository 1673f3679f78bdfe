"""What a formula comes to where it is arithmetic: numbers, brackets, fractions, powers, roots, π.

    sum         product, then "+" or "-" and a product, any number of times
    product     factor, then × · ÷ / or : and a factor, or a factor right beside it
    factor      "-" at most once, then a power
    power       a number, π, a fraction, a root, or a sum in brackets, with its exponent

The value is exact as long as all is rational, and of so many digits else. There is one where the
formula ends with "=", or has a fraction, a power, a root or π, and no sign of relation anywhere.
Where people mean different things there is none: `2½` is no product, and `6÷2(1+2)` is two things.
"""

from decimal import Context, Decimal, DecimalException
from fractions import Fraction as Rational

from realtime.recognition.lines.arithmetic import MOST_CHARACTERS, decimal_of, number_of
from realtime.recognition.math.tree import Fraction, Item, Root, Row, Sign, signs_of

# Of what is exact, numerator and denominator: a value has at most 30 digits, and steps on the way
# to it may have more.
_MOST_BITS = 512
# Significant digits that are shown of a value that does not end, and that are kept on the way.
_SHOWN = 12
_CONTEXT = Context(prec=40, Emax=60, Emin=-60, traps=Context().traps)
_PI = Decimal("3.14159265358979323846264338327950288419716939937510")
_DEEPEST = 20

_Number = Rational | Decimal


class _NoValueError(Exception):
    """A formula is no arithmetic, or has no value."""


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
        return decimal_of(value) if isinstance(value, Rational) else _shown(value)
    except (_NoValueError, ZeroDivisionError, DecimalException, ValueError):
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
            raise _NoValueError
        self._row = row
        self._at = 0
        self._deep = deep

    def value(self) -> _Number:
        value = self._sum()
        if self._at < len(self._row):
            raise _NoValueError
        return value

    def _sum(self) -> _Number:
        value = self._product()
        while sign := self._take("+-"):
            other = self._product()
            value = _add(value, other if sign == "+" else _times(other, Rational(-1)))
        return value

    def _product(self) -> _Number:
        value = self._factor()
        is_divided = False
        while self._at < len(self._row):
            if sign := self._take("×·÷/:"):
                other = self._factor()
                is_divided = is_divided or sign in "÷/:"
                value = _times(value, other) if sign in "×·" else _divided(value, other)
            elif self._is_beside():
                # Nobody can tell whether what is beside a divisor belongs to it.
                if is_divided:
                    raise _NoValueError
                value = _times(value, self._power())
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

    def _factor(self) -> _Number:
        if self._take("-"):
            return _times(self._power(), Rational(-1))
        return self._power()

    def _power(self) -> _Number:
        if self._at >= len(self._row):
            raise _NoValueError
        item = self._row[self._at]
        base = item.base
        if isinstance(base, Fraction):
            self._at += 1
            value = _divided(self._within(base.over), self._within(base.under))
        elif isinstance(base, Root):
            self._at += 1
            value = self._root(base)
        elif isinstance(base, Sign) and base.label == "π":
            self._at += 1
            value = _PI
        elif self._take("("):
            value = self._sum()
            if self._at >= len(self._row):
                raise _NoValueError
            item = self._row[self._at]
            if _label(item) != ")":
                raise _NoValueError
            self._at += 1
        else:
            value, item = self._number()
        if item.sub:
            raise _NoValueError
        return _raised(value, self._within(item.sup)) if item.sup else value

    def _root(self, root: Root) -> _Number:
        value = self._within(root.inside)
        degree = self._within(root.degree) if root.degree else Rational(2)
        if not isinstance(degree, Rational) or degree.denominator != 1 or not 2 <= degree <= 100:
            raise _NoValueError
        if value < 0:
            if degree % 2 == 0:
                raise _NoValueError
            return _times(_raised(_times(value, Rational(-1)), 1 / degree), Rational(-1))
        return _raised(value, 1 / degree)

    def _within(self, row: Row) -> _Number:
        return _Parser(row, self._deep + 1).value()

    def _number(self) -> tuple[_Number, Item]:
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
            raise _NoValueError
        number = number_of(token)
        if number is None:
            raise _NoValueError
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


def _bounded(value: _Number) -> _Number:
    if isinstance(value, Rational) and (
        max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS
    ):
        raise _NoValueError
    return value


def _add(one: _Number, other: _Number) -> _Number:
    if isinstance(one, Rational) and isinstance(other, Rational):
        return _bounded(one + other)
    return _CONTEXT.add(_decimal(one), _decimal(other))


def _times(one: _Number, other: _Number) -> _Number:
    if isinstance(one, Rational) and isinstance(other, Rational):
        return _bounded(one * other)
    return _CONTEXT.multiply(_decimal(one), _decimal(other))


def _divided(one: _Number, other: _Number) -> _Number:
    if isinstance(one, Rational) and isinstance(other, Rational):
        return _bounded(one / other)
    return _CONTEXT.divide(_decimal(one), _decimal(other))


def _decimal(value: _Number) -> Decimal:
    if isinstance(value, Decimal):
        return value
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _raised(value: _Number, power: _Number) -> _Number:
    """A power, exact where both are rational and it is; nothing larger than a value may be."""
    if isinstance(value, Rational) and isinstance(power, Rational):
        if value == 0 and power <= 0:
            raise _NoValueError
        root = _exact_root(value, power.denominator)
        if root is not None:
            bits = max(root.numerator.bit_length(), root.denominator.bit_length())
            if abs(power.numerator) * max(bits - 1, 0) > _MOST_BITS:
                raise _NoValueError
            # Of 0, 1 and −1 every power is one of these.
            exponent = power.numerator
            if abs(root) == 1:
                exponent = exponent % 2
            elif root == 0:
                exponent = 1
            return _bounded(root**exponent)
    if value <= 0:
        raise _NoValueError
    return _CONTEXT.power(_decimal(value), _decimal(power))


def _exact_root(value: Rational, degree: int) -> Rational | None:
    """The root of a rational number where it is rational, too."""
    if degree == 1:
        return value
    if value < 0 or degree > 100:
        return None
    parts = [_whole_root(one, degree) for one in (value.numerator, value.denominator)]
    if None in parts:
        return None
    return Rational(*[part for part in parts if part is not None])


def _whole_root(value: int, degree: int) -> int | None:
    """The root of a whole number where it is whole, by bisection."""
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= value:
            low = middle
        else:
            high = middle - 1
    return low if low**degree == value else None


def _shown(value: Decimal) -> str | None:
    """The digits of a value that does not end, cut off."""
    if value == 0:
        return None
    exponent = value.adjusted()
    if abs(exponent) > 30:
        return None
    places = max(_SHOWN - 1 - exponent, 0) if exponent < _SHOWN else 0
    text = format(value, "f")
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest[:places]}…" if places and rest else f"{whole}…"
